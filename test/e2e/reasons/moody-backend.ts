import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A backend that misbehaves by path until it is mended. */
export interface MoodyBackend {
  readonly address: string
  mend(): void
  /** Resolves when a request for that path has come. */
  asked(path: string): Promise<void>
  /** Answers what is held at `/held`. */
  release(): void
  close(): Promise<void>
}

/** Milliseconds that `/slow` takes. */
const slow = 1300

export async function startMoodyBackend(): Promise<MoodyBackend> {
  let isMended = false
  const held: ServerResponse[] = []
  const seen = new Map<string, PromiseWithResolvers<void>>()
  const arrival = (path: string) => {
    const known = seen.get(path) ?? Promise.withResolvers<void>()
    seen.set(path, known)
    return known
  }
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    arrival(path).resolve()
    if (path === '/slow') return void setTimeout(() => response.end('late'), slow)
    if (path === '/held' && !isMended) return void held.push(response)
    if (path === '/reset' && !isMended) return void request.socket.destroy()
    response.writeHead(path === '/failing' && !isMended ? 500 : 200).end('fine')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP server's address, not a pipe's
    mend() {
      isMended = true
    },
    asked: path => arrival(path).promise,
    release() {
      for (const response of held.splice(0)) response.end('at last')
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
