import type { ChildSpec, Content, ElementSpec, PoliciesSpec, Schema, ShapersSpec } from '../define-policy.ts'
import type { PolicyElement, PolicyText } from '../read/read-policy.ts'
import { SourceText } from '../read/source-text.ts'
import type { Shaper, Step } from '../step.ts'
import { constant, type Evaluator, type ValueSpec } from '../values.ts'
import { type Compilation, indexAmong, inside, originAt, type Place, report } from './compilation.ts'
import { type Tally, ValueCompiler, type Written } from './compile-value.ts'
import { nearestName } from './nearest-name.ts'

/** Compiles the policies that an element holds. */
export interface HeldCompiler {
  policies(elements: readonly PolicyElement[], parent: PolicyElement, spec: PoliciesSpec, place: Place): readonly Step[]
  shapers(elements: readonly PolicyElement[], parent: PolicyElement, spec: ShapersSpec, place: Place): readonly Shaper[]
  /** Says what is wrong with an element that may not stand where it stands. */
  misplaced(element: PolicyElement, parent: PolicyElement, place: Place, allowed: readonly string[]): void
  inSequence(steps: readonly Step[]): Step
  shapeInSequence(shapers: readonly Shaper[]): Shaper
}

/** Builds what a policy's `compile` is handed, checking an element against its schema. All faults are reported, none ends it. */
export class ContentBuilder {
  readonly #compilation: Compilation
  readonly #held: HeldCompiler
  readonly #policy: string
  readonly #policyId: string
  readonly #tally: Tally

  constructor(compilation: Compilation, held: HeldCompiler, policy: string, policyId: string, tally: Tally) {
    this.#compilation = compilation
    this.#held = held
    this.#policy = policy
    this.#policyId = policyId
    this.#tally = tally
  }

  /** `place` is the one inside the element. Its values are sound only when no error was reported meanwhile. */
  build(element: PolicyElement, schema: Schema, place: Place): Content<Schema> {
    const template = element.attributes.some(({ name, value }) => name === 'template' && value.source.text.trim() === 'liquid')
    const { own, shaping, held } = this.#sortChildren(element, schema, place)
    const steps = schema.policies === undefined ? undefined : this.#held.policies(held, element, schema.policies, place)
    const shapers = schema.shapers === undefined ? undefined : this.#held.shapers(shaping, element, schema.shapers, place)
    // the schema's own types are put back by definePolicy; here every part is only known by name
    return {
      attributes: this.#attributes(element, schema, place),
      children: this.#children(element, own, schema, place),
      text: this.#text(element, schema.text, place, template),
      policies: steps && this.#held.inSequence(steps),
      eachPolicy: steps,
      shape: shapers && this.#held.shapeInSequence(shapers),
      policyNames: held.map(one => one.name),
      written: new Set(element.attributes.map(one => one.name)),
      position: place.file.lines.position(element.offset),
    } as unknown as Content<Schema>
  }

  #attributes(element: PolicyElement, schema: Schema, place: Place): Record<string, Evaluator<unknown>> {
    const specs = schema.attributes ?? {}
    // an element that is taken whole is in another language
    for (const { name, offset } of schema.text?.markup === 'whole' ? [] : element.attributes) {
      const known = Object.hasOwn(specs, name) || (name === 'id' && element.name === this.#policy)
      if (known) continue
      const nearest = nearestName(name, Object.keys(specs))
      const mend =
        nearest === undefined
          ? `take it out; \`${element.name}\` has ${listOf(Object.keys(specs))}`
          : `did you mean \`${nearest}\`?`
      this.#error(place, offset, 'policy.unknown-attribute', `\`${element.name}\` has no attribute \`${name}\``, mend)
    }
    return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, this.#attribute(element, name, spec, place)]))
  }

