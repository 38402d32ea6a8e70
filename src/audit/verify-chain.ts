import type { KeyObject } from 'node:crypto'
import { keyIdOf } from './audit-key.ts'
import { chainStart, isIntact, type ReadLine, readLine } from './chain.ts'
import type { ChainHead } from './chain-head.ts'
import { type CheckpointLine, checkpointIn, contentOf, isGood } from './line-content.ts'
import { linesHolding } from './scan-lines.ts'
import { readSegment, type Segment } from './segments.ts'
import type { ClaimedHead } from './trail-claims.ts'

type Fault = (file: string, line: number, message: string) => void

export interface ChainOptions {
  readonly writer: string
  /** Absent: signatures are not judged. */
  readonly publicKey: KeyObject | undefined
  /** Lines that others say that it holds. */
  readonly claims: readonly ClaimedHead[]
  readonly fault: Fault
}

/** Follows the chain of one writer through its segments. */
export class Chain {
  readonly #options: ChainOptions
  readonly #keyId: string | undefined
  /** What the next line has to follow. */
  #next = { seq: 0, prev: chainStart }
  /** The first line of each segment. */
  readonly #firsts = new Map<Segment, ReadLine>()
  records = 0
  /** Behind the last checkpoint. */
  unsigned = 0
  /** Number of the last line that a good checkpoint covers; -1: of none. */
  signedTo = -1
  hasSignatures = false
  hasEnded = false
  /** Name of a segment whose last line is cut off. */
  torn: string | undefined
  /** Where the last line stands that could be read: the first of its file when none could. */
  last: { readonly file: string; readonly line: number } | undefined
  readonly #held = new Set<ClaimedHead>()

  constructor(options: ChainOptions) {
    this.#options = options
    this.#keyId = options.publicKey === undefined ? undefined : keyIdOf(options.publicKey)
  }

  /** How far it goes; undefined when it holds no line. */
  get head(): ChainHead | undefined {
    const { seq, prev } = this.#next
    return seq === 0 ? undefined : { writer: this.#options.writer, seq: seq - 1, hash: prev }
  }

  firstOf(segment: Segment): ReadLine | undefined {
    return this.#firsts.get(segment)
  }

  /** Whether a line stands in it that somebody named by number and hash. */
  holds(claim: ClaimedHead): boolean {
    return this.#held.has(claim)
  }

  async read(segment: Segment, isBehindGap: boolean): Promise<void> {
    const { fault } = this.#options
    let at = 0
    let broken: number | undefined
    let tooLong = 0
    this.last = { file: segment.path, line: 1 }
    // it is told of each few megabytes of the same line
    const onTooLong = () => {
      if (tooLong !== at + 1) fault(segment.path, at + 1, 'this line is longer than any of a trail: it was put in')
      tooLong = at + 1
    }
    try {
      for await (const bytes of linesHolding(readSegment(segment), [], onTooLong)) {
        at++
        if (broken !== undefined) fault(segment.path, broken, 'this line is no record, or was cut off')
        broken = undefined
        const line = readLine(bytes)
        if (line === undefined) {
          if (at !== tooLong) broken = at // the rest of what was told
          continue
        }
        if (!this.#firsts.has(segment)) {
          this.#firsts.set(segment, line)
          if (isBehindGap) this.#next = line
        }
        this.#judge(line, segment, at)
        this.last = { file: segment.path, line: at }
      }
    } catch (error) {
      fault(segment.path, at + 1, `it cannot be read further: ${error instanceof Error ? error.message : String(error)}`)
    }
    // only the very last line may be cut off, and only when its writer did not close the segment
    if (broken === undefined) return
    if (this.hasEnded) fault(segment.path, broken, 'this line is no record, or was cut off')
    else this.torn = segment.name
  }

  #judge(line: ReadLine, segment: Segment, at: number): void {
    const fault = (message: string) => this.#options.fault(segment.path, at, message)
    const { seq, hash } = line
    const isWhole = isIntact(line)
    if (!this.#isInPlace(line, isWhole, fault)) return
    this.#next = { seq: (isWhole ? seq : this.#next.seq) + 1, prev: hash }
    for (const claim of this.#options.claims) if (claim.seq === seq && claim.hash === hash) this.#held.add(claim)
    const content = contentOf(line)
    const checkpoint = checkpointIn(line, content ?? {})
    if (content === undefined) fault('this record is no JSON object')
    else if (checkpoint !== undefined) this.#judgeCheckpoint(checkpoint, segment, fault)
    else if ('checkpoint' in content) fault('this is no checkpoint')
    else {
      this.records++
      this.unsigned++
    }
  }

  /** False for a line that stands where it does not belong: the chain goes on as if it were not there. */
  #isInPlace({ seq, prev }: ReadLine, isWhole: boolean, fault: (message: string) => void): boolean {
    const next = this.#next
    const follows = seq === next.seq || prev === next.prev
    if (this.hasEnded || (isWhole ? seq < next.seq : !follows)) {
      const where = this.hasEnded ? 'behind the end of its writer' : `behind number ${next.seq - 1}`
      fault(`this line, number ${seq}, stands ${where}: it was moved here, or put in`)
      return false
    }
    if (!isWhole) fault('this record was changed')
    else if (seq > next.seq) fault(`${numbers(next.seq, seq - 1)} should stand before this line: missing, or moved`)
    else if (prev !== next.prev) fault('the record before this one was changed or replaced')
    return true
  }

  #judgeCheckpoint(found: CheckpointLine, segment: Segment, fault: (message: string) => void): void {
    const { publicKey } = this.#options
    const { checkpoint } = found.content
    if (checkpoint.ends === 'writer') this.hasEnded = true
    if (checkpoint.signature !== '') this.hasSignatures = true
    if (publicKey === undefined) {
      if (checkpoint.signature !== '') this.unsigned = 0
      return
    }
    if (checkpoint.signature === '') fault('this checkpoint is not signed')
    else if (checkpoint.keyId !== this.#keyId) fault(`this checkpoint is signed by another key (${checkpoint.keyId})`)
    else if (!isGood(segment, found, publicKey))
      fault('the signature of this checkpoint is wrong: it, or what stands before it, was made up or altered')
    else {
      this.unsigned = 0
      this.signedTo = found.line.seq
    }
  }
}

export const numbers = (from: number, to: number): string => (from === to ? `number ${from}` : `numbers ${from} to ${to}`)
