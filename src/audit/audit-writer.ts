import { type AuditSigner, checkpointText } from './audit-key.ts'
import { CallText } from './call-text.ts'
import { ChainEnd } from './chain-end.ts'
import type { ChainHead } from './chain-head.ts'
import { LineBatch } from './line-batch.ts'
import type { CallRecord } from './record.ts'
import { jsonOf, type Written } from './record-text.ts'
import { SegmentFile } from './segment-file.ts'
import { segmentName } from './segments.ts'

export interface AuditOptions {
  /** The folder of the segments; made when it is not there, for its owner alone. */
  readonly folder: string
  /** Tells this writer's segments from those of others: time, process and thread. */
  readonly writer: string
  /** Signs checkpoints; absent: the trail is chained and not signed. */
  readonly signer?: AuditSigner
  /** Records waiting to be written; past that they are dropped and counted, or calls are refused, as the workspace says. */
  readonly maxQueue?: number
  /** Bytes after which a segment is closed and a new one begun. */
  readonly maxSegmentBytes?: number
  /** Milliseconds between batches. */
  readonly interval?: number
  /** Records, and milliseconds, after which a batch is signed and synced to the disk. */
  readonly checkpointRecords?: number
  readonly checkpointInterval?: number
  /** Told once when writing begins to fail and once when it works again. */
  readonly onTrouble?: (trouble: { readonly failing: boolean; readonly message: string }) => void
  /** Told when a segment is begun: its file's name. */
  readonly onSegment?: (name: string) => void
  /** Told when the disk has a checkpoint: how far the chain goes. */
  readonly onCheckpoint?: (head: ChainHead) => void
}

/** What the writers of one gateway have in common: when it began, and its process. */
export function runName(): string {
  return `${new Date().toISOString().replace(/[-:.]/g, '')}-${process.pid}`
}

/** A writer's name: it sorts by time, and no two writers share it. */
export function writerName(role: string | number, run: string = runName()): string {
  return `${run}-${role}`
}

/** What a batch ends with: a checkpoint alone, or one that says that nothing follows in the segment, or of the writer. */
type Ending = 'checkpoint' | 'segment' | 'writer'

/** Records that are made lines at once. The fewer, the fewer live long enough for the garbage collector to carry them along. */
const together = 64

const defaults = {
  maxQueue: 10_000,
  maxSegmentBytes: 64 * 1024 * 1024,
  interval: 50,
  checkpointRecords: 5000,
  checkpointInterval: 5000,
}

/**
 * Writes the records of one thread as JSON lines, in batches, each line chained to the one before, with signed checkpoints among them. Neither a call nor its
 * thread waits for the disk: what does not fit into the queue is counted, and the next record says how many were lost. Once a checkpoint is written, a crash of
 * the machine cannot lose what stands before it; a crash of the process loses at most the batches that wait and are being written.
 */
export class AuditWriter {
  readonly #options: AuditOptions & typeof defaults
  /** What came in, a few at a time: made lines together, they take half of what each takes in the middle of a call. */
  #fresh: (CallRecord | Written)[] = []
  readonly #callText = new CallText()
  readonly #chain = new ChainEnd()
  /** Lines that wait, and those that are being written; they change places. */
  #waiting = new LineBatch(this.#chain)
  #leaving = new LineBatch(this.#chain)
  /** What the lines that are being written end with, and the chain's end then. */
  #ending: { readonly kind: Ending; readonly head: ChainHead } | undefined
  #lost = 0
  #file: SegmentFile | undefined
  #segments = 0
  /** Records since the last checkpoint, and when that was. */
  #unsigned = 0
  #signedAt = 0
  /** Of the batch that waits. */
  #timer: NodeJS.Timeout | undefined
  /** Of the next checkpoint: far later, so a batch must never wait for it. */
  #signing: NodeJS.Timeout | undefined
  /** One after another; none rejects. */
  #passes: Promise<unknown> = Promise.resolve()
  #isPassing = false
  #failing = false

  constructor(options: AuditOptions) {
    this.#options = { ...defaults, ...options }
  }

  /** Whether another record would be lost: what `auditOverflow: refuse` asks before a call is served. */
  get isFull(): boolean {
    return this.waiting >= this.#options.maxQueue
  }

  /** Records that are not written yet. */
  get waiting(): number {
    return this.#fresh.length + this.#waiting.count + this.#leaving.count
  }

  /** Records lost since the last one that was written. */
  get lost(): number {
    return this.#lost
  }

