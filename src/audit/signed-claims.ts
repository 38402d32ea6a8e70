import type { KeyObject } from 'node:crypto'
import type { AuditEvent } from './audit-event.ts'
import { type ChainHead, parseHead } from './chain-head.ts'
import { followSegment } from './follow-segment.ts'
import { checkpointIn, type LineContent } from './line-content.ts'
import { type Segment, segmentsIn } from './segments.ts'
import { isMain } from './writer-name.ts'

/** The end of a chain as a main chain names it. */
export interface NamedEnd {
  readonly head: ChainHead
  /** Nothing of this writer can follow: a good checkpoint says so there. */
  readonly hasEnded: boolean
  /** When it was named, in ms since 1970-01-01 UTC. */
  readonly since: number
}

/** Where a chain goes on behind a segment that was removed in its time. */
export interface ChainPlace {
  readonly nextSeq: number
  readonly lastHash: string
}

/** What main chains say of others, for as far as good checkpoints sign it: nobody else can have written that. */
export class SignedClaims {
  /** By writer, the farthest. */
  readonly named = new Map<string, NamedEnd>()
  /** By name of the segment. */
  readonly retired = new Map<string, ChainPlace>()

  /** Whether this says more of its writer than is known. */
  isNew({ head, hasEnded }: Omit<NamedEnd, 'since'>): boolean {
    const known = this.named.get(head.writer)
    if (known === undefined || head.seq > known.head.seq) return true
    return head.seq === known.head.seq && (head.hash !== known.head.hash || (hasEnded && !known.hasEnded))
  }

  name(end: NamedEnd): void {
    if (this.isNew(end)) this.named.set(end.head.writer, end)
  }

  add(other: SignedClaims): void {
    for (const end of other.named.values()) this.name(end)
    for (const [name, place] of other.retired) this.retired.set(name, place)
  }

  read({ event, time = '', detail = {} }: LineContent, counts: (writer: string) => boolean): void {
    if (event === 'audit.heads')
      for (const { head, hasEnded } of headsIn(detail))
        if (counts(head.writer)) this.name({ head, hasEnded, since: Date.parse(time) })
    if (event === 'audit.retired') this.retired.set(String(detail.segment), placeIn(detail))
  }
}

/** The heads that an event names. `ended`: nothing of their writers can follow. */
export function headsIn(detail: AuditEvent['detail']): readonly Pick<NamedEnd, 'head' | 'hasEnded'>[] {
  return ['found', 'told', 'ended'].flatMap(member =>
    [detail[member] ?? []].flat().flatMap(text => {
      const head = parseHead(String(text))
      return head === undefined ? [] : { head, hasEnded: member === 'ended' }
    }),
  )
}

/** Where the chain goes on behind the segment that an event retires. */
export function placeIn({ nextSeq, lastHash }: AuditEvent['detail']): ChainPlace {
  return { nextSeq: Number(nextSeq), lastHash: String(lastHash) }
}

/** Whether it counts that a main chain names a chain. */
export type Counts = (main: string, writer: string) => boolean

/** Reads all main chains of a folder. What is damaged in them says nothing from there on. */
export async function signedClaims(folder: string, publicKey: KeyObject, counts: Counts = () => true): Promise<SignedClaims> {
  const claims = new SignedClaims()
  for (const segment of segmentsIn(folder)) if (isMain(segment.writer)) claims.add(await claimsOf(segment, publicKey, counts))
  return claims
}

async function claimsOf(segment: Segment, publicKey: KeyObject, counts: Counts): Promise<SignedClaims> {
  const [signed, waiting] = [new SignedClaims(), [] as LineContent[]]
  const { signedTo } = await followSegment(segment, publicKey, (line, content) => {
    if (content.event !== undefined) waiting.push(content)
    // what only looks like a checkpoint can be put behind what nobody signed
    if (checkpointIn(line, content) === undefined) return
    for (const event of waiting.splice(0)) signed.read(event, writer => counts(segment.writer, writer))
  })
  // the last checkpoint covers all before it; when it is not good, nobody knows from where on that is so
  return signedTo < 0 ? new SignedClaims() : signed
}
