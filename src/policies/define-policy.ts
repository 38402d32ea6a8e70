import type { Certificate } from '../catalog/catalog.ts'
import type { Position } from '../catalog/diagnostic.ts'
import type { ReasonCode } from '../catalog/reason.ts'
import type { SchemaDocument } from '../catalog/schema-document.ts'
import type { CounterFacts } from './limits/counter-use.ts'
import type { Ports } from './ports.ts'
import type { Need, ScopeName, SectionName, Shaper, Step } from './step.ts'
import type { PolicyPlace } from './trace/tracer.ts'
import { type Constant, type Evaluator, literal, type ValueSpec, value } from './values.ts'

export { literal, value }

/** A child element with attributes, children or policies of its own. */
export interface ElementSpec<S extends Schema, Required extends boolean = boolean> {
  readonly form: 'element'
  readonly schema: S
  readonly required: Required
}

/** A child that may stand several times. */
export interface ManySpec<X extends ValueSpec<unknown> | ElementSpec<Schema>> {
  readonly form: 'many'
  readonly of: X
  readonly min: number
  readonly max: number
}

export type ChildSpec = ValueSpec<unknown> | ElementSpec<Schema> | ManySpec<ValueSpec<unknown> | ElementSpec<Schema>>

/** Whole policies inside an element: all of the section's, or only those named. */
export interface PoliciesSpec {
  readonly only?: readonly string[]
  readonly min?: number
}

/** Policies inside an element that shape a message of its own: `set-header` and `set-body` of a send-request. */
export interface ShapersSpec {
  /** What the message is: it decides which shapers make sense. */
  readonly message: 'request' | 'response'
  readonly only: readonly string[]
}

/** What may stand in an element. A part left out may not stand there. */
export interface Schema {
  readonly attributes?: Readonly<Record<string, ValueSpec<unknown>>>
  readonly children?: Readonly<Record<string, ChildSpec>>
  readonly text?: ValueSpec<unknown>
  readonly policies?: PoliciesSpec
  readonly shapers?: ShapersSpec
}

type FromValue<V> = V extends ValueSpec<infer T, infer L> ? (L extends true ? Constant<T> : Evaluator<T>) : never

type FromChild<C> =
  C extends ManySpec<infer X>
    ? readonly FromChild<X>[]
    : C extends ElementSpec<infer S, infer R>
      ? R extends true
        ? Content<S>
        : Content<S> | undefined
      : FromValue<C>

/** An element as `compile` sees it: checked against its schema, every value a function of the call. */
export interface Content<S extends Schema> {
  readonly attributes: { readonly [K in keyof S['attributes']]: FromValue<S['attributes'][K]> }
  readonly children: { readonly [K in keyof S['children']]: FromChild<S['children'][K]> }
  /** The element's own text, for a schema with `text`. */
  readonly text: FromValue<S['text']>
  /** Its policies in a row, for a schema with `policies`: the first outcome that is not `next` ends them. */
  readonly policies: S['policies'] extends PoliciesSpec ? Step : undefined
  /** Its policies, each a step of its own (wait runs them side by side). */
  readonly eachPolicy: S['policies'] extends PoliciesSpec ? readonly Step[] : undefined
  /** Its shaping policies in a row, for a schema with `shapers`. */
  readonly shape: S['shapers'] extends ShapersSpec ? Shaper : undefined
  /** Names of the policies that stand in it, in order. */
  readonly policyNames: readonly string[]
  /** Names of the attributes that were written. */
  readonly written: ReadonlySet<string>
  /** Where the element begins. */
  readonly position: Position
}

/** Where a policy stands, and how it tells its author of faults that no schema can express. */
export interface Site extends Position {
  readonly file: string
  readonly section: SectionName
  /** The scope whose document it stands in; a fragment's policies have the scope of the place that includes it. */
  readonly scope: ScopeName
  /** Names of the elements around it, the section first: `inbound`, `choose`, `when`. */
  readonly path: readonly string[]
  /** The `id` attribute, or its element's name. */
  readonly policyId: string
  /** What `ctx.tracer` knows it by. */
  readonly place: PolicyPlace
  /** Where text from `set-backend-service backend-id` and the like is looked up. */
  readonly workspace: Workspace
  fault(code: string, message: string, mend?: string, position?: Position): void
  warn(code: string, message: string, mend?: string, position?: Position): void
}

/** What a policy may name. `partial`: a file is looked at alone, so what is not found may be elsewhere. */
export interface Workspace {
  readonly partial: boolean
  readonly backends: ReadonlyMap<string, { readonly name: string; readonly url: string }>
  readonly certificates: readonly Certificate[]
  /** By ARM name; absent: none. */
  readonly schemas?: ReadonlyMap<string, SchemaDocument>
}

