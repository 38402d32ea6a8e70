import type { Api, Catalog, Operation, Product } from '../catalog/catalog.ts'
import type { Diagnostic } from '../catalog/diagnostic.ts'
import type { CallContext, DecidedBy } from './context/call-context.ts'
import type { CounterUse } from './limits/counter-use.ts'
import type { Outcome } from './outcome.ts'
import type { Ports } from './ports.ts'
import type { PolicyPlace } from './trace/tracer.ts'

/** A section as one function. Answers at once unless a policy in it waits. A refusal comes with where it was made. */
export type Section = (ctx: CallContext) => SectionResult | Promise<SectionResult>

export interface SectionResult {
  readonly outcome: Outcome
  /** The policy that ended it; undefined for `next`. */
  readonly decidedBy?: DecidedBy
}

/** The effective policy of an operation: global, workspace, product, API and operation composed through `<base />`. */
export interface Plan {
  readonly inbound: Section
  readonly backend: Section
  readonly outbound: Section
  readonly onError: Section
  /** What a kept response runs in place of the rest: outbound from behind the policy that keeps it; absent: nothing. */
  readonly afterHit?: Section
  /** What runs on a call to no API or no operation, which a policy may answer all the same; absent: nothing. */
  readonly anywhere?: Section
  /** What a CORS preflight runs in place of inbound: the cors policies of all scopes. */
  readonly preflight: Section
}

export interface PolicyProgram {
  readonly diagnostics: readonly Diagnostic[]
  /** Every policy, and every part that holds policies, as often as documents include it. */
  readonly places: readonly PolicyPlace[]
  /** Where policies count and keep, as often as documents include them. */
  readonly counters: readonly CounterUse[]
  /** Undefined when the policies of that operation have errors (it is then named in `diagnostics`). */
  planFor(api: Api, operation: Operation, product: Product | null): Plan | undefined
}

/** Reads, composes and compiles every policy of the catalog, once. Never throws for an author's mistake. */
export type CompilePolicies = (catalog: Catalog, ports: Ports) => PolicyProgram
