import { Worker } from 'node:worker_threads'
import type { XmlSchemaSet } from '../../catalog/schema-document.ts'
import type { Transformed } from '../../policies/transform/xslt/xslt-processor.ts'
import type { XmlEngine } from '../../policies/xml-engine.ts'
import type { XmlVerdict } from '../../workspace/schemas/xml-schema.ts'
import type { FromXmlThread, ToXmlThread, XmlJob } from './xml-job.ts'

const threadModule = new URL(import.meta.url.endsWith('.ts') ? './xml-thread.ts' : './xml-thread.js', import.meta.url)

export interface XmlBounds {
  /** Milliseconds for one job; past them its thread is ended. */
  readonly jobTime: number
  /** Jobs that may wait. */
  readonly queue: number
  /** Milliseconds for which they may wait: slow jobs in front must not hold up all the others. */
  readonly wait: number
}

const bounds: XmlBounds = { jobTime: 5000, queue: 200, wait: 10_000 }
/** Sets of schemas that a thread may be sent before a fresh one takes its place: reloads make new ones. */
const mostSchemas = 200

interface Waiting {
  /** Milliseconds since the process began. */
  readonly since: number
  job(thread: XmlThread): XmlJob
  settle(answer: FromXmlThread | string): void
}

/** The thread and what it was sent. */
interface XmlThread {
  readonly worker: Worker
  readonly keys: Map<XmlSchemaSet, number>
}

/**
 * Validates and transforms on one thread beside the one that serves calls, one job after the other. The thread is started by the first job. A job
 * that takes too long, or breaks the library, costs that thread and no more.
 */
export class ThreadedXmlEngine implements XmlEngine {
  readonly #bounds: XmlBounds
  #thread: XmlThread | undefined
  #running: { readonly waiting: Waiting; readonly timer: NodeJS.Timeout } | undefined
  readonly #queue: Waiting[] = []

  constructor(limits: XmlBounds = bounds) {
    this.#bounds = limits
  }

  transform(stylesheet: string, document: string, parameters: readonly (readonly [string, string])[]): Promise<Transformed> {
    return new Promise(resolve => {
      this.#take({
        since: performance.now(),
        job: () => ({ type: 'transform', stylesheet, document, parameters }),
        settle: answer => {
          if (typeof answer === 'string') resolve({ kind: 'failed', message: answer })
          else if (answer.type === 'transform') resolve(answer.result)
          else resolve({ kind: 'failed', message: 'the XSLT processor broke off' })
        },
      })
    })
  }

  validate(schemas: XmlSchemaSet, document: string, form: 'document' | 'soap'): Promise<XmlVerdict> {
    const unsound = (message: string): XmlVerdict => ({ kind: 'unsound', faults: [{ message, line: 0, column: 0 }] })
    return new Promise(resolve => {
      this.#take({
        since: performance.now(),
        job: thread => ({ type: 'validate', schemas: keyOf(thread, schemas), document, form }),
        settle: answer => {
          if (typeof answer === 'string') resolve(unsound(answer))
          else if (answer.type === 'validate') resolve(answer.result)
          else resolve(unsound('the validator broke off'))
        },
      })
    })
  }

  async close(): Promise<void> {
    for (const waiting of this.#queue.splice(0)) waiting.settle('the gateway stops')
    this.#finish('the gateway stops')
    await this.#endThread()
  }

  #take(waiting: Waiting): void {
    if (this.#running === undefined) this.#begin(waiting)
    else if (this.#queue.length < this.#bounds.queue) this.#queue.push(waiting)
    else waiting.settle('too much XML waits already')
  }

  #begin(waiting: Waiting): void {
    if ((this.#thread?.keys.size ?? 0) >= mostSchemas) void this.#endThread()
    const thread = this.#thread ?? this.#startThread()
    const timer = setTimeout(() => {
      void this.#endThread()
      this.#finish(`it took longer than ${this.#bounds.jobTime} ms`)
    }, this.#bounds.jobTime)
    this.#running = { waiting, timer }
    thread.worker.ref() // whoever waits for the answer may have nothing else that keeps the process
    thread.worker.postMessage(waiting.job(thread))
  }

  /** Settles the running job and begins the next. */
  #finish(answer: FromXmlThread | string): void {
    const running = this.#running
    if (running === undefined) return
    this.#running = undefined
    clearTimeout(running.timer)
    running.waiting.settle(answer)
    this.#thread?.worker.unref()
    this.#dropLate()
    const next = this.#queue.shift()
    if (next !== undefined) this.#begin(next)
  }

  /** Those at the front wait longest. A job in front takes `jobTime` at most, so that none waits much longer than it may. */
  #dropLate(): void {
    const earliest = performance.now() - this.#bounds.wait
    const late = this.#queue.findIndex(({ since }) => since >= earliest)
    for (const waiting of this.#queue.splice(0, late < 0 ? this.#queue.length : late))
      waiting.settle('other XML took too long before it')
  }

  #startThread(): XmlThread {
    const worker = new Worker(threadModule)
    const thread: XmlThread = { worker, keys: new Map() }
    this.#thread = thread
    const lost = () => {
      if (this.#thread !== thread) return // it was ended on purpose
      this.#thread = undefined
      this.#finish({ type: 'broken' })
    }
    worker.on('message', (answer: FromXmlThread) => {
      if (this.#thread !== thread) return
      // what is left of a broken library is not used again
      if (answer.type === 'broken') void this.#endThread()
      this.#finish(answer)
    })
    worker.on('error', lost)
    worker.on('exit', lost)
    return thread
  }

  async #endThread(): Promise<void> {
    const thread = this.#thread
    this.#thread = undefined
    await thread?.worker.terminate()
  }
}

/** Sends the set when the thread does not have it yet. */
function keyOf({ worker, keys }: XmlThread, set: XmlSchemaSet): number {
  const known = keys.get(set)
  if (known !== undefined) return known
  const key = keys.size
  keys.set(set, key)
  worker.postMessage({ type: 'schemas', key, set } satisfies ToXmlThread)
  return key
}
