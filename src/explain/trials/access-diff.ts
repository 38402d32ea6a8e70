import { type OperationAccess, type Principal, principalText } from './who-may.ts'

/** Who gains or loses an operation by a change of the workspace. */
export interface AccessChange {
  readonly kind: 'gains' | 'loses'
  readonly principal: string
  readonly api: string
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly versionHeader?: string
  readonly product: string | null
  /** It may be called by whoever comes: the change that wants the closest look. */
  readonly opensToAll: boolean
}

/** One line for each operation and principal, in the order of the new table; operations that are gone come last. */
export function accessDiff(before: readonly OperationAccess[], after: readonly OperationAccess[]): readonly AccessChange[] {
  const old = new Map(before.map(row => [keyOf(row), row]))
  const changes: AccessChange[] = []
  for (const row of after) {
    const was = old.get(keyOf(row))
    old.delete(keyOf(row))
    // a key that is no longer asked for is a change, too
    const before = was?.subscriptionKey === row.subscriptionKey ? was.may : []
    changes.push(...changesOf(row, before, row.may))
    if (was !== undefined && was.subscriptionKey !== row.subscriptionKey) changes.push(...changesOf(was, was.may, []))
  }
  for (const gone of old.values()) changes.push(...changesOf(gone, gone.may, []))
  return changes
}

const keyOf = ({ api, method, path, versionHeader, product }: OperationAccess) =>
  JSON.stringify([api, method, path, versionHeader, product])

function changesOf(
  { api, operation, method, path, versionHeader, product, subscriptionKey }: OperationAccess,
  before: readonly Principal[],
  after: readonly Principal[],
): readonly AccessChange[] {
  const where = { api, operation, method, path, ...(versionHeader === undefined ? {} : { versionHeader }), product }
  const change = (kind: AccessChange['kind']) => (principal: Principal) => {
    const isOpen = principal.kind === 'nobody' && !subscriptionKey
    const text = `${principalText(principal)}${subscriptionKey ? ' with a subscription key' : ''}`
    return { kind, principal: text, ...where, opensToAll: kind === 'gains' && isOpen }
  }
  return [
    ...after.filter(one => !covers(before, one)).map(change('gains')),
    ...before.filter(one => !covers(after, one)).map(change('loses')),
  ]
}

/** Whether the principal is among them, itself or as part of a wider one. */
function covers(may: readonly Principal[], principal: Principal): boolean {
  return may.some(
    one =>
      one.kind === 'nobody' ||
      (one.kind === 'token' && principal.kind !== 'nobody') ||
      principalText(one) === principalText(principal),
  )
}
