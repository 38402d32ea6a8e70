import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Echo {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface EchoBackend {
  readonly address: string
  /** Every request that came, in order. */
  readonly calls: readonly Echo[]
  close(): Promise<void>
}

/** A real HTTP server that answers each request with what it got, as JSON. */
export async function startEchoBackend(): Promise<EchoBackend> {
  const calls: Echo[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const echo: Echo = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
    calls.push(echo)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(echo))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP server's address, not a pipe's
    calls,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
