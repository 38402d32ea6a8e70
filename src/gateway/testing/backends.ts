import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'

export interface TestServer {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** A real HTTP backend on a free port. */
export async function startBackend(answer: RequestListener, more?: (server: Server) => void): Promise<TestServer> {
  const server = createServer(answer)
  more?.(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return testServer(server, () => server.closeAllConnections())
}

/** A backend that speaks whatever the test makes it speak. */
export async function startRawBackend(onSocket: (socket: Socket) => void): Promise<TestServer> {
  const sockets = new Set<Socket>()
  const server = createTcpServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {}) // the other end may go away at any time
    socket.on('close', () => sockets.delete(socket))
    onSocket(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return testServer(server, () => {
    for (const socket of sockets) socket.destroy()
  })
}

function testServer(server: TcpServer | Server, dropAll: () => void): TestServer {
  const { port } = server.address() as AddressInfo // it listens on a port, not a pipe
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close()
      dropAll()
      if (server.listening) await once(server, 'close')
    },
  }
}

/** Whole body of a request or answer. */
export async function readAll(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
