import type { CallAddress } from '../call-address.ts'
import { beyond, type Principal, principalText } from './principal.ts'
import type { OperationAccess } from './who-may.ts'

/** Who gains or loses an operation by a change of the workspace; `condition`: somebody may, and who cannot be told. */
export interface AccessChange extends CallAddress {
  readonly kind: 'gains' | 'loses' | 'condition'
  /** Null where a condition decides. */
  readonly principal: string | null
  readonly api: string
  readonly operation: string
  readonly method: string
  readonly product: string | null
  /** It may be called by whoever comes: the change that wants the closest look. */
  readonly opensToAll: boolean
}

/** One line for each operation and principal, in the order of the new table; operations that are gone come last. */
export function accessDiff(before: readonly OperationAccess[], after: readonly OperationAccess[]): readonly AccessChange[] {
  const old = new Map(before.map(row => [keyOf(row), row]))
  const changes = after.flatMap(row => {
    const was = old.get(keyOf(row))
    old.delete(keyOf(row))
    return changesOf(was, row)
  })
  return [...changes, ...[...old.values()].flatMap(gone => changesOf(gone, undefined))]
}

const keyOf = ({ api, method, path, versionHeader, product }: OperationAccess) =>
  JSON.stringify([api, method, path, versionHeader, product])

function changesOf(was: OperationAccess | undefined, row: OperationAccess | undefined): readonly AccessChange[] {
  // a key that is no longer asked for is a change, too
  const isSameKey = was !== undefined && row !== undefined && was.subscriptionKey === row.subscriptionKey
  const gained = without(row?.may ?? [], isSameKey ? was.may : [])
  const lost = without(was?.may ?? [], isSameKey ? row.may : [])
  const about = row ?? was
  const isNamed = [...gained, ...lost].some(({ kind }) => kind === 'user' || kind === 'application')
  return [
    ...(row === undefined ? [] : gained.map(one => changeFor('gains', one, row))),
    ...(was === undefined ? [] : lost.map(one => changeFor('loses', one, was))),
    ...(about === undefined || isNamed || !isUntold(was, row)
      ? []
      : [{ kind: 'condition', principal: null, ...whereOf(about), opensToAll: false } as const]),
  ]
}

const without = (all: readonly Principal[], others: readonly Principal[]) => all.flatMap(one => beyond(one, others))

function changeFor(kind: 'gains' | 'loses', principal: Principal, row: OperationAccess): AccessChange {
  const text = `${principalText(principal)}${row.subscriptionKey ? ' with a subscription key' : ''}`
  const isOpen = principal.kind === 'nobody' && !row.subscriptionKey
  return { kind, principal: text, ...whereOf(row), opensToAll: kind === 'gains' && isOpen }
}

function whereOf({ api, operation, method, path, versionHeader, product }: OperationAccess) {
  return { api, operation, method, path, ...(versionHeader === undefined ? {} : { versionHeader }), product }
}

/** Whether a condition changed, came or went that nobody who was tried shows the effect of. */
function isUntold(was: OperationAccess | undefined, row: OperationAccess | undefined): boolean {
  const isUnknown = was?.reach === 'unknown' || row?.reach === 'unknown'
  if (was === undefined || row === undefined) return isUnknown
  if (was.reach === 'nobody' && row.reach === 'nobody') return false
  return was.conditions.untold !== row.conditions.untold || (isUnknown && was.conditions.all !== row.conditions.all)
}
