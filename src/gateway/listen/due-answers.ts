import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** Answers that are due on each connection, in the order of their requests (RFC 9112 §9.3.2): callers may send several before they have the first. */
export class DueAnswers {
  readonly #last = new WeakMap<object, ServerResponse>()
  readonly #before = new WeakMap<ServerResponse, ServerResponse>()

  begin(connection: object, answer: ServerResponse): void {
    const before = this.last(connection)
    this.#last.set(connection, answer)
    if (before === undefined) return
    this.#before.set(answer, before)
    before.once('close', () => this.#before.delete(answer))
  }

  /** The last that is not out yet. */
  last(connection: object): ServerResponse | undefined {
    const answer = this.#last.get(connection)
    return answer?.closed === false ? answer : undefined
  }

  /** The one that has to be out before this one. */
  before(answer: ServerResponse): ServerResponse | undefined {
    return this.#before.get(answer)
  }

  /** Ends a connection that node no longer looks after, and with it all that is due. */
  cut(connection: Duplex): void {
    let answer = this.last(connection)
    connection.destroy()
    for (; answer !== undefined; answer = this.#before.get(answer)) answer.destroy()
  }
}

/** Does it when the answer is out: at once when there is none. */
export function after(answer: ServerResponse | undefined, act: () => void): void {
  if (answer === undefined || answer.closed) act()
  else answer.once('close', act)
}
