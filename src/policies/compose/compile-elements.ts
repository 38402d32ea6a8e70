import { emptyResponse } from '../context/empty-response.ts'
import type { Content, PoliciesSpec, Policy, Schema, ShapersSpec, Site } from '../define-policy.ts'
import { counterUse } from '../limits/counter-use.ts'
import { next } from '../outcome.ts'
import type { PolicyElement, PolicyFile } from '../read/read-policy.ts'
import type { Need, SectionName, Shaper, Step } from '../step.ts'
import type { PolicyPlace } from '../trace/tracer.ts'
import { markKeeper } from './after-hit.ts'
import { ContentBuilder, type HeldCompiler } from './build-content.ts'
import { type Compilation, indexAmong, inside, originAt, type Place, report } from './compilation.ts'
import type { Tally } from './compile-value.ts'
import { nearestName } from './nearest-name.ts'
import { markAnywhere, markPreflight } from './preflight.ts'
import {
  type BodyNeeds,
  buffered,
  bufferedAfter,
  bufferedShaper,
  guard,
  guardShaper,
  inSequence,
  shapeInSequence,
} from './run-steps.ts'

/** Where the policies of the scope around come in. */
export const base = 'base'

/** Compiles the elements of a section, or of a policy that holds others, each into a step (or `base`). */
export class ElementCompiler implements HeldCompiler {
  readonly #compilation: Compilation
  readonly #nestsBase = new Set<SectionName>()
  /** Policies that keep a response, so far. */
  #keepers = 0
  readonly inSequence = inSequence
  readonly shapeInSequence = shapeInSequence

  constructor(compilation: Compilation) {
    this.#compilation = compilation
  }

  /** Sections with a `<base />` inside a policy, such as `choose`: whether the wider scope's policies run is known only during a call. */
  get nestsBase(): ReadonlySet<SectionName> {
    return this.#nestsBase
  }

