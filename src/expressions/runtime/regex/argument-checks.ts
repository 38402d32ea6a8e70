import { outOfRange } from '../collections/argument-errors.ts'

export const badCountOf = () => outOfRange('count', 'Count cannot be less than -1.')

/** A match timeout's ticks (of 100 ns) in milliseconds; undefined for Regex.InfiniteMatchTimeout. */
export function timeoutOf(ticks: bigint): number | undefined {
  if (ticks === -10_000n) return undefined
  const milliseconds = Number(ticks) / 10_000
  if (milliseconds <= 0 || milliseconds > 2_147_483_646) {
    throw outOfRange('matchTimeout', 'Specified argument was out of the range of valid values.')
  }
  return milliseconds
}
