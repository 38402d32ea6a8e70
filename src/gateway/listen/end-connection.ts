import type { Duplex } from 'node:stream'

/** Milliseconds that a caller has to close its side behind the last answer. */
const patience = 10_000

/**
 * Says the last on a connection that HTTP's own server no longer looks after. What still comes in is dropped, or its caller would lose the answer with it
 * (RFC 9112 §9.6); a caller that stays is left.
 */
export function endConnection(socket: Duplex, last?: string | Uint8Array): void {
  if (last === undefined) socket.end()
  else socket.end(last)
  socket.resume()
  const late = setTimeout(() => socket.destroy(), patience).unref()
  socket.once('close', () => clearTimeout(late))
}
