import type { Duplex } from 'node:stream'
import type { ReasonCode } from '../../catalog/reason.ts'
import { recordWithoutCall } from '../run/decision-record.ts'
import { newRequestId } from '../run/request-id.ts'
import { after, type DueAnswers } from './due-answers.ts'
import type { Serving } from './handle-request.ts'
import { rawAnswer } from './raw-answer.ts'
import { plainAddress } from './read-request.ts'
import { faultOf } from './request-parser.ts'

/** What the parser could not read: each is answered once, and on record once. */
export class UnreadRequests {
  readonly #serving: Serving
  readonly #due: DueAnswers
  /** Connections on which nothing more is read: what could not be is late, too, after a while. */
  readonly #refused = new WeakSet<object>()

  constructor(serving: Serving, due: DueAnswers) {
    this.#serving = serving
    this.#due = due
  }

  /** Whether something came in on the connection that could not be read. */
  has(connection: object): boolean {
    return this.#refused.has(connection)
  }

  refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    if (this.#refused.has(socket)) return
    this.#refused.add(socket)
    const wrong = faultOf(error)
    const { status, message, reason, received } = wrong
    // requests before it have their answers first
    const body = this.#serving.bodies.broken(socket, wrong)
    if (body !== undefined) {
      const { out, call } = body
      // nothing can be said behind the beginning of an answer
      const say = out.headersSent ? () => socket.destroy() : () => socket.end(rawAnswer(status, message, call.requestId))
      after(out.writableEnded ? out : this.#due.before(out), say)
      return
    }
    const requestId = newRequestId()
    after(this.#due.last(socket), () => socket.end(rawAnswer(status, message, requestId)))
    recordUnread(socket, status, reason, this.#serving, { requestId, received })
  }
}

/** A request that never became one still leaves its trace. */
export function recordUnread(
  socket: Duplex,
  status: number,
  reason: ReasonCode,
  serving: Serving,
  more: { readonly received?: string | undefined; readonly requestId?: string },
): void {
  const peer = 'remoteAddress' in socket && typeof socket.remoteAddress === 'string' ? plainAddress(socket.remoteAddress) : ''
  serving.audit.write(
    recordWithoutCall({ method: '', path: '', peer, startedAt: Date.now() }, status, reason, 0, serving.runtime(), more),
  )
}
