import { isDeepStrictEqual } from 'node:util'
import type { ResponseMessage } from '../../policies/context/call-context.ts'
import { textOfBody } from './compare.ts'

/** What is kept of an answer. Other headers differ from call to call. */
export interface Snapshot {
  readonly status: number
  readonly contentType: string | null
  readonly body: string
}

/** The kept answers of one file of tests, by the tests' names. */
export type Snapshots = ReadonlyMap<string, Snapshot>

export async function snapshotOf(status: number, response: ResponseMessage | null): Promise<Snapshot> {
  const body = response === null ? '' : await textOfBody(response.body)
  return { status, contentType: response?.headers.get('content-type') ?? null, body }
}

/** A text for each part that is not as it was kept. */
export function snapshotDifferences(kept: Snapshot, got: Snapshot): readonly string[] {
  return (['status', 'contentType', 'body'] as const).flatMap(part =>
    isDeepStrictEqual(kept[part], got[part])
      ? []
      : [`snapshot ${part}: expected ${JSON.stringify(kept[part])}, got ${JSON.stringify(got[part])}`],
  )
}

/** Throws what JSON.parse throws, or TypeError for another shape. */
export function parseSnapshots(text: string): Snapshots {
  const json: unknown = JSON.parse(text)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new TypeError('snapshots are an object')
  return new Map(Object.entries(json).map(([name, value]) => [name, snapshotIn(value)]))
}

function snapshotIn(value: unknown): Snapshot {
  const { status, contentType, body } = value as Record<string, unknown> // judged next
  if (typeof status !== 'number' || typeof body !== 'string' || !(contentType === null || typeof contentType === 'string'))
    throw new TypeError('a snapshot has status, contentType and body')
  return { status, contentType, body }
}

/** In the order of names: a changed answer is a changed line and nothing else. */
export function formatSnapshots(snapshots: Snapshots): string {
  const sorted = [...snapshots].sort(([a], [b]) => (a < b ? -1 : 1))
  return `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`
}
