import type { Socket } from 'node:net'

/** Calls `take` with each message of Kafka's framing: its size in four bytes, then so many. */
export function onFrames(socket: Socket, take: (frame: Buffer) => void): void {
  let received: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    while (received.length >= 4 && received.length >= 4 + received.readInt32BE()) {
      const frame = received.subarray(4, 4 + received.readInt32BE())
      received = received.subarray(4 + frame.length)
      take(frame)
    }
  })
}