  #attribute(element: PolicyElement, name: string, spec: ValueSpec<unknown>, place: Place): Evaluator<unknown> {
    const written = element.attributes.find(attribute => attribute.name === name)
    if (written !== undefined) return this.#value(element, written.value, 'attribute', `the attribute \`${name}\``, spec, place)
    if (spec.required) {
      this.#error(
        place,
        element.offset,
        'policy.missing-attribute',
        `\`${element.name}\` needs the attribute \`${name}\``,
        `add ${name}="…"`,
      )
    }
    return constant(spec.fallback)
  }

  #value(
    element: PolicyElement,
    text: PolicyText,
    kind: Written['kind'],
    label: string,
    spec: ValueSpec<unknown>,
    place: Place,
  ): Evaluator<unknown> {
    const origin = originAt(place, this.#policy, this.#policyId, element.offset)
    const compiler = new ValueCompiler(this.#compilation, place, this.#tally)
    return compiler.compile({ text, kind, label, origin }, spec) ?? constant(spec.fallback)
  }

  #text(
    element: PolicyElement,
    spec: ValueSpec<unknown> | undefined,
    place: Place,
    template: boolean,
  ): Evaluator<unknown> | undefined {
    if (spec !== undefined) {
      const withMarkup = spec.markup && element.children.length > 0 ? element.inner : undefined
      const source = spec.markup === 'whole' ? element.outer : withMarkup
      const taken = source === undefined ? element.text : { kind: 'literal' as const, source }
      if (taken === undefined && !spec.required) return constant(spec.fallback)
      const text = taken ?? { kind: 'literal', source: new SourceText('', [{ at: 0, offset: element.offset }]) }
      return this.#value(element, text, template ? 'template' : 'text', `the text of \`${element.name}\``, spec, place)
    }
    if (element.text !== undefined) {
      const offset = element.text.source.trim().offsetOf(0)
      this.#error(
        place,
        offset,
        'policy.unexpected-text',
        `\`${element.name}\` takes no text`,
        'take the text out, or put it into its element',
      )
    }
    return undefined
  }

  /** Which of an element's children are its schema's own, which shape its message, which are policies it holds. */
  #sortChildren(
    element: PolicyElement,
    schema: Schema,
    place: Place,
  ): { own: PolicyElement[]; shaping: PolicyElement[]; held: PolicyElement[] } {
    const own: PolicyElement[] = []
    const shaping: PolicyElement[] = []
    const held: PolicyElement[] = []
    for (const child of (schema.text?.markup ?? false) !== false ? [] : element.children) {
      if (Object.hasOwn(schema.children ?? {}, child.name)) own.push(child)
      else if (schema.shapers?.only.includes(child.name) === true) shaping.push(child)
      else if (schema.policies !== undefined) held.push(child)
      else this.#held.misplaced(child, element, place, [...Object.keys(schema.children ?? {}), ...(schema.shapers?.only ?? [])])
    }
    return { own, shaping, held }
  }

  #children(element: PolicyElement, own: readonly PolicyElement[], schema: Schema, place: Place): Record<string, unknown> {
    const specs = Object.entries(schema.children ?? {})
    return Object.fromEntries(specs.map(([name, spec]) => [name, this.#childrenNamed(element, name, own, spec, place)]))
  }

  #childrenNamed(element: PolicyElement, name: string, own: readonly PolicyElement[], spec: ChildSpec, place: Place): unknown {
    const found = own.filter(child => child.name === name)
    const { min, max, of } = spec.form === 'many' ? spec : { min: spec.required ? 1 : 0, max: 1, of: spec }
    if (found.length < min) {
      const message = `\`${element.name}\` needs ${min === 1 ? 'a' : `at least ${min} of the`} \`<${name}>\``
      this.#error(place, element.offset, 'policy.missing-child', message, `add <${name}>`)
    }
    const surplus = found[max]
    if (surplus !== undefined) {
      this.#error(
        place,
        surplus.offset,
        'policy.too-many',
        `\`${element.name}\` takes \`<${name}>\` ${max === 1 ? 'once' : `${max} times`}`,
        'take one out',
      )
    }
    const built = found.map(child => this.#child(child, of, inside(place, child, indexAmong(element.children, child))))
    if (spec.form === 'many') return built
    return built[0] ?? (of.form === 'value' ? constant(of.fallback) : undefined)
  }

  #child(child: PolicyElement, spec: ValueSpec<unknown> | ElementSpec<Schema>, place: Place): unknown {
    if (spec.form === 'element') return this.#noted(child, this.build(child, spec.schema, place), place)
    return this.build(child, { text: spec }, place).text
  }

  /** With its policies behind a mark that the part was entered. */
  #noted(child: PolicyElement, content: Content<Schema>, place: Place): Content<Schema> {
    // a schema with `policies` has a step there; the erased type cannot say so
    const held = content.policies as Step | undefined
    if (held === undefined) return content
    const origin = originAt(place, child.name, '', child.offset)
    this.#compilation.places.push(origin)
    const policies: Step = ctx => {
      ctx.tracer?.branch(origin)
      return held(ctx)
    }
    return { ...content, policies } as unknown as Content<Schema>
  }

  #error(place: Place, offset: number, code: string, message: string, mend: string): void {
    report(this.#compilation, place, 'error', offset, code, message, mend)
  }
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map(name => `\`${name}\``).join(', ')
}
