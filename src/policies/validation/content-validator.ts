import type { XmlSchemaSet } from '../../catalog/schema-document.ts'
import type { CallContext, RequestMessage, ResponseMessage } from '../context/call-context.ts'
import { mediaType } from '../transform/convert-body.ts'
import { textOfXml } from '../transform/xml-text.ts'
import type { Evaluator } from '../values.ts'
import type { XmlEngine } from '../xml-engine.ts'
import { type BodyCheck, unvalidatedBody } from './body-check.ts'
import { checkJson } from './check-json.ts'
import { checkXml } from './check-xml.ts'
import { type ContentTypeMap, describedContent, fitsType, mappedType, plainType } from './content-type.ts'
import type { NamedSchemas } from './named-schemas.ts'
import type { PlainBody } from './plain-body.ts'
import { type Action, noSchema, type ValidationError } from './validation-errors.ts'

/** A `<content>` of the policy. */
export interface ContentRule {
  readonly attributes: {
    readonly type: Evaluator<string | undefined>
    readonly 'validate-as': { readonly constant: 'json' | 'xml' | 'soap' }
    readonly 'schema-id': Evaluator<string | undefined>
    readonly 'schema-ref': Evaluator<string | undefined>
    readonly action: Evaluator<Action>
    readonly 'allow-additional-properties': Evaluator<boolean | undefined>
    readonly 'case-insensitive-property-names': Evaluator<boolean>
  }
}

export interface ContentRules {
  readonly isRequest: boolean
  readonly unspecified: Evaluator<Action>
  readonly 'content-type-map': ContentTypeMap | undefined
  readonly content: readonly ContentRule[]
  readonly schemas: NamedSchemas
  readonly xml: XmlEngine
}

type Message = RequestMessage | ResponseMessage
type Errors = readonly ValidationError[]

/** What a policy says of bodies and their types. */
export class ContentValidator {
  readonly #rules: ContentRules

  constructor(rules: ContentRules) {
    this.#rules = rules
  }

  /** `bytes`: the body, without its content coding. A promise only when XML has to be validated. */
  errorsOf(ctx: CallContext, message: Message, bytes: Uint8Array): Errors | Promise<Errors> {
    const described = describedContent(ctx.operation.contract, message)
    if (bytes.length === 0 && !described.required) return []
    const type = mappedType(mediaType(message), this.#rules['content-type-map'], ctx)
    const media = described.content.find(one => fitsType(type, one.contentType))
    const wanted = this.#rules.content.filter(({ attributes }) => {
      const own = plainType(attributes.type(ctx) ?? '')
      // "If empty, it applies to every content type specified in the API schema."
      return own === '' ? media !== undefined : own === type
    })
    if (wanted.length === 0 && media === undefined) return this.#unspecified(ctx, type)
    const found = wanted.map(rule => this.#errorsBy(rule, ctx, message, bytes, { type, media }))
    return found.some(one => one instanceof Promise)
      ? Promise.all(found).then(all => all.flat())
      : (found as readonly Errors[]).flat()
  }

  /** A body whose content coding hides it: an error as far as the policy would look into it. */
  unreadable(ctx: CallContext, message: Message, body: Exclude<PlainBody, { readonly kind: 'plain' }>): Errors {
    const action = this.#rules.content.map(({ attributes }) => attributes.action(ctx)).find(one => one !== 'ignore')
    if (action === undefined) return []
    const why = body.kind === 'too-large' ? 'It is larger than may be looked at.' : body.message
    return [unvalidatedBody({ type: mediaType(message), isRequest: this.#rules.isRequest, action }, why)]
  }

  #errorsBy(
    { attributes }: ContentRule,
    ctx: CallContext,
    message: Message,
    bytes: Uint8Array,
    {
      type,
      media,
    }: { readonly type: string; readonly media: ReturnType<typeof describedContent>['content'][number] | undefined },
  ): Errors | Promise<Errors> {
    const action = attributes.action(ctx)
    if (action === 'ignore') return []
    const id = attributes['schema-id'](ctx)?.trim()
    const check = { type, isRequest: this.#rules.isRequest, action, definition: id }
    const form = attributes['validate-as'].constant
    if (form !== 'json')
      return this.#xmlErrors(id === undefined ? ctx.api.xmlSchemas : this.#rules.schemas.xml(id), form, message, bytes, check)
    const json = {
      ...check,
      allow: attributes['allow-additional-properties'](ctx),
      anyCase: attributes['case-insensitive-property-names'](ctx),
    }
    if (id !== undefined) return this.#jsonErrors(id, attributes['schema-ref'](ctx)?.trim(), bytes, json)
    const { contract } = ctx.operation
    if (contract === undefined) return noSchema(action)
    return checkJson(utf8(bytes), media?.schema, { ...json, definitions: contract.definitions })
  }

  #jsonErrors(
    id: string,
    reference: string | undefined,
    bytes: Uint8Array,
    check: BodyCheck & { readonly allow: boolean | undefined; readonly anyCase: boolean },
  ): Errors {
    const { schemas, isRequest } = this.#rules
    if (schemas.json(id) === undefined) return noSchema(check.action)
    const named = schemas.json(id, reference)
    if (named !== undefined) return checkJson(utf8(bytes), named.schema, { ...check, definitions: named.definitions })
    const details = `API's schema does not contain definition ${reference}, which is associated with the content type ${check.type}.`
    const kind = isRequest ? 'RequestBody' : 'ResponseBody'
    return [{ name: check.type, type: kind, rule: 'MissingDefinition', details, action: check.action }]
  }

  #xmlErrors(
    schemas: XmlSchemaSet | undefined,
    form: 'xml' | 'soap',
    { headers }: Message,
    bytes: Uint8Array,
    check: BodyCheck,
  ): Errors | Promise<Errors> {
    if (schemas === undefined) return noSchema(check.action)
    return checkXml(textOfXml(bytes, headers), schemas, form, check, this.#rules.xml)
  }

  #unspecified(ctx: CallContext, type: string): Errors {
    const { isRequest, content, unspecified } = this.#rules
    // nothing can be specified where nothing is described
    const needed =
      ctx.operation.contract === undefined
        ? content.find(({ attributes }) => attributes['schema-id'](ctx) === undefined)
        : undefined
    if (needed !== undefined) return noSchema(needed.attributes.action(ctx))
    const action = unspecified(ctx)
    if (action === 'ignore') return []
    const details = `Unspecified content type ${type.slice(0, 100)} is not allowed.`
    const named = { name: type, type: isRequest ? 'RequestBody' : 'ResponseBody', rule: 'Unspecified', details, action } as const
    return [isRequest ? { ...named, publicMessage: details } : named]
  }
}

/** Undefined for what is no UTF-8, as JSON is (RFC 8259 §8.1). */
function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
