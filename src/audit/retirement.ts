import type { KeyObject } from 'node:crypto'
import { chainStart, type ReadLine } from './chain.ts'
import { followSegment } from './follow-segment.ts'
import { type Segment, segmentName } from './segments.ts'
import { type ChainPlace, type SignedClaims, signedClaims } from './signed-claims.ts'

/** How old a segment is that is as it was written; or why it is not. */
export type Judged = { readonly newest: number; readonly place: ChainPlace } | { readonly fault: string }

/**
 * Judges whether segments may be removed when their time has come: the trail says of them, signed, that it removed them, so what somebody damaged or made to look old must
 * not be among them. One look at a folder.
 */
export class Retirement {
  readonly #folder: string
  readonly #publicKey: KeyObject
  #claims: SignedClaims | undefined
  /** By writer: where those end that were removed in this look. */
  readonly #ends = new Map<string, ChainPlace>()

  constructor(folder: string, publicKey: KeyObject) {
    this.#folder = folder
    this.#publicKey = publicKey
  }

  async judge(segment: Segment): Promise<Judged> {
    let newest = Number.NEGATIVE_INFINITY
    const { first, last, signedTo, fault } = await followSegment(segment, this.#publicKey, (_, { time, checkpoint }) => {
      const at = Date.parse(time ?? checkpoint?.time ?? '')
      if (at > newest) newest = at
    })
    if (fault !== undefined) return { fault }
    if (first === undefined || last === undefined || newest < 0) return { fault: 'it holds no record with a time' }
    if (!(await this.#goesOn(segment, first))) return { fault: 'it does not go on where the segment before it ended' }
    const place = { nextSeq: last.seq + 1, lastHash: last.hash }
    if (last.seq === signedTo) return { newest, place }
    const since = await this.#namedSince(segment, last)
    if (since === undefined) return { fault: 'its end is not signed, and no signed chain names it' }
    // nobody knows that what is not signed is older than its naming
    return { newest: Math.max(newest, since), place }
  }

  removed({ writer }: Segment, place: ChainPlace): void {
    this.#ends.set(writer, place)
  }

  async #goesOn({ writer, number }: Segment, { seq, prev }: ReadLine): Promise<boolean> {
    if (number === 1) return seq === 0 && prev === chainStart
    const before = this.#ends.get(writer) ?? (await this.#read()).retired.get(segmentName(writer, number - 1))
    return before?.nextSeq === seq && before.lastHash === prev
  }

  /** In ms since 1970-01-01 UTC. */
  async #namedSince({ writer }: Segment, { seq, hash }: ReadLine): Promise<number | undefined> {
    const { head, since } = (await this.#read()).named.get(writer) ?? {}
    return head?.seq === seq && head.hash === hash ? since : undefined
  }

  /** They are many, so only who asks for them has them read. */
  async #read(): Promise<SignedClaims> {
    this.#claims ??= await signedClaims(this.#folder, this.#publicKey)
    return this.#claims
  }
}
