import { Worker } from 'node:worker_threads'
import type { FromWorker, Notice, ToWorker, WorkerData } from './messages.ts'

/** The supervisor's end of one serving thread. */
export class WorkerHandle {
  readonly index: number
  readonly #worker: Worker
  #waiting: {
    readonly type: FromWorker['type']
    readonly resolve: (message: FromWorker) => void
    readonly reject: (error: Error) => void
  }[] = []
  /** Settles when the thread has ended, with what it ended of. */
  readonly ended: Promise<Error | undefined>

  constructor(module: URL, data: WorkerData, onNotice: (notice: Notice) => void) {
    this.index = data.index
    this.#worker = new Worker(module, { workerData: data })
    this.#worker.on('message', (message: FromWorker) => (isNotice(message) ? onNotice(message) : this.#settle(message)))
    this.ended = new Promise(resolve => {
      let cause: Error | undefined
      this.#worker.once('error', error => {
        cause = error instanceof Error ? error : new Error(String(error))
      })
      this.#worker.once('exit', () => {
        for (const one of this.#waiting.splice(0)) one.reject(cause ?? new Error('the thread ended'))
        resolve(cause)
      })
    })
  }

  /** Sends a message and resolves with the answer of that type; rejects when the worker says that it failed, or ends. */
  ask<T extends FromWorker['type']>(message: ToWorker, answer: T): Promise<Extract<FromWorker, { type: T }>> {
    return new Promise((resolve, reject) => {
      // #settle hands over messages of the asked type only
      this.#waiting.push({ type: answer, resolve: found => resolve(found as Extract<FromWorker, { type: T }>), reject })
      this.#worker.postMessage(message)
    })
  }

  /** Ends the thread at once, whatever it does. */
  async terminate(): Promise<void> {
    await this.#worker.terminate()
  }

  send(message: ToWorker): void {
    this.#worker.postMessage(message)
  }

  #settle(message: FromWorker): void {
    const at = message.type === 'failed' ? 0 : this.#waiting.findIndex(one => one.type === message.type)
    const [found] = at < 0 ? [] : this.#waiting.splice(at, 1)
    if (message.type === 'failed') found?.reject(Object.assign(new Error(message.message), { code: message.code }))
    else found?.resolve(message)
  }
}

/** What comes without being asked; every other message is an answer. */
const notices: ReadonlySet<string> = new Set(['log', 'store', 'metrics', 'segment', 'head'])

function isNotice(message: FromWorker): message is Notice {
  return notices.has(message.type)
}
