import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { AuditThreadData, FromAuditThread, ToAuditThread } from './audit-thread.ts'

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const threadModule = new URL(`./audit-thread.${extension}`, import.meta.url)

export interface AuditThreadOptions {
  readonly data: AuditThreadData
  /** What the thread runs, when it is not the gateway's own module. */
  readonly module?: URL
  onNotice(notice: FromAuditThread): void
  /** Another thread took the place of one that died: who serves has to be connected to it. */
  onReplaced(): void
}

/** Milliseconds until a thread that died at once is followed by another, at first and at most. */
const [firstWait, longestWait] = [100, 10_000]
/** Milliseconds after which a thread has shown that it lives. */
const longEnough = 60_000

/** The supervisor's end of the thread that writes the trail of all serving threads. One that dies is replaced. */
export class AuditThreadHandle {
  readonly #options: AuditThreadOptions
  #worker: Worker
  /** Settles when the thread has ended. */
  #ended: Promise<void> = Promise.resolve()
  #roles = 0
  #stopping = false
  #wait = firstWait
  #startedAt = 0

  constructor(options: AuditThreadOptions) {
    this.#options = options
    this.#worker = this.#start()
  }

  /** The serving thread's end of its way into the trail. */
  connect(worker: number): MessagePort {
    const { port1, port2 } = new MessageChannel()
    this.#send({ type: 'open', worker, role: String(++this.#roles), port: port1 }, [port1])
    return port2
  }

  /** Once all serving threads have ended: resolves when all is written. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#send({ type: 'stop' })
    await this.#ended
  }

  #send(message: ToAuditThread, transfer: readonly MessagePort[] = []): void {
    this.#worker.postMessage(message, transfer)
  }

  #start(): Worker {
    const worker = new Worker(this.#options.module ?? threadModule, { workerData: this.#options.data })
    this.#startedAt = Date.now()
    worker.on('message', (notice: FromAuditThread) => this.#options.onNotice(notice))
    worker.on('error', error => this.#failed(error))
    this.#ended = new Promise(resolve => {
      worker.once('exit', () => {
        resolve()
        this.#replaceLater()
      })
    })
    return worker
  }

  #failed(error: unknown): void {
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.#options.onNotice({ type: 'log', severity: 'error', message: `the thread that writes the audit trail ended: ${cause}` })
  }

  #replaceLater(): void {
    if (this.#stopping) return
    if (Date.now() - this.#startedAt > longEnough) this.#wait = firstWait
    setTimeout(() => this.#replace(), this.#wait).unref()
    this.#wait = Math.min(this.#wait * 2, longestWait)
  }

  #replace(): void {
    if (this.#stopping) return
    this.#worker = this.#start()
    this.#options.onReplaced()
  }
}
