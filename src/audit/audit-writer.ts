import { closeSync, fsync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditEvent, Checkpoint } from './audit-event.ts'
import { type AuditSigner, signCheckpoint } from './audit-key.ts'
import { chainStart, formatLine } from './chain.ts'
import type { KeptCall } from './kept-call.ts'
import type { DecisionRecord } from './record.ts'

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

type Written = DecisionRecord | AuditEvent | KeptCall

/** A writer's name: it sorts by time, and no two writers share it. */
export function writerName(role: string | number): string {
  return `${new Date().toISOString().replace(/[-:.]/g, '')}-${process.pid}-${role}`
}

const defaults = {
  maxQueue: 10_000,
  maxSegmentBytes: 64 * 1024 * 1024,
  interval: 50,
  checkpointRecords: 5000,
  checkpointInterval: 5000,
}

/**
 * Writes the records of one thread as JSON lines, in batches, each line chained to the one before, with signed checkpoints among them. A call never waits for
 * the disk: what does not fit into the queue is counted, and the next record says how many were lost. Once a checkpoint is written, a crash of the machine
 * cannot lose what stands before it; a crash of the process loses at most the batch that waits.
 */
export class AuditWriter {
  readonly #options: AuditOptions & typeof defaults
  /** What waits: as it came, or as text once a write has failed. */
  #queue: (Written | string)[] = []
  #lost = 0
  #file: number | undefined
  #bytes = 0
  #seq = 0
  #prev = chainStart
  #segment = 0
  /** Records since the last checkpoint, and when that was. */
  #unsigned = 0
  #signedAt = 0
  /** Of the batch that waits. */
  #timer: NodeJS.Timeout | undefined
  /** Of the next checkpoint: far later, so a batch must never wait for it. */
  #signing: NodeJS.Timeout | undefined
  #failing = false
  #syncing = false
  #syncAgain = false

  constructor(options: AuditOptions) {
    this.#options = { ...defaults, ...options }
  }

  /** Whether another record would be lost: what `auditOverflow: refuse` asks before a call is served. */
  get isFull(): boolean {
    return this.#queue.length >= this.#options.maxQueue
  }

  /** Records that wait to be written. */
  get waiting(): number {
    return this.#queue.length
  }

  /** Records lost since the last one that was written. */
  get lost(): number {
    return this.#lost
  }

  /** The record is turned into text later, with others: that takes a third of what it takes in the middle of a call. */
  write(record: Written): void {
    if (this.isFull) {
      this.#lost++
      return
    }
    const lost = this.#lost
    this.#lost = 0
    this.#queue.push(lost === 0 ? record : { ...record, lostBefore: lost })
    this.#timer ??= setTimeout(() => this.flush(), this.#options.interval)
  }

  /** Writes what waits. What cannot be written stays in the queue for the next try. */
  flush(): void {
    this.#stopTimers()
    if (this.#queue.length === 0 && this.#unsigned === 0) return
    const batch = this.#queue.map(textOf)
    try {
      this.#append(batch)
      this.#queue = []
      this.#checkpointWhenDue()
      this.#report(false, 'the audit trail is written again')
    } catch (error) {
      // once is enough, however often it is tried; an error behind the batch has left nothing of it in the queue
      if (this.#queue.length > 0) this.#queue = batch
      this.#report(true, `the audit trail cannot be written: ${error instanceof Error ? error.message : String(error)}`)
      this.#timer = setTimeout(() => this.flush(), 1000)
      this.#timer.unref()
    }
  }

  /** Writes what waits, signs it, syncs it to the disk and closes the segment. */
  close(): void {
    this.flush()
    this.#stopTimers()
    try {
      this.#closeSegment('writer')
    } catch (error) {
      this.#report(true, `the audit trail cannot be closed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  #append(batch: readonly string[]): void {
    if (batch.length === 0) return
    // a full segment stays open until there is more to write: so the last one of a writer says that it is the last
    if (this.#bytes >= this.#options.maxSegmentBytes) this.#closeSegment('segment')
    this.#file ??= this.#openSegment()
    this.#writeLines(this.#file, batch)
    this.#unsigned += batch.length
  }

  /** All of them or none. */
  #writeLines(file: number, texts: readonly string[]): void {
    let [seq, prev] = [this.#seq, this.#prev]
    let text = ''
    for (const recordText of texts) {
      const { line, hash } = formatLine(seq, prev, recordText)
      text += line
      prev = hash
      seq++
    }
    const bytes = Buffer.from(text, 'utf8')
    writeWhole(file, bytes, this.#bytes)
    ;[this.#seq, this.#prev] = [seq, prev]
    this.#bytes += bytes.length
  }

  #checkpointWhenDue(): void {
    if (this.#file === undefined || this.#unsigned === 0) return
    const { checkpointRecords, checkpointInterval } = this.#options
    const due = this.#signedAt + checkpointInterval - Date.now()
    if (this.#unsigned >= checkpointRecords || due <= 0) this.#checkpoint(this.#file)
    // a trail that falls silent is signed all the same
    else {
      this.#signing = setTimeout(() => this.flush(), due)
      this.#signing.unref()
    }
  }

  #stopTimers(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#signing)
    this.#timer = undefined
    this.#signing = undefined
  }

  #checkpoint(file: number, ends?: 'segment' | 'writer'): void {
    const { signer, writer } = this.#options
    if (signer !== undefined || ends !== undefined) {
      const place = { writer, segment: this.#segment, seq: this.#seq, prev: this.#prev }
      const signed =
        signer === undefined ? { keyId: '', signature: '' } : { keyId: signer.keyId, signature: signCheckpoint(place, signer) }
      const checkpoint: Checkpoint = {
        checkpoint: { time: new Date().toISOString(), ...signed, ...(ends === undefined ? {} : { ends }) },
      }
      this.#writeLines(file, [JSON.stringify(checkpoint)])
    }
    if (ends === undefined) this.#syncAside(file)
    else fsyncSync(file)
    this.#unsigned = 0
    this.#signedAt = Date.now()
  }

  /** A slow disk is no call's affair: only the end of a segment waits for it. One sync at a time, lest they take all of node's threads for files. */
  #syncAside(file: number): void {
    if (this.#syncing) {
      this.#syncAgain = true
      return
    }
    this.#syncing = true
    fsync(file, error => {
      this.#syncing = false
      // closed meanwhile: then it was synced
      if (error !== null && error.code !== 'EBADF') this.#report(true, `the audit trail cannot be synced: ${error.message}`)
      if (this.#syncAgain && this.#file !== undefined) this.#syncAside(this.#file)
      this.#syncAgain = false
    })
  }

  /** Segments of a writer are numbered and chained on: the first line of one names the last hash of the one before. */
  #openSegment(): number {
    const { folder, writer, onSegment } = this.#options
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const name = `${writer}-${String(this.#segment + 1).padStart(6, '0')}.jsonl`
    const file = openSync(join(folder, name), 'ax', 0o600)
    this.#segment++
    this.#bytes = 0
    this.#signedAt = Date.now()
    onSegment?.(name)
    return file
  }

  #closeSegment(ends: 'segment' | 'writer'): void {
    if (this.#file === undefined) return
    this.#checkpoint(this.#file, ends)
    closeSync(this.#file)
    this.#file = undefined
  }

  #report(failing: boolean, message: string): void {
    if (this.#failing === failing) return
    this.#failing = failing
    this.#options.onTrouble?.({ failing, message })
  }
}

/** JSON on one line for every reader: some end a line at U+2028 and U+2029 too, which JSON leaves as they are. */
function textOf(record: Written | string): string {
  if (typeof record === 'string') return record
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
