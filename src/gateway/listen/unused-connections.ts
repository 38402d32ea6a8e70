import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** Connections on which nothing was ever asked: clients open them ahead of their calls. Node does not count them among the idle ones, so a server that closes would wait for them. */
export class UnusedConnections {
  readonly #open = new Set<Socket>()

  constructor(server: Server) {
    const add = (socket: Socket) => {
      this.#open.add(socket)
      socket.once('close', () => this.#open.delete(socket))
    }
    server.on('connection', add)
    server.on('secureConnection', add) // what was read of it does not count the handshake
  }

  close(): void {
    for (const socket of this.#open) if (socket.bytesRead === 0) socket.destroy()
  }
}
