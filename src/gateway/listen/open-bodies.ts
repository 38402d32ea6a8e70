import type { ServerResponse } from 'node:http'
import type { Call } from '../run/call.ts'
import type { TurnedAway } from './request-parser.ts'

/** A call with a body. */
export interface OpenBody {
  readonly call: Call
  readonly out: ServerResponse
  /** Why the rest of it cannot be read. */
  wrong: TurnedAway | undefined
}

/** Bodies by connection: what the parser finds wrong with one belongs to its call, which has the one record. */
export class OpenBodies {
  readonly #last = new WeakMap<object, OpenBody>()

  begin(call: Call, out: ServerResponse): OpenBody {
    const body = { call, out, wrong: undefined }
    this.#last.set(out.req.socket, body)
    return body
  }

  /** Ends the call whose body is coming in on the connection; undefined when none is. */
  broken(connection: object, wrong: TurnedAway): OpenBody | undefined {
    const body = this.#last.get(connection)
    if (body === undefined || body.out.req.complete) return undefined
    body.wrong ??= wrong
    body.call.giveUp()
    return body
  }
}
