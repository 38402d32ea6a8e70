import type { Catalog } from '../catalog/catalog.ts'
import { compilePolicies } from '../policies/compile-policies.ts'
import { inertPorts } from '../policies/inert-ports.ts'
import { type CounterKind, type CounterUse, sharedByAccident } from '../policies/limits/counter-use.ts'

/** A limit or cache of the workspace, and where it counts. */
export interface CounterRow {
  readonly kind: CounterKind
  readonly policy: string
  /** As it is written: a constant, an expression, or what it is made of. */
  readonly key: string
  readonly limit: string
  readonly scope: string
  readonly file: string
  readonly line: number
  /** What sees the same count or value. */
  readonly where: 'all gateways (Redis)' | 'this gateway process'
  /** Whether it is there again after a restart. */
  readonly outlives: boolean
  /** A policy in another document that has the same key, which is a warning of `check`. */
  readonly sharedWith?: string
}

/** Every limit and cache that policies use, document by document, each once however often its document is included. */
export function counterRows(catalog: Catalog): readonly CounterRow[] {
  const uses = compilePolicies(catalog, inertPorts).counters
  const shared = new Map(sharedByAccident(uses).map(({ use, first }) => [use, first]))
  const rows = new Map<string, CounterRow>()
  for (const use of uses) {
    const { file, line, column, scope } = use.place
    const id = JSON.stringify([file, line, column, scope])
    if (!rows.has(id)) rows.set(id, rowOf(use, shared.get(use), catalog))
  }
  return [...rows.values()]
}

function rowOf(use: CounterUse, first: CounterUse | undefined, { settings }: Catalog): CounterRow {
  const { place, kind, key, apart, amounts, cachingType } = use
  const isShared = settings.store?.redis !== undefined && kind !== 'concurrency' && cachingType !== 'internal'
  return {
    kind,
    policy: place.policy,
    key,
    limit: [...amounts, ...apart].join(' '),
    scope: place.scope,
    file: place.file,
    line: place.line,
    where: isShared ? 'all gateways (Redis)' : 'this gateway process',
    outlives: isShared || kind === 'quota',
    ...(first === undefined ? {} : { sharedWith: `${first.place.file}:${first.place.line}` }),
  }
}
