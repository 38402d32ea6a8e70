import type { Severity } from '../../catalog/diagnostic.ts'
import type { Compiler } from '../../expressions/expressions.ts'
import type { Policy, Workspace } from '../define-policy.ts'
import type { CounterUse } from '../limits/counter-use.ts'
import type { Ports } from '../ports.ts'
import type { PolicyElement, PolicyFile } from '../read/read-policy.ts'
import type { ScopeName, SectionName } from '../step.ts'
import type { PolicyPlace } from '../trace/tracer.ts'
import type { Diagnostics } from './diagnostics.ts'
import type { NamedValues } from './named-values.ts'
import type { Origin } from './origin.ts'

/** What all documents of a workspace are compiled with. */
export interface Compilation {
  readonly ports: Ports
  readonly diagnostics: Diagnostics
  readonly namedValues: NamedValues
  readonly fragments: ReadonlyMap<string, PolicyFile>
  readonly workspace: Workspace
  readonly compiler: Compiler
  readonly policies: ReadonlyMap<string, Policy>
  /** Every policy that was compiled, and every part that holds policies, in their order: what can run at all. */
  readonly places: PolicyPlace[]
  /** Where they count and keep. */
  readonly counters: CounterUse[]
}

/** Where in a document the compiler stands. */
export interface Place {
  readonly file: PolicyFile
  readonly scope: ScopeName
  readonly section: SectionName
  /** A part of a document that is looked at alone: which section it will stand in cannot be known. */
  readonly anySection: boolean
  /** The scope is not known either, or not alone. */
  readonly anyScope: boolean
  /** Names of the elements around, the section first. */
  readonly ancestors: readonly string[]
  /** `choose[1]/when[2]`: the way down from the section; empty at its top. */
  readonly path: string
  /** Fragments being included, the outermost first. */
  readonly fragments: readonly string[]
  /** How often each policy stood in this section and this document so far. */
  readonly counts: { readonly section: Map<string, number>; readonly document: Map<string, number> }
  /** What shaping policies work on: the section's own message, or one that a policy around makes. */
  readonly message: 'own' | 'made'
}

/** Reports a fault at an offset of the place's file. */
export function report(
  compilation: Compilation,
  place: Place,
  severity: Severity,
  offset: number,
  code: string,
  message: string,
  mend?: string,
): void {
  compilation.diagnostics.at(place.file, offset, severity, code, message, mend)
}

/** The place inside an element: for its children, and for what goes wrong in it. */
export function inside(place: Place, element: PolicyElement, index: number): Place {
  const step = `${element.name}[${index}]`
  const path = place.path === '' ? step : `${place.path}/${step}`
  return { ...place, ancestors: [...place.ancestors, element.name], path, counts: countsIn(place.counts, element.name) }
}

/** Of the branches of a `choose` one runs: what stands in another does not count. */
function countsIn(counts: Place['counts'], element: string): Place['counts'] {
  if (element !== 'when' && element !== 'otherwise') return counts
  return { section: new Map(counts.section), document: new Map(counts.document) }
}

/** The number of an element among its siblings of the same name, from 1. */
export function indexAmong(siblings: readonly PolicyElement[], element: PolicyElement): number {
  const known = indexes.get(siblings) ?? numbered(siblings)
  indexes.set(siblings, known)
  return known.get(element) ?? 0
}

/** Counted once for each list: a document of a megabyte may hold very many siblings. */
const indexes = new WeakMap<readonly PolicyElement[], ReadonlyMap<PolicyElement, number>>()

function numbered(siblings: readonly PolicyElement[]): ReadonlyMap<PolicyElement, number> {
  const counts = new Map<string, number>()
  return new Map(
    siblings.map((element): [PolicyElement, number] => {
      const count = (counts.get(element.name) ?? 0) + 1
      counts.set(element.name, count)
      return [element, count]
    }),
  )
}

/** How records and `context.LastError` name a policy: one at the top of its section without a number. */
export function originAt(place: Place, policy: string, policyId: string, offset: number): Origin {
  const path = place.path.includes('/') ? place.path : place.path.replace(/\[\d+\]$/, '')
  const { scope, section, file } = place
  return { policy, policyId, scope, section, path, file: file.file, ...file.lines.position(offset) }
}
