import { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'

/** What the backend answered, its body still to come. */
export interface Answer {
  readonly statusCode: number
  readonly statusReason: string
  /** Name, value, name, value …, as they came. */
  readonly rawHeaders: string[]
  /** The body, to be asked for once: bytes when it has come whole with the head, as most answers do; else the stream of it. */
  open(): Uint8Array | Readable
}

/** Bytes of an answer that are held while its reader is slower than the backend. */
const bufferedBytes = 64 * 1024

/** What a backend has to say did not begin in time. */
export class LateBackend extends Error {
  constructor(timeout: number, what = 'answer') {
    super(`no ${what} within ${timeout} ms`)
  }
}

export interface ExchangeLimits {
  /** Milliseconds until the head of the answer must be there. */
  readonly timeout: number
  /** Ends the exchange whenever it aborts, also in the middle of the body. */
  readonly signal: AbortSignal
}

/**
 * One request to a backend and its answer, on undici's dispatch interface: nothing is buffered beyond what the reader asked for, and nothing is
 * made that the call does not need. Rejects with undici's errors, LateBackend, or the signal's reason.
 */
export function exchange(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions, limits: ExchangeLimits): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const handler = new ExchangeHandler(limits, resolve, reject)
    try {
      dispatcher.dispatch(options, handler)
    } catch (error) {
      handler.onResponseError(undefined, error instanceof Error ? error : new Error(String(error)))
    }
  })
}

class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #limits: ExchangeLimits
  readonly #resolve: (answer: Answer) => void
  readonly #reject: (error: unknown) => void
  readonly #timer: NodeJS.Timeout
  readonly #stop = () => this.#end(asError(this.#limits.signal.reason))
  #controller: Dispatcher.DispatchController | undefined
  #hasAnswered = false
  /** What came before somebody asked for the body. */
  #early: Buffer[] = []
  #earlyBytes = 0
  #isComplete = false
  #body: AnswerBody | undefined
  #ended: Error | undefined

  constructor(limits: ExchangeLimits, resolve: (answer: Answer) => void, reject: (error: unknown) => void) {
    this.#limits = limits
    this.#resolve = resolve
    this.#reject = reject
    this.#timer = setTimeout(() => this.#end(new LateBackend(limits.timeout)), limits.timeout)
    limits.signal.addEventListener('abort', this.#stop, { once: true })
    if (limits.signal.aborted) this.#stop()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#ended !== undefined) controller.abort(this.#ended)
  }

  onResponseStart(controller: Dispatcher.DispatchController, statusCode: number, _headers: unknown, reason?: string): void {
    if (statusCode < 200) return // an interim answer; the real one follows
    clearTimeout(this.#timer)
    this.#hasAnswered = true
    // the promise's continuation runs after the parser has handed over all that came with the head
    this.#resolve({
      statusCode,
      statusReason: reason ?? '',
      rawHeaders: textsOf(controller.rawHeaders),
      open: () => this.#open(controller),
    })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#body !== undefined) {
      if (!this.#body.push(chunk)) controller.pause()
      return
    }
    this.#early.push(chunk)
    this.#earlyBytes += chunk.length
    if (this.#earlyBytes >= bufferedBytes) controller.pause()
  }

  onResponseEnd(): void {
    this.#release()
    this.#isComplete = true
    this.#body?.complete()
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#release()
    this.#ended ??= error
    if (this.#hasAnswered) this.#body?.destroy(this.#ended)
    else this.#reject(this.#ended)
  }

  #open(controller: Dispatcher.DispatchController): Uint8Array | Readable {
    const [only] = this.#early
    if (this.#isComplete) return only !== undefined && this.#early.length === 1 ? only : Buffer.concat(this.#early)
    this.#body = new AnswerBody(controller)
    for (const chunk of this.#early.splice(0)) this.#body.push(chunk)
    if (this.#ended !== undefined) this.#body.destroy(this.#ended)
    return this.#body
  }

  #end(error: Error): void {
    if (this.#ended !== undefined || this.#isComplete) return
    this.#ended = error
    this.#release()
    this.#controller?.abort(error)
    // still waiting for a connection: undici is told once it has one, the call need not wait for that
    if (this.#hasAnswered) this.#body?.destroy(error)
    else this.#reject(error)
  }

  #release(): void {
    clearTimeout(this.#timer)
    this.#limits.signal.removeEventListener('abort', this.#stop)
  }
}

/** The body of an answer: reading asks the connection for more, letting go of it early closes the connection. */
class AnswerBody extends Readable {
  readonly #controller: Dispatcher.DispatchController
  #complete = false

  constructor(controller: Dispatcher.DispatchController) {
    super({ highWaterMark: bufferedBytes })
    this.#controller = controller
    // a break-off while nobody reads yet is told to the reader when it comes, it must not end the process
    this.on('error', () => {})
  }

  complete(): void {
    this.#complete = true
    this.push(null)
  }

  override _read(): void {
    this.#controller.resume()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#complete && !this.#controller.aborted)
      this.#controller.abort(error ?? new Error('the answer is not wanted any more'))
    done(error)
  }
}

function textsOf(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
  return Array.isArray(raw) ? raw.map(part => (typeof part === 'string' ? part : part.toString('latin1'))) : []
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted')
}

/**
 * A body on its way to a backend. undici tears down a stream that it was given when the backend fails; the caller's request must outlive that,
 * its connection carries the answer.
 */
export function sparing(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return stream instanceof Readable ? stream.iterator({ destroyOnReturn: false }) : stream
}
