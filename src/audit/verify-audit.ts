import type { KeyObject } from 'node:crypto'
import type { AuditEvent, Checkpoint } from './audit-event.ts'
import { isCheckpointGood, keyIdOf } from './audit-key.ts'
import { chainStart, hashOf, parseLine } from './chain.ts'
import type { DecisionRecord } from './record.ts'
import { linesHolding } from './scan-lines.ts'
import { readSegment, type Segment, segmentsIn } from './segments.ts'

export interface AuditFault {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly message: string
}

export interface AuditVerdict {
  readonly segments: number
  readonly records: number
  readonly faults: readonly AuditFault[]
  /** What is no fault and yet to be known: a writer that was killed, records that no checkpoint covers, segments whose time had come. */
  readonly notes: readonly string[]
  /** Records behind the last checkpoint of their writer: chained, but not signed. */
  readonly unsigned: number
}

/**
 * Follows the chain of every writer through its segments, and holds their checkpoints against the key: a record that was changed, removed, inserted or moved
 * breaks it there. Segments that the trail itself says it began must be there, unless it says too that it removed them. Without a key signatures are not judged.
 */
export async function verifyAudit(folder: string, publicKey?: KeyObject): Promise<AuditVerdict> {
  const trail = new Trail(publicKey)
  const segments = segmentsIn(folder)
  for (const [writer, own] of Map.groupBy(segments, ({ writer }) => writer)) await trail.follow(writer, own)
  return trail.verdict(segments)
}

interface Link {
  readonly seq: number
  readonly hash: string
}

/** What the trail says of a segment that was removed when its time had come: where the chain goes on behind it. */
interface Retired {
  readonly seq: number
  readonly hash: string
}

/** Segments that are missing before one. */
interface Gap {
  readonly writer: string
  readonly first: Segment
  /** The number that should come. */
  readonly expected: number
  /** What the first line behind the gap says that it follows. */
  readonly got: Link
}

type Line = DecisionRecord | AuditEvent | Checkpoint

class Trail {
  readonly #publicKey: KeyObject | undefined
  readonly #faults: AuditFault[] = []
  readonly #notes: string[] = []
  readonly #begun = new Map<string, { readonly file: string; readonly line: number }>()
  readonly #retired = new Map<string, Retired>()
  /** Chains that begin in the middle, to be looked at when all is read. */
  readonly #gaps: Gap[] = []
  #records = 0
  #unsigned = 0

  constructor(publicKey: KeyObject | undefined) {
    this.#publicKey = publicKey
  }

