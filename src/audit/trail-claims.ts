import type { AuditEvent } from './audit-event.ts'
import { readLine } from './chain.ts'
import type { ChainHead } from './chain-head.ts'
import { contentOf } from './line-content.ts'
import { linesHolding } from './scan-lines.ts'
import { readSegment, type Segment } from './segments.ts'
import { type ChainPlace, headsIn, placeIn } from './signed-claims.ts'
import { isMain } from './writer-name.ts'

/** Where the trail says something of itself. */
export interface Said {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** The chain that it stands in, and its number there; undefined: an auditor says it. */
  readonly by?: { readonly writer: string; readonly seq: number }
}

/** A segment that was removed when its time had come: where its chain goes on. */
export type Retired = ChainPlace & Said

export type ClaimedHead = ChainHead & Said

/** What main chains say of the trail; whether they may be believed is for the verdict. */
export interface TrailClaims {
  /** By name of the segment. */
  readonly begun: ReadonlyMap<string, Said>
  readonly retired: ReadonlyMap<string, Retired>
  /** By writer: what auditors say, and the farthest that the trail says. A chain that holds that line holds all before it. */
  readonly heads: ReadonlyMap<string, readonly ClaimedHead[]>
  /** By writer: chains that were there and could not be read. */
  readonly unread: ReadonlyMap<string, Said>
}

/** Reads them before any chain is followed: a chain is then held against what others say of it in one go. */
export async function readClaims(segments: readonly Segment[], expected: readonly ClaimedHead[]): Promise<TrailClaims> {
  const begun = new Map<string, Said>()
  const retired = new Map<string, Retired>()
  const farthest = new Map<string, ClaimedHead>()
  const unread = new Map<string, Said>()
  for (const segment of segments.filter(({ writer }) => isMain(writer)))
    for await (const { event, detail, said } of ownEvents(segment)) {
      const name = String(detail.segment)
      if (event === 'audit.segment') begun.set(name, said)
      if (event === 'audit.retired') retired.set(name, { ...said, ...placeIn(detail) })
      if (event !== 'audit.heads') continue
      for (const { head } of headsIn(detail))
        if (head.seq > (farthest.get(head.writer)?.seq ?? -1)) farthest.set(head.writer, { ...head, ...said })
      for (const text of [detail.unread ?? []].flat()) unread.set(String(text).split(': ', 1)[0] ?? '', said)
    }
  return { begun, retired, heads: Map.groupBy([...expected, ...farthest.values()], ({ writer }) => writer), unread }
}

const ownEvent = Buffer.from('"record":{"event":"audit.')

type OwnEvent = Pick<AuditEvent, 'event' | 'detail'> & { readonly said: Said }

/** What can be read of them; lines that cannot are found when their chain is followed. */
async function* ownEvents(segment: Segment): AsyncGenerator<OwnEvent> {
  let line = 0
  try {
    for await (const bytes of linesHolding(readSegment(segment), [])) {
      line++
      const parsed = bytes.includes(ownEvent) ? readLine(bytes) : undefined
      const { event, detail } = (parsed && contentOf(parsed)) ?? {}
      if (parsed === undefined || event === undefined || typeof detail !== 'object' || detail === null) continue
      yield { event, detail, said: { file: segment.path, line, by: { writer: segment.writer, seq: parsed.seq } } }
    }
  } catch {
    // a damaged file: the same
  }
}
