import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { chainStart, formatLine } from './chain.ts'
import type { DecisionRecord } from './record.ts'

export interface AuditOptions {
  /** The folder of the segments; made when it is not there, for its owner alone. */
  readonly folder: string
  /** Tells this writer's segments from those of others: worker and process. */
  readonly writer: string
  /** Records waiting to be written; past that they are dropped and counted, or calls are refused, as the workspace says. */
  readonly maxQueue?: number
  /** Bytes after which a segment is closed and a new one begun. */
  readonly maxSegmentBytes?: number
  /** Milliseconds between batches. */
  readonly interval?: number
  /** Told once when writing begins to fail and once when it works again. */
  readonly onTrouble?: (trouble: { readonly failing: boolean; readonly message: string }) => void
}

/**
 * Writes the records of one thread as JSON lines, in batches, each line chained to the one before. A call never waits for the disk: what does not
 * fit into the queue is counted, and the next record says how many were lost.
 */
export class AuditWriter {
  readonly #options: Required<AuditOptions>
  #queue: string[] = []
  #lost = 0
  #file: number | undefined
  #path = ''
  #bytes = 0
  #seq = 0
  #prev = chainStart
  #segment = 0
  #timer: NodeJS.Timeout | undefined
  #failing = false

  constructor(options: AuditOptions) {
    this.#options = { maxQueue: 10_000, maxSegmentBytes: 64 * 1024 * 1024, interval: 50, onTrouble: () => {}, ...options }
  }

  /** Whether another record would be lost: what `auditOverflow: refuse` asks before a call is served. */
  get isFull(): boolean {
    return this.#queue.length >= this.#options.maxQueue
  }

  /** Records lost since the last one that was written. */
  get lost(): number {
    return this.#lost
  }

  write(record: DecisionRecord): void {
    if (this.isFull) {
      this.#lost++
      return
    }
    const lost = this.#lost
    this.#lost = 0
    this.#queue.push(lineOf(lost === 0 ? record : { ...record, lostBefore: lost }))
    this.#timer ??= setTimeout(() => this.flush(), this.#options.interval)
  }

  /** Writes what waits. What cannot be written stays in the queue for the next try. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#queue.length === 0) return
    const batch = this.#queue
    try {
      this.#append(batch)
      this.#queue = []
      this.#report(false, 'the audit trail is written again')
    } catch (error) {
      this.#report(true, `the audit trail cannot be written: ${error instanceof Error ? error.message : String(error)}`)
      this.#timer = setTimeout(() => this.flush(), 1000)
      this.#timer.unref()
    }
  }

  /** Writes what waits, syncs it to the disk and closes the segment. */
  close(): void {
    this.flush()
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#closeSegment()
  }

  #append(batch: readonly string[]): void {
    this.#file ??= this.#openSegment()
    let [seq, prev] = [this.#seq, this.#prev]
    let text = ''
    for (const recordText of batch) {
      const { line, hash } = formatLine(seq, prev, recordText)
      text += line
      prev = hash
      seq++
    }
    const bytes = Buffer.from(text, 'utf8')
    writeWhole(this.#file, bytes, this.#bytes)
    ;[this.#seq, this.#prev] = [seq, prev]
    this.#bytes += bytes.length
    if (this.#bytes >= this.#options.maxSegmentBytes) this.#closeSegment()
  }

  /** Segments of a writer are numbered and chained on: the first line of one names the last hash of the one before. */
  #openSegment(): number {
    mkdirSync(this.#options.folder, { recursive: true, mode: 0o700 })
    this.#segment++
    this.#path = join(this.#options.folder, `${this.#options.writer}-${String(this.#segment).padStart(6, '0')}.jsonl`)
    this.#bytes = 0
    return openSync(this.#path, 'ax', 0o600)
  }

  #closeSegment(): void {
    if (this.#file === undefined) return
    fsyncSync(this.#file)
    closeSync(this.#file)
    this.#file = undefined
  }

  #report(failing: boolean, message: string): void {
    if (this.#failing === failing) return
    this.#failing = failing
    this.#options.onTrouble({ failing, message })
  }
}

/** JSON on one line for every reader: some end a line at U+2028 and U+2029 too, which JSON leaves as they are. */
function lineOf(record: DecisionRecord): string {
  return JSON.stringify(record).replace(/[\u2028\u2029]/g, end => (end === '\u2028' ? '\\u2028' : '\\u2029'))
}

/** Writes all or nothing: what a full disk took of a batch is cut off again, so that the next try leaves no half line behind. */
function writeWhole(file: number, bytes: Buffer, sizeBefore: number): void {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
  } catch (error) {
    ftruncateSync(file, sizeBefore)
    throw error
  }
}