  async follow(writer: string, segments: readonly Segment[]): Promise<void> {
    const chain = new Chain(writer, this.#publicKey, (file, line, message) => this.#faults.push({ file, line, message }))
    let expected = 1
    for (const segment of segments) {
      const gap = segment.number === expected ? undefined : { expected }
      expected = segment.number + 1
      await chain.read(segment, (line, at) => this.#note(line, segment, at), gap !== undefined)
      if (gap !== undefined) this.#gaps.push({ writer, first: segment, ...gap, got: chain.firstOf(segment) })
    }
    this.#records += chain.records
    this.#unsigned += chain.unsigned
    if (chain.torn !== undefined)
      this.#notes.push(`${chain.torn}: the last line is cut off; its writer was killed while it wrote`)
    else if (!chain.hasEnded && segments.length > 0) {
      const last = segments.at(-1)?.name ?? writer
      this.#notes.push(`${last}: its writer still writes, or ended without a word (it was killed)`)
    }
    if (this.#publicKey !== undefined && chain.unsigned > 0)
      this.#notes.push(
        `${segments.at(-1)?.name ?? writer}: ${chain.unsigned} records behind the last checkpoint are chained and not signed`,
      )
  }

  #note(line: Line, segment: Segment, at: number): void {
    if (!('event' in line)) return
    const { event, detail } = line
    const name = String(detail.segment ?? '')
    if (event === 'audit.segment') this.#begun.set(name, { file: segment.path, line: at })
    if (event === 'audit.retired') this.#retired.set(name, { seq: Number(detail.nextSeq), hash: String(detail.lastHash) })
  }

  verdict(segments: readonly Segment[]): AuditVerdict {
    for (const gap of this.#gaps) this.#judgeGap(gap)
    const there = new Set(segments.map(({ name }) => name))
    for (const [name, { file, line }] of this.#begun)
      if (!there.has(name) && !this.#retired.has(name))
        this.#faults.push({ file, line, message: `the segment ${name} was begun and is missing` })
    const gone = [...this.#retired.keys()].filter(name => !there.has(name)).length
    if (gone > 0) this.#notes.push(`${gone} segments were removed when their time had come, as the trail says`)
    return {
      segments: segments.length,
      records: this.#records,
      faults: this.#faults,
      notes: this.#notes,
      unsigned: this.#unsigned,
    }
  }

  /** Segments that are missing before this one: removed by the gateway itself, or by somebody. */
  #judgeGap({ writer, first, expected, got }: Gap): void {
    const numbers = Array.from({ length: first.number - expected }, (_, i) => expected + i)
    const missing = numbers.map(number => `${writer}-${String(number).padStart(6, '0')}.jsonl`)
    const unexplained = missing.find(name => !this.#retired.has(name))
    if (unexplained !== undefined)
      this.#faults.push({ file: first.path, line: 1, message: `the segment ${unexplained} before this one is missing` })
    const before = this.#retired.get(missing.at(-1) ?? '')
    if (before !== undefined && (before.seq !== got.seq || before.hash !== got.hash))
      this.#faults.push({ file: first.path, line: 1, message: 'the chain does not go on where the removed segment ended' })
  }
}

/** The chain of one writer. */
class Chain {
  readonly #writer: string
  readonly #publicKey: KeyObject | undefined
  readonly #fault: (file: string, line: number, message: string) => void
  readonly #firsts = new Map<Segment, Link>()
  link: Link = { seq: 0, hash: chainStart }
  records = 0
  unsigned = 0
  hasEnded = false
  /** Name of a segment whose last line is cut off. */
  torn: string | undefined

  constructor(writer: string, publicKey: KeyObject | undefined, fault: (file: string, line: number, message: string) => void) {
    this.#writer = writer
    this.#publicKey = publicKey
    this.#fault = fault
  }

  /** What the first line of a segment says that it follows. */
  firstOf(segment: Segment): Link {
    return this.#firsts.get(segment) ?? this.link
  }

  async read(segment: Segment, note: (line: Line, at: number) => void, isBehindGap: boolean): Promise<void> {
    let at = 0
    let broken: number | undefined
    const stream = readSegment(segment)
    try {
      for await (const bytes of linesHolding(stream, [])) {
        at++
        if (broken !== undefined) this.#fault(segment.path, broken, 'this line is no record, or was cut off')
        broken = undefined
        const parsed = parseLine(bytes.toString('utf8'))
        if (parsed === undefined) {
          broken = at
          continue
        }
        if (at === 1) this.#firsts.set(segment, { seq: parsed.seq, hash: parsed.prev })
        this.#judge(parsed, segment, at, isBehindGap && at === 1, note)
      }
    } catch (error) {
      this.#fault(segment.path, at + 1, `it cannot be read further: ${error instanceof Error ? error.message : String(error)}`)
    }
    // only the very last line may be cut off, and only when its writer did not close the segment
    if (broken === undefined) return
    if (this.hasEnded) this.#fault(segment.path, broken, 'this line is no record, or was cut off')
    else this.torn = segment.name
  }

  #judge(
    parsed: NonNullable<ReturnType<typeof parseLine>>,
    segment: Segment,
    at: number,
    isBehindGap: boolean,
    note: (line: Line, at: number) => void,
  ): void {
    const fault = (message: string) => this.#fault(segment.path, at, message)
    const { seq, prev, hash, recordText } = parsed
    if (hashOf(seq, prev, recordText) !== hash) fault('this record was changed')
    else if (!isBehindGap && seq !== this.link.seq)
      fault(`records ${this.link.seq} to ${seq - 1} before this one are missing, or it was moved`)
    else if (!isBehindGap && prev !== this.link.hash) fault('the record before this one was changed or replaced')
    if (this.hasEnded) fault('this line follows the end of its writer')
    this.link = { seq: seq + 1, hash }
    const line = parse(recordText)
    if (line === undefined) fault('this record is no JSON object')
    else if ('checkpoint' in line) this.#judgeCheckpoint(line, { seq, prev, segment: segment.number }, fault)
    else {
      this.records++
      this.unsigned++
      note(line, at)
    }
  }

  #judgeCheckpoint(
    { checkpoint }: Checkpoint,
    place: { readonly seq: number; readonly prev: string; readonly segment: number },
    fault: (message: string) => void,
  ): void {
    if (checkpoint.ends === 'writer') this.hasEnded = true
    if (checkpoint.signature === '') return
    if (this.#publicKey === undefined) {
      this.unsigned = 0
      return
    }
    if (checkpoint.keyId !== keyIdOf(this.#publicKey)) fault(`this checkpoint is signed by another key (${checkpoint.keyId})`)
    else if (!isCheckpointGood({ writer: this.#writer, ...place }, checkpoint.signature, this.#publicKey))
      fault('the signature of this checkpoint is wrong: what stands before it was made up or altered')
    else this.unsigned = 0
  }
}

function parse(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Line) : undefined // the parts that are read are judged where they are
  } catch {
    return undefined
  }
}
