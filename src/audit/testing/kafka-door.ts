import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { WireReader, WireWriter } from '../export/kafka/wire.ts'
import { onFrames } from './frames.ts'
import { SaslServer, type SaslUser } from './sasl-server.ts'

export interface DoorRequest {
  readonly key: number
  readonly version: number
  readonly body: Buffer
}

export interface KafkaDoorOptions {
  /** The port of the broker behind it; where there is none, `answer` answers all. */
  readonly target?: () => number
  readonly tls?: { readonly cert: string; readonly key: string }
  readonly user?: SaslUser
  /** Answers a request itself, with what stands behind the correlation id, or otherwise; undefined: it goes on to the broker. */
  answer?(request: DoorRequest): Buffer | 'reset' | 'silence' | undefined
}

export interface KafkaDoor {
  readonly port: number
  readonly requests: readonly DoorRequest[]
  /** Resolves when it has got so many requests of a kind; all before the last have their answers then. */
  asked(key: number, times?: number): Promise<void>
  /** Ends all connections and takes no more; no harm when it was shut before. */
  shut(): Promise<void>
  /** Takes connections again, on the same port. */
  open(): Promise<void>
}

export const keys = { produce: 0, metadata: 3, saslHandshake: 17, apiVersions: 18, saslAuthenticate: 36 } as const

/** Who has not signed in gets no further: a broker closes the connection then. */
const signIns: readonly number[] = [keys.apiVersions, keys.saslHandshake, keys.saslAuthenticate]

/** What librdkafka's mock speaks, in the versions that this door can read where it has to, and a sign-in. */
const versions = [
  [keys.produce, 0, 7],
  [1, 0, 11],
  [2, 0, 5],
  [keys.metadata, 0, 2],
  [keys.saslHandshake, 0, 1],
  [keys.apiVersions, 0, 0],
  [keys.saslAuthenticate, 0, 0],
] as const

/**
 * Stands in front of a broker that can neither be reached by another name, nor speak TLS, nor ask for a sign-in, nor fail on purpose; or, without one,
 * in its place. It names itself where the broker names its own address, so that clients come back through it.
 */
export async function startKafkaDoor(options: KafkaDoorOptions): Promise<KafkaDoor> {
  const requests: DoorRequest[] = []
  const sockets = new Set<Socket>()
  const lookers = new Set<() => void>()
  const seen = (request: DoorRequest) => {
    requests.push(request)
    for (const look of lookers) look()
  }
  let server: Server
  let port = 0
  const open = async () => {
    const welcome = (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => {}) // a client that resets, too
      socket.on('close', () => sockets.delete(socket))
      serve(socket, options, port, seen)
    }
    server = options.tls === undefined ? createServer(welcome) : createTlsServer(options.tls, welcome)
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port // it listens on a port
  }
  await open()
  return {
    port,
    requests,
    open,
    asked: (key, times = 1) =>
      new Promise(resolve => {
        const look = () => {
          if (requests.filter(request => request.key === key).length < times) return
          lookers.delete(look)
          resolve()
        }
        lookers.add(look)
        look()
      }),
    async shut() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function serve(socket: Socket, { target, user, answer }: KafkaDoorOptions, port: number, seen: (request: DoorRequest) => void) {
  const sasl = user === undefined ? undefined : new SaslServer(user)
  const behind = target === undefined ? undefined : connect(target(), '127.0.0.1')
  const reply = (correlation: number, body: Buffer) =>
    socket.write(new WireWriter().bytes(new WireWriter().int32(correlation).raw(body).end()).end())
  const waiting: DoorRequest[] = []
  behind?.on('error', () => socket.destroy())
  behind?.on('close', () => socket.destroy())
  socket.on('close', () => behind?.destroy())
  if (behind !== undefined)
    onFrames(behind, frame => {
      const request = waiting.shift()
      const body = frame.subarray(4)
      reply(frame.readInt32BE(), request?.key === keys.metadata ? renamed(body, request.version, port) : body)
    })
  onFrames(socket, frame => {
    const [key, version, correlation] = [frame.readInt16BE(), frame.readInt16BE(2), frame.readInt32BE(4)]
    const request = { key, version, body: frame.subarray(10 + Math.max(0, frame.readInt16BE(8))) }
    seen(request)
    const own =
      signIns.includes(key) || sasl === undefined || sasl.isSignedIn ? (answer?.(request) ?? ownAnswer(request, sasl)) : 'reset'
    if (own === 'silence') return
    if (own === 'reset') return void socket.resetAndDestroy()
    if (own !== undefined) return void reply(correlation, own)
    waiting.push(request)
    behind?.write(new WireWriter().bytes(frame).end())
  })
}

function ownAnswer({ key, version, body }: DoorRequest, sasl: SaslServer | undefined): Buffer | undefined {
  if (key === keys.apiVersions) return version === 0 ? versionsAnswer() : new WireWriter().int16(35).int32(0).end()
  if (sasl === undefined) return undefined
  if (key === keys.saslHandshake) return sasl.handshake(new WireReader(body).string())
  if (key === keys.saslAuthenticate) return sasl.authenticate(new WireReader(body).bytes().toString('utf8'))
  return undefined
}

export function versionsAnswer(): Buffer {
  const answer = new WireWriter().int16(0).int32(versions.length)
  for (const [key, min, max] of versions) answer.int16(key).int16(min).int16(max)
  return answer.end()
}

/** A topic of one partition, which the broker at this port leads; with an error, none. Version 1. */
export function metadataAnswer(port: number, code = 0): Buffer {
  const answer = new WireWriter().int32(1).int32(7).string('localhost').int32(port).string(null).int32(7)
  answer.int32(1).int16(code).string('audit').int8(0)
  if (code !== 0) return answer.int32(0).end()
  return answer.int32(1).int16(0).int32(0).int32(7).int32(1).int32(7).int32(1).int32(7).end()
}

/** Version 3. */
export function produceAnswer(code = 0): Buffer {
  const answer = new WireWriter().int32(1).string('audit').int32(1).int32(0).int16(code)
  return answer
    .int64(code === 0 ? 0n : -1n)
    .int64(-1n)
    .int32(0)
    .end()
}

/** Metadata of versions 0 to 2 with the door's address in place of each broker's. */
function renamed(answer: Buffer, version: number, port: number): Buffer {
  const brokers = answer.readInt32BE()
  const rewritten = new WireWriter().int32(brokers)
  let at = 4
  for (let i = 0; i < brokers; i++) {
    const id = answer.readInt32BE(at)
    at += 10 + answer.readInt16BE(at + 4)
    rewritten.int32(id).string('localhost').int32(port)
    if (version === 0) continue
    const rack = 2 + Math.max(0, answer.readInt16BE(at))
    rewritten.raw(answer.subarray(at, at + rack))
    at += rack
  }
  return rewritten.raw(answer.subarray(at)).end()
}
