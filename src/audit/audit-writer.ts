import type { Checkpoint } from './audit-event.ts'
import { type AuditSigner, signCheckpoint } from './audit-key.ts'
import { type ChainEnd, chainStart } from './chain.ts'
import { LineBatch } from './line-batch.ts'
import { textOf, type Written } from './record-text.ts'
import { SegmentFile } from './segment-file.ts'

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
}

/** A writer's name: it sorts by time, and no two writers share it. */
export function writerName(role: string | number): string {
  return `${new Date().toISOString().replace(/[-:.]/g, '')}-${process.pid}-${role}`
}

/** Records that are turned into text at once. The fewer, the fewer live long enough for the garbage collector to carry them along. */
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
  /** What came in, a few at a time: turned into text together that takes half of what it takes in the middle of a call each. */
  #fresh: Written[] = []
  /** What waits, and what is being written; they change places. */
  #waiting = new LineBatch()
  #leaving = new LineBatch()
  #lost = 0
  #file: SegmentFile | undefined
  #segments = 0
  #chain: ChainEnd = { seq: 0, prev: chainStart }
  /** Records since the last checkpoint, and when that was. */
  #unsigned = 0
  #signedAt = 0
  /** Of the batch that waits. */
  #timer: NodeJS.Timeout | undefined
  /** Of the next checkpoint: far later, so a batch must never wait for it. */
  #signing: NodeJS.Timeout | undefined
  /** One after another; none rejects. */
  #passes: Promise<void> = Promise.resolve()
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

  write(record: Written): void {
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
  flush(): Promise<void> {
    this.#passes = this.#passes.then(() => this.#pass())
    return this.#passes
  }

  /** Writes what waits, signs it, syncs it to the disk and closes the segment. */
  async close(): Promise<void> {
    await this.flush()
    this.#stopTimers()
    try {
      await this.#closeSegment('writer')
    } catch (error) {
      this.#report(true, `the audit trail cannot be closed: ${textOfError(error)}`)
    }
  }

  #addFresh(): void {
    for (const record of this.#fresh) this.#waiting.add(textOf(record))
    this.#fresh = []
  }

  async #pass(): Promise<void> {
    this.#stopTimers()
    this.#isPassing = true
    try {
      if (this.#leaving.count > 0) await this.#append() // what could not be written the last time
      this.#addFresh()
      ;[this.#waiting, this.#leaving] = [this.#leaving, this.#waiting]
      await this.#append()
      await this.#checkpointWhenDue()
      this.#report(false, 'the audit trail is written again')
      if (this.waiting > 0) this.#timer = setTimeout(() => void this.flush(), this.#options.interval)
    } catch (error) {
      // once is enough, however often it is tried
      this.#report(true, `the audit trail cannot be written: ${textOfError(error)}`)
      this.#timer = setTimeout(() => void this.flush(), 1000)
      this.#timer.unref()
    } finally {
      this.#isPassing = false
    }
  }

  async #append(): Promise<void> {
    const { count } = this.#leaving
    if (count === 0) return
    // a full segment stays open until there is more to write: so the last one of a writer says that it is the last
    if (this.#file !== undefined && this.#file.size >= this.#options.maxSegmentBytes) await this.#closeSegment('segment')
    this.#file ??= await this.#beginSegment()
    await this.#writeChained(this.#file, this.#leaving)
    this.#leaving.clear()
    this.#unsigned += count
  }

  /** All of them or none. */
  async #writeChained(file: SegmentFile, batch: LineBatch): Promise<void> {
    const { bytes, end } = batch.chained(this.#chain)
    await file.append(bytes)
    this.#chain = end
  }

  async #checkpointWhenDue(): Promise<void> {
    if (this.#file === undefined || this.#unsigned === 0) return
    const { checkpointRecords, checkpointInterval } = this.#options
    const due = this.#signedAt + checkpointInterval - Date.now()
    if (this.#unsigned >= checkpointRecords || due <= 0) {
      await this.#checkpoint(this.#file)
      // a slow disk is no call's affair: only the end of a segment waits for it
      this.#file.syncAside(error => this.#report(true, `the audit trail cannot be synced: ${error.message}`))
    } else {
      // a trail that falls silent is signed all the same
      this.#signing = setTimeout(() => void this.flush(), due)
      this.#signing.unref()
    }
  }

  #stopTimers(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#signing)
    this.#timer = undefined
    this.#signing = undefined
  }

  async #checkpoint(file: SegmentFile, ends?: 'segment' | 'writer'): Promise<void> {
    const { signer, writer } = this.#options
    if (signer !== undefined || ends !== undefined) {
      const place = { writer, segment: file.number, ...this.#chain }
      const signed =
        signer === undefined ? { keyId: '', signature: '' } : { keyId: signer.keyId, signature: signCheckpoint(place, signer) }
      const checkpoint: Checkpoint = {
        checkpoint: { time: new Date().toISOString(), ...signed, ...(ends === undefined ? {} : { ends }) },
      }
      const alone = new LineBatch()
      alone.add(textOf(checkpoint))
      await this.#writeChained(file, alone)
    }
    this.#unsigned = 0
    this.#signedAt = Date.now()
  }

  /** Segments of a writer are numbered and chained on: the first line of one names the last hash of the one before. */
  async #beginSegment(): Promise<SegmentFile> {
    const { folder, writer, onSegment } = this.#options
    const number = this.#segments + 1
    const name = `${writer}-${String(number).padStart(6, '0')}.jsonl`
    const file = await SegmentFile.begin(folder, name, number)
    this.#segments = number
    this.#signedAt = Date.now()
    onSegment?.(name)
    return file
  }

  async #closeSegment(ends: 'segment' | 'writer'): Promise<void> {
    const file = this.#file
    if (file === undefined) return
    await this.#checkpoint(file, ends)
    this.#file = undefined
    await file.close()
  }

  #report(failing: boolean, message: string): void {
    if (this.#failing === failing) return
    this.#failing = failing
    this.#options.onTrouble?.({ failing, message })
  }
}

const textOfError = (error: unknown) => (error instanceof Error ? error.message : String(error))
