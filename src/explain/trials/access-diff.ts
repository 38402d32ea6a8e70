import type { CallAddress } from '../call-address.ts'
import { includes, type Principal, principalText } from './principal.ts'
import type { OperationAccess } from './who-may.ts'

/** Who gains or loses an operation by a change of the workspace. */
export interface AccessChange extends CallAddress {
  readonly kind: 'gains' | 'loses'
  readonly principal: string
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
  return [
    ...(row === undefined ? [] : gained.map(one => changeFor('gains', one, row))),
    ...(was === undefined ? [] : lost.map(one => changeFor('loses', one, was))),
  ]
}

const without = (all: readonly Principal[], others: readonly Principal[]) =>
  all.filter(one => !others.some(wider => includes(wider, one)))

function changeFor(kind: 'gains' | 'loses', principal: Principal, row: OperationAccess): AccessChange {
  const text = `${principalText(principal)}${row.subscriptionKey ? ' with a subscription key' : ''}`
  const isOpen = principal.kind === 'nobody' && !row.subscriptionKey
  return { kind, principal: text, ...whereOf(row), opensToAll: kind === 'gains' && isOpen }
}

function whereOf({ api, operation, method, path, versionHeader, product }: OperationAccess) {
  return { api, operation, method, path, ...(versionHeader === undefined ? {} : { versionHeader }), product }
}