interface Facts<S extends Schema> {
  readonly element: string
  /** One sentence for the table of policies. */
  readonly summary: string
  /** Title of its page in the API Management policy reference. */
  readonly source: string
  readonly sections: readonly SectionName[]
  /** Default: every scope. */
  readonly scopes?: readonly ScopeName[]
  /** Only inside these elements. */
  readonly parents?: readonly string[]
  /** How often it may stand in one section or one document. */
  readonly max?: { readonly count: number; readonly per: 'section' | 'document' }
  readonly schema: S
  /** Bodies that must be in memory before it runs, besides what its expressions touch. */
  readonly needs?: readonly Need[] | ((content: Content<S>, site: Site) => readonly Need[])
  /** What stands in its place: a fragment's content, or the policies of the scope around. Such a policy has no step of its own. */
  readonly inlines?: 'fragment' | 'base'
  /** Where Gatehouse knowingly does other than Azure, and why. */
  readonly differences?: readonly string[]
  /** Where Microsoft's own pages contradict each other, or themselves, and which was followed. */
  readonly pagesDisagree?: readonly string[]
  /** What it counts or keeps in. */
  readonly counts?: CounterFacts
  /** Reasons that it can give a call. */
  readonly reasons?: readonly ReasonCode[]
  /** It keeps the response at hand for other calls; those go on behind it. */
  readonly keepsResponse?: boolean
  /** It has its say on calls to no API and no operation too, before they are refused. */
  readonly answersAnywhere?: boolean
  /** It has its say on CORS preflights, on which no other policy runs. */
  readonly answersPreflights?: boolean
  /** It is known and does not run: where it stands is judged, and loading it is refused with this mend. */
  readonly notRun?: string
}

interface WithCompile<S extends Schema> extends Facts<S> {
  /** Runs once, at load. What it returns runs for each call. Undefined after a fault was reported. */
  compile(content: Content<S>, ports: Ports, site: Site): Step | undefined
}

interface WithShape<S extends Schema> extends Facts<S> {
  /** For a policy that changes a message: the section's own, or the one a surrounding policy makes. */
  shape(content: Content<S>, ports: Ports, site: Site): Shaper | undefined
}

interface WithInlines<S extends Schema> extends Facts<S> {
  readonly inlines: 'fragment' | 'base'
}

interface WithNotRun<S extends Schema> extends Facts<S> {
  readonly notRun: string
}

/** A policy with its schema's types forgotten: what the compiler of documents works with. */
export interface Policy extends Omit<Facts<Schema>, 'needs'> {
  readonly needs?: readonly Need[] | ((content: Content<Schema>, site: Site) => readonly Need[])
  readonly compile?: (content: Content<Schema>, ports: Ports, site: Site) => Step | undefined
  readonly shape?: (content: Content<Schema>, ports: Ports, site: Site) => Shaper | undefined
}

/** Declares a policy: its facts, from which checks and documentation are made, and its behaviour. */
export function definePolicy<const S extends Schema>(
  policy: WithCompile<S> | WithShape<S> | WithInlines<S> | WithNotRun<S>,
): Policy {
  // the document compiler hands each policy content that was built by this very schema
  return policy as unknown as Policy
}

/** A child element with a structure of its own. */
export function element<const S extends Schema>(schema: S): ElementSpec<S, true> {
  return { form: 'element', schema, required: true }
}

/** A child that stands once. */
export function one<X extends ValueSpec<unknown> | ElementSpec<Schema, true>>(spec: X): X {
  return spec
}

/** A child that stands any number of times, in order. */
export function many<X extends ValueSpec<unknown> | ElementSpec<Schema>>(
  spec: X,
  { min = 0, max = Infinity }: { readonly min?: number; readonly max?: number } = {},
): ManySpec<X> {
  return { form: 'many', of: spec, min, max }
}

/** An attribute or child that may be left out: then it is `fallback`, or undefined. */
export function optional<T, L extends boolean>(spec: ValueSpec<T, L>): ValueSpec<T | undefined, L>
export function optional<T, L extends boolean>(spec: ValueSpec<T, L>, fallback: T): ValueSpec<T, L>
export function optional<S extends Schema>(spec: ElementSpec<S>): ElementSpec<S, false>
export function optional(spec: ValueSpec<unknown> | ElementSpec<Schema>, fallback?: unknown): ChildSpec {
  return spec.form === 'element' ? { ...spec, required: false } : { ...spec, required: false, fallback }
}

/** Policies inside an element: all that its section allows, or only those named. */
export function policies(options: PoliciesSpec = {}): PoliciesSpec {
  return options
}

/** Policies inside an element that shape the message it makes. */
export function shapers(message: 'request' | 'response', only: readonly string[]): ShapersSpec {
  return { message, only }
}
