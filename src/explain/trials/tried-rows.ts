import type { AccessRow } from '../../access/access-matrix.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import { type Principal, widest } from './principal.ts'
import type { OperationAccess, Reach } from './who-may.ts'

/** A row of the matrix and what trial calls found of it. */
export interface TriedRow extends AccessRow {
  /** Who got in; absent, as `reach` is, for what was not tried. */
  readonly may?: readonly Principal[]
  readonly reach?: Reach
  /** App roles that the policies want and no application of the local directory declares. */
  readonly undeclaredRoles: readonly string[]
}

/** A row stands for all ways that ask the same; what is not served was not tried. */
export function triedRows(
  rows: readonly AccessRow[],
  found: readonly OperationAccess[],
  { directory }: Catalog,
): readonly TriedRow[] {
  const byWay = new Map(found.map(one => [keyOf(one.api, one.operation, one.product), one]))
  const declared = directory?.applications.flatMap(({ appRoles }) => appRoles.map(({ value }) => value))
  return rows.map(row => {
    const ways = row.products.flatMap(product => byWay.get(keyOf(row.api, row.operation, product)) ?? [])
    const roles = new Set(ways.flatMap(({ asked }) => asked.roles))
    const undeclaredRoles = declared === undefined ? [] : [...roles].filter(role => !declared.includes(role))
    const may = widest(ways.flatMap(one => one.may))
    return { ...row, ...(ways.length === 0 ? {} : { may, reach: reachOf(ways) }), undeclaredRoles }
  })
}

const keyOf = (api: string, operation: string, product: string | null) => JSON.stringify([api, operation, product])

function reachOf(ways: readonly OperationAccess[]): Reach {
  if (ways.some(({ reach }) => reach === 'known')) return 'known'
  return ways.every(({ reach }) => reach === 'nobody') ? 'nobody' : 'unknown'
}
