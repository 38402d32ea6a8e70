import {
  type Context,
  type Emitter,
  evalToken,
  type Liquid,
  type Parser,
  Tag,
  type TagToken,
  type Template,
  type TopLevelToken,
  type ValueToken,
} from 'liquidjs'

/** API Management's own tag: `{% JSONArrayFor x in list %}…{% endJSONArrayFor %}` repeats with a comma between the items. */
export class JsonArrayFor extends Tag {
  readonly #variable: string
  readonly #collection: ValueToken
  readonly #templates: Template[] = []

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid)
    const variable = token.tokenizer.readIdentifier().content
    const word = token.tokenizer.readIdentifier().content
    const collection = token.tokenizer.readValue()
    if (variable === '' || word !== 'in' || collection === undefined) throw new Error('write JSONArrayFor item in list')
    this.#variable = variable
    this.#collection = collection
    while (remaining.length > 0) {
      const next = remaining.shift()
      if (next === undefined) break
      if ('name' in next && next.name === 'endJSONArrayFor') return
      this.#templates.push(parser.parseToken(next, remaining))
    }
    throw new Error('tag {% JSONArrayFor %} not closed')
  }

  override *render(ctx: Context, emitter: Emitter): Generator<unknown, void, unknown> {
    const found = yield evalToken(this.#collection, ctx)
    const items = Array.isArray(found) ? found : found === undefined || found === null ? [] : [found]
    const scope: Record<string, unknown> = { forloop: {} }
    ctx.push(scope)
    for (const [index, item] of items.entries()) {
      if (index > 0) emitter.write(',')
      scope[this.#variable] = item
      yield this.liquid.renderer.renderTemplates(this.#templates, ctx, emitter)
    }
    ctx.pop()
  }
}
