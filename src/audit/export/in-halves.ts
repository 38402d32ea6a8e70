import type { ExportedRecord } from './read-trail.ts'

/**
 * Sends what is too large together in halves, in order; what is too large alone, never. Gives the number of those.
 */
export async function inHalves(
  records: readonly ExportedRecord[],
  send: (records: readonly ExportedRecord[]) => Promise<'arrived' | 'too large'>,
): Promise<number> {
  if ((await send(records)) === 'arrived') return 0
  if (records.length === 1) return 1
  const half = Math.ceil(records.length / 2)
  return (await inHalves(records.slice(0, half), send)) + (await inHalves(records.slice(half), send))
}