  /** The policies at the top of a section. */
  section(elements: readonly PolicyElement[], place: Place): readonly (Step | typeof base)[] {
    return elements.flatMap(element => this.#compileOne(element, elements, place))
  }

  policies(
    elements: readonly PolicyElement[],
    parent: PolicyElement,
    { only, min = 0 }: PoliciesSpec,
    place: Place,
  ): readonly Step[] {
    if (elements.length < min) {
      const message = `\`${parent.name}\` must hold ${min === 1 ? 'a policy' : `at least ${min} policies`}`
      report(this.#compilation, place, 'error', parent.offset, 'policy.missing-child', message, 'put the policies into it')
    }
    const [allowed, others] = partition(elements, element => only === undefined || only.includes(element.name))
    for (const other of others) this.misplaced(other, parent, place, only ?? [])
    return allowed.flatMap(element => this.#compileOne(element, parent.children, place)).filter(step => step !== base)
  }

  shapers(elements: readonly PolicyElement[], parent: PolicyElement, _spec: ShapersSpec, place: Place): readonly Shaper[] {
    const made: Place = { ...place, message: 'made' }
    return elements.flatMap(element => {
      const policy = this.#find(element, place)
      if (policy === undefined) return []
      const compiled = this.#compileContent(element, policy, inside(made, element, indexAmong(parent.children, element)))
      return compiled?.shaper ?? []
    })
  }

  misplaced(element: PolicyElement, parent: PolicyElement, place: Place, allowed: readonly string[]): void {
    if (!this.#compilation.policies.has(element.name) && nearestName(element.name, allowed) === undefined) {
      this.#find(element, place)
      return
    }
    const nearest = nearestName(element.name, allowed)
    const message = `\`${element.name}\` may not stand in \`${parent.name}\``
    const mend =
      nearest === undefined
        ? `it takes ${allowed.map(name => `<${name}>`).join(', ') || 'no elements'}`
        : `did you mean <${nearest}>?`
    report(this.#compilation, place, 'error', element.offset, 'policy.wrong-parent', message, mend)
  }

  /** The policy of that element; a fault is reported when there is none that runs. */
  #find(element: PolicyElement, place: Place): Policy | undefined {
    const policy = this.#compilation.policies.get(element.name)
    if (policy !== undefined) return policy
    const nearest = nearestName(element.name, this.#compilation.policies.keys())
    const mend =
      nearest === undefined ? 'take it out, or look for its name in the policy reference' : `did you mean <${nearest}>?`
    report(this.#compilation, place, 'error', element.offset, 'policy.unknown', `there is no policy \`${element.name}\``, mend)
    return undefined
  }

  #refuseNotRun({ name, offset }: PolicyElement, mend: string, place: Place): void {
    report(this.#compilation, place, 'error', offset, 'policy.unsupported', `\`${name}\` does not run here yet`, mend)
  }

  #compileOne(element: PolicyElement, siblings: readonly PolicyElement[], place: Place): readonly (Step | typeof base)[] {
    const policy = this.#find(element, place)
    if (policy === undefined) return []
    const within = inside(place, element, indexAmong(siblings, element))
    this.#checkPlace(element, policy, place)
    if (policy.inlines === 'base') return this.#inlineBase(element, policy, within)
    if (policy.inlines === 'fragment') return this.#inlineFragment(element, policy, within)
    const keepers = this.#keepers
    const compiled = this.#compileContent(element, policy, within)
    if (policy.keepsResponse === true) this.#keepers++
    if (compiled === undefined) return []
    const step = this.#keepers > keepers ? markKeeper(compiled.step, place.scope) : compiled.step
    if (policy.answersAnywhere === true) return [markAnywhere(step)]
    return [policy.answersPreflights === true ? markPreflight(step) : step]
  }

  #checkPlace(element: PolicyElement, policy: Policy, place: Place): void {
    const fault = (code: string, message: string, mend?: string) =>
      report(this.#compilation, place, 'error', element.offset, code, message, mend)
    const { sections, scopes, parents, max } = policy
    if (!place.anySection && !sections.includes(place.section)) {
      fault(
        'policy.wrong-section',
        `\`${element.name}\` may not stand in ${place.section}`,
        sections.length === 0 ? 'it belongs into a GraphQL resolver' : `move it to ${sections.join(' or ')}`,
      )
    }
    if (scopes !== undefined && !place.anyScope && !scopes.includes(place.scope)) {
      fault(
        'policy.wrong-scope',
        `\`${element.name}\` may not stand in the policy of the scope ${place.scope}`,
        `move it to the scope ${scopes.join(' or ')}`,
      )
    }
    if (parents !== undefined && !place.ancestors.some(ancestor => parents.includes(ancestor))) {
      fault('policy.wrong-parent', `\`${element.name}\` stands only in ${parents.join(' or ')}`, 'move it there')
    }
    for (const per of ['section', 'document'] as const)
      place.counts[per].set(element.name, (place.counts[per].get(element.name) ?? 0) + 1)
    if (max !== undefined && (place.counts[max.per].get(element.name) ?? 0) > max.count) {
      const times = max.count === 1 ? 'once' : `${max.count} times`
      fault('policy.too-many', `\`${element.name}\` may stand ${times} in a ${max.per}`)
    }
  }

  #inlineBase(element: PolicyElement, policy: Policy, within: Place): readonly (Step | typeof base)[] {
    this.#builder(element, policy, { uses: new Set(), unresolved: false }).build(element, policy.schema, within)
    if (within.fragments.length > 0 || within.file.roots[0]?.name === 'fragment') {
      const mend = 'put it into the section that includes the fragment'
      report(this.#compilation, within, 'error', element.offset, 'policy.wrong-parent', 'a fragment takes no `base`', mend)
      return []
    }
    if (within.ancestors.length === 2 || within.anySection) return [base]
    this.#nestsBase.add(within.section)
    return [ctx => ctx.wider?.get(within.scope)?.(ctx) ?? next]
  }

  #inlineFragment(element: PolicyElement, policy: Policy, within: Place): readonly Step[] {
    const tally: Tally = { uses: new Set(), unresolved: false }
    const content = this.#builder(element, policy, tally).build(element, policy.schema, within)
    // the schema of an inlined fragment has this one attribute, a literal
    const id = (content.attributes as { readonly 'fragment-id'?: { readonly constant?: unknown } })['fragment-id']?.constant
    if (typeof id !== 'string' || tally.unresolved) return []
    const file = this.#compilation.fragments.get(id)
    const fault = (severity: 'error' | 'warning', code: string, message: string, mend?: string) =>
      report(this.#compilation, within, severity, element.offset, code, message, mend)
    if (file === undefined) {
      fault(this.#compilation.workspace.partial ? 'warning' : 'error', 'policy.fragment', `there is no policy fragment \`${id}\``)
      return []
    }
    if (within.fragments.includes(id)) {
      fault('error', 'policy.fragment-cycle', `the fragment includes itself: ${[...within.fragments, id].join(' → ')}`)
      return []
    }
    if (within.fragments.length > 0) {
      const mend = 'include it where the outer one is included, too'
      fault('warning', 'policy.nested-fragment', 'API Management takes no fragment inside a fragment', mend)
    }
    // a fragment that cannot be read makes whatever includes it unsound
    for (const diagnostic of file.diagnostics) this.#compilation.diagnostics.add(diagnostic)
    const inner: Place = { ...within, file, fragments: [...within.fragments, id] }
    checkFragmentRoot(file, this.#compilation, inner)
    return this.section(fragmentContent(file.roots), inner).filter(step => step !== base)
  }

  #builder(element: PolicyElement, policy: Policy, tally: Tally): ContentBuilder {
    return new ContentBuilder(this.#compilation, this, policy.element, idOf(element), tally)
  }

  /** Undefined when the policy is not sound: then there are faults, or what it names cannot be seen. */
  #compileContent(element: PolicyElement, policy: Policy, within: Place): { step: Step; shaper: Shaper } | undefined {
    const { diagnostics, ports } = this.#compilation
    const errorsBefore = diagnostics.errors
    const tally: Tally = { uses: new Set(), unresolved: false }
    const builder = this.#builder(element, policy, tally)
    const content = builder.build(element, policy.schema, within)
    if (policy.notRun !== undefined) {
      this.#refuseNotRun(element, policy.notRun, within)
      return undefined
    }
    if (diagnostics.errors > errorsBefore || tally.unresolved) return undefined
    const origin = originAt(within, policy.element, idOf(element), element.offset)
    this.#compilation.places.push(origin)
    if (policy.counts !== undefined && !within.anySection)
      this.#compilation.counters.push(counterUse(element, policy.counts, origin))
    const site = this.#site(element, within, origin)
    const needs = bodyNeeds(
      tally.uses,
      typeof policy.needs === 'function' ? policy.needs(content, site) : (policy.needs ?? []),
      within,
    )
    const limit = ports.maxBufferedBodyBytes
    const ready = withBuffering(content, needs, limit)
    const shaper = policy.shape?.(ready, ports, site)
    if (shaper !== undefined) {
      const shape = bufferedShaper(shaper, needs, limit)
      return { step: guard(ownMessage(shape, within.section), origin), shaper: guardShaper(shape, origin) }
    }
    const step = policy.compile?.(ready, ports, site)
    if (step === undefined) {
      const told = diagnostics.errors > errorsBefore || this.#compilation.workspace.partial
      // a policy that loads and does nothing would be a hole
      if (!told) throw new Error(`${policy.element} compiled to nothing and reported no fault`)
      return undefined
    }
    return { step: guard(buffered(step, needs, limit), origin), shaper: (ctx, _message) => step(ctx) }
  }

  #site(element: PolicyElement, within: Place, place: PolicyPlace): Site {
    const tell =
      (severity: 'error' | 'warning'): Site['fault'] =>
      (code, message, mend, position) => {
        const at = { file: within.file.file, ...(position ?? within.file.lines.position(element.offset)) }
        this.#compilation.diagnostics.add({ ...at, severity, code, message, ...(mend === undefined ? {} : { mend }) })
      }
    return {
      ...within.file.lines.position(element.offset),
      file: within.file.file,
      section: within.section,
      scope: within.scope,
      path: within.ancestors,
      policyId: idOf(element) || element.name,
      place,
      workspace: this.#compilation.workspace,
      fault: tell('error'),
      warn: tell('warning'),
    }
  }
}

/** A fragment's policies: those in its `<fragment>`, or the bare ones of a snippet. */
export function fragmentContent(roots: readonly PolicyElement[]): readonly PolicyElement[] {
  const [only] = roots
  return roots.length === 1 && only?.name === 'fragment' ? only.children : roots
}

/** What stands in `<fragment>` besides policies is a fault. */
export function checkFragmentRoot({ roots }: PolicyFile, compilation: Compilation, place: Place): void {
  const [root] = roots
  if (root?.name !== 'fragment') return
  const text = root.text?.source.trim()
  if (text !== undefined) {
    report(
      compilation,
      place,
      'error',
      text.offsetOf(0),
      'policy.unexpected-text',
      '`fragment` takes no text',
      'take the text out',
    )
  }
}

/** A shaping policy on its section's own message: the request on the way in, the response on the way out. */
function ownMessage(shaper: Shaper, section: SectionName): Step {
  if (section === 'inbound' || section === 'backend') return ctx => shaper(ctx, ctx.request)
  return ctx => {
    ctx.response ??= emptyResponse()
    return shaper(ctx, ctx.response)
  }
}

/** What an author's expressions touch in the policies' own condition may have changed once the policies it holds ran. */
function withBuffering(content: Content<Schema>, needs: BodyNeeds, limit: number): Content<Schema> {
  // a schema with `policies` has a step there; the erased type cannot say so
  const held = content.policies as Step | undefined
  return held === undefined
    ? content
    : ({ ...content, policies: bufferedAfter(held, needs, limit) } as unknown as Content<Schema>)
}

function bodyNeeds(uses: ReadonlySet<string>, needs: readonly Need[], { section, message }: Place): BodyNeeds {
  const own = needs.includes('message-body') && message === 'own'
  const onRequest = section === 'inbound' || section === 'backend'
  return {
    request: needs.includes('request-body') || (own && onRequest) || uses.has('IRequest.Body'),
    response:
      needs.includes('response-body') ||
      (own && !onRequest) ||
      (uses.has('IResponse.Body') && uses.has('IProxyRequestContext.Response')),
  }
}

function idOf(element: PolicyElement): string {
  return element.attributes.find(attribute => attribute.name === 'id')?.value.source.text ?? ''
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter(item => !test(item))]
}