  write(record: CallRecord | Written): void {
    if (this.isFull) {
      this.#lost++
      return
    }
    const lost = this.#lost
    this.#lost = 0
    this.#fresh.push(lost === 0 ? record : { ...record, lostBefore: lost })
    if (this.#fresh.length >= together) this.#addFresh()
    if (!this.#isPassing) this.#timer ??= setTimeout(() => void this.flush(), this.#options.interval)
  }

  /** Writes what waits. What cannot be written waits for the next try. Resolves when that was done, or has failed. */
  async flush(): Promise<void> {
    await this.#inTurn(false)
  }

  /** Writes what waits, and signs it; the disk has it when this resolves. Rejects when it has not. */
  async seal(): Promise<void> {
    if (!(await this.#inTurn(true))) throw new Error('the audit trail cannot be written')
    await this.#file?.sync()
  }

  #inTurn(seals: boolean): Promise<boolean> {
    const pass = this.#passes.then(() => this.#pass(seals))
    this.#passes = pass
    return pass
  }

  /** Writes what waits, signs it, syncs it to the disk and closes the segment. */
  async close(): Promise<void> {
    await this.flush()
    this.#stopTimers()
    try {
      if (this.#segments > 0 && this.#leaving.count === 0) this.#endWith('writer')
      await this.#deliver()
    } catch (error) {
      this.#report(true, `the audit trail cannot be closed: ${messageOf(error)}`)
      await this.#file?.close().catch(() => {}) // that was said
    }
  }

  #addFresh(): void {
    for (const record of this.#fresh) {
      if (isCall(record)) this.#callText.addTo(this.#waiting, record)
      else this.#waiting.add(jsonOf(record))
    }
    this.#fresh = []
  }

  /** False when something could not be written. */
  async #pass(seals: boolean): Promise<boolean> {
    this.#stopTimers()
    this.#isPassing = true
    try {
      await this.#deliver() // what could not be written the last time
      this.#load(seals)
      await this.#deliver()
      this.#report(false, 'the audit trail is written again')
      this.#setTimers()
      return true
    } catch (error) {
      // once is enough, however often it is tried
      this.#report(true, `the audit trail cannot be written: ${messageOf(error)}`)
      this.#timer = setTimeout(() => void this.flush(), 1000)
      this.#timer.unref()
      return false
    } finally {
      this.#isPassing = false
    }
  }

  /** Takes what waits, and ends it with a checkpoint when one is due. */
  #load(seals: boolean): void {
    this.#addFresh()
    ;[this.#waiting, this.#leaving] = [this.#leaving, this.#waiting]
    const { count, bytes } = this.#leaving
    const { maxSegmentBytes, checkpointRecords } = this.#options
    if (this.#file === undefined) this.#signedAt = Date.now()
    this.#unsigned += count
    if (count > 0 && (this.#file?.size ?? 0) + bytes.length >= maxSegmentBytes) this.#endWith('segment')
    else if (this.#unsigned >= checkpointRecords || (this.#unsigned > 0 && (seals || this.#nextCheckpoint() <= 0)))
      this.#endWith('checkpoint')
  }

  /** All that was loaded, or nothing of it. */
  async #deliver(): Promise<void> {
    const ending = this.#ending
    if (this.#leaving.count === 0 && ending === undefined) return
    const file = this.#file ?? (await this.#beginSegment())
    this.#file = file
    await file.append(this.#leaving.bytes)
    this.#leaving.clear()
    this.#ending = undefined
    if (ending === undefined) return
    // a slow disk is no call's affair: only the end of a segment waits for it
    if (ending.kind === 'checkpoint') file.syncAside(error => this.#synced(ending.head, error))
    else {
      this.#file = undefined
      await file.close()
      this.#synced(ending.head)
    }
  }

  #synced(head: ChainHead, error?: Error): void {
    if (error === undefined) this.#options.onCheckpoint?.(head)
    else this.#report(true, `the audit trail cannot be synced: ${error.message}`)
  }

  /** Milliseconds until then. */
  #nextCheckpoint(): number {
    return this.#signedAt + this.#options.checkpointInterval - Date.now()
  }

  #setTimers(): void {
    if (this.waiting > 0) this.#timer = setTimeout(() => void this.flush(), this.#options.interval)
    if (this.#unsigned === 0) return
    // a trail that falls silent is signed all the same
    this.#signing = setTimeout(() => void this.flush(), this.#nextCheckpoint())
    this.#signing.unref()
  }

  #stopTimers(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#signing)
    this.#timer = undefined
    this.#signing = undefined
  }

  #endWith(kind: Ending): void {
    this.#unsigned = 0
    this.#signedAt = Date.now()
    if (this.#options.signer !== undefined || kind !== 'checkpoint') this.#addCheckpoint(kind)
    this.#ending = { kind, head: { writer: this.#options.writer, seq: this.#chain.seq - 1, hash: this.#chain.prev } }
  }

  #addCheckpoint(kind: Ending): void {
    const { signer, writer } = this.#options
    const place = { writer, segment: this.#file?.number ?? this.#segments + 1, seq: this.#chain.seq, prev: this.#chain.prev }
    const ends = kind === 'checkpoint' ? {} : { ends: kind }
    this.#leaving.add(checkpointText(place, { time: new Date().toISOString(), ...ends }, signer))
  }

  /** Segments of a writer are numbered and chained on: the first line of one names the last hash of the one before. */
  async #beginSegment(): Promise<SegmentFile> {
    const { folder, writer, onSegment } = this.#options
    const number = this.#segments + 1
    const name = segmentName(writer, number)
    const file = await SegmentFile.begin(folder, name, number)
    this.#segments = number
    onSegment?.(name)
    return file
  }

  #report(failing: boolean, message: string): void {
    if (this.#failing === failing) return
    this.#failing = failing
    this.#options.onTrouble?.({ failing, message })
  }
}

const isCall = (record: CallRecord | Written): record is CallRecord => 'time' in record && typeof record.time === 'number'

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
