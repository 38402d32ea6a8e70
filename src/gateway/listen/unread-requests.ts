import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ReasonCode } from '../../catalog/reason.ts'
import { recordWithoutCall } from '../run/decision-record.ts'
import { newRequestId } from '../run/request-id.ts'
import type { Serving } from './handle-request.ts'
import { rawAnswer } from './raw-answer.ts'
import { plainAddress } from './read-request.ts'
import { faultOf } from './request-parser.ts'

/** What the parser could not read: each is answered once, and on record once. */
export class UnreadRequests {
  readonly #serving: Serving
  /** By connection, the last that was begun. */
  readonly #answers = new WeakMap<object, ServerResponse>()
  /** Connections on which nothing more is read: what could not be is late, too, after a while. */
  readonly #refused = new WeakSet<object>()

  constructor(serving: Serving) {
    this.#serving = serving
  }

  /** What comes in on the connection from now on is answered behind this. */
  behind(connection: object, answer: ServerResponse): void {
    this.#answers.set(connection, answer)
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
    const body = this.#serving.bodies.broken(socket, wrong)
    if (body !== undefined) {
      // nothing can be said behind the beginning of an answer
      if (body.out.headersSent) socket.destroy()
      else socket.end(rawAnswer(status, message, body.call.requestId))
      return
    }
    const requestId = newRequestId()
    const answer = () => void socket.end(rawAnswer(status, message, requestId))
    // requests before it have their answers first (RFC 9112 §9.3.2)
    const before = this.#answers.get(socket)
    if (before === undefined || before.closed) answer()
    else before.once('close', answer)
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
