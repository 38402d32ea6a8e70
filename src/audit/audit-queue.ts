import type { MessagePort } from 'node:worker_threads'
import { CallText } from './call-text.ts'
import type { CallRecord } from './record.ts'
import { jsonOf, type Written } from './record-text.ts'
import { TextBatch, type Texts } from './text-batch.ts'

/** What a serving thread tells the one that writes the trail: records' texts; that no more come. */
export type ToTrail = Texts | 'close'

/** What it hears: how many more of its records are written; that its part of the trail is closed. */
export type FromTrail = { readonly written: number } | 'closed'

export interface AuditQueueOptions {
  /** Records that are not written yet; past that they are dropped and counted, or calls are refused, as the workspace says. */
  readonly maxQueue?: number
  /** Milliseconds after which what waits is handed over. */
  readonly interval?: number
}

/** Records that are made texts at once: one by one, in the middle of a call, each takes longer. */
const together = 64
/** Bytes that are handed over at once at the latest. */
const enough = 256 * 1024

const defaults = { maxQueue: 10_000, interval: 50 }

/**
 * The trail as a serving thread has it: records become texts here, and another thread chains, signs and writes them. Nothing here waits for it: what does not fit into the
 * queue is counted, and the next record says how many were lost.
 */
export class AuditQueue {
  readonly #options: typeof defaults
  readonly #callText = new CallText()
  #port: MessagePort | undefined
  #fresh: (CallRecord | Written)[] = []
  #texts = new TextBatch()
  /** Handed over and not written yet. */
  #sent = 0
  #lost = 0
  #timer: NodeJS.Timeout | undefined
  #closed: (() => void) | undefined

  constructor(port: MessagePort, options: AuditQueueOptions = {}) {
    this.#options = { ...defaults, ...options }
    this.connect(port)
  }

  /** Whether another record would be lost: what `auditOverflow: refuse` asks before a call is served. */
  get isFull(): boolean {
    return this.waiting >= this.#options.maxQueue
  }

  /** Records that are not written yet. */
  get waiting(): number {
    return this.#fresh.length + this.#texts.count + this.#sent
  }

  /** Records lost since the last one that was taken. */
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
    if (this.#fresh.length >= together) this.#makeTexts()
    if (this.#texts.size >= enough) this.#handOver()
    else this.#timer ??= setTimeout(() => this.#handOver(), this.#options.interval)
  }

  /** Another thread writes the trail from now on. */
  connect(port: MessagePort): void {
    this.#disconnected()
    this.#port = port
    port.on('message', (message: FromTrail) => {
      if (message === 'closed') this.#closed?.()
      else this.#sent -= message.written
    })
    port.once('close', () => {
      if (port === this.#port) this.#disconnected()
    })
    port.unref() // it keeps no thread alive
    this.#handOver()
  }

  /** Resolves when all that was written here is on the disk, and this part of the trail closed; or when nobody is there to do so. */
  async close(): Promise<void> {
    this.#handOver()
    const port = this.#port
    if (port === undefined) return
    const closed = new Promise<void>(resolve => {
      this.#closed = resolve
    })
    port.postMessage('close' satisfies ToTrail)
    await closed
    port.close()
  }

  #makeTexts(): void {
    for (const record of this.#fresh) {
      if (isCall(record)) this.#callText.addTo(this.#texts, record)
      else this.#texts.add(jsonOf(record))
    }
    this.#fresh = []
  }

  #handOver(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#makeTexts()
    const { count } = this.#texts
    if (count === 0 || this.#port === undefined) return
    const texts: ToTrail = this.#texts.take()
    this.#sent += count
    this.#port.postMessage(texts, [texts.bytes.buffer])
  }

  /** Whether what was handed over was written nobody can say now: it counts as lost. */
  #disconnected(): void {
    this.#port?.close()
    this.#port = undefined
    this.#lost += this.#sent
    this.#sent = 0
    this.#closed?.()
  }
}

const isCall = (record: CallRecord | Written): record is CallRecord => 'time' in record && typeof record.time === 'number'
