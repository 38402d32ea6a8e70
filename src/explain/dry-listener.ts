import { createServer, type IncomingMessage, type Server } from 'node:http'
import { SocketAddress } from 'node:net'
import { Duplex } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { Catalog } from '../catalog/catalog.ts'
import type { Settings } from '../catalog/settings.ts'
import { type Expectation, ownOperation, turnedAway } from '../gateway/listen/before-call.ts'
import { plainAddress, readRequest } from '../gateway/listen/read-request.ts'
import { faultOf, parserOptions, type TurnedAway } from '../gateway/listen/request-parser.ts'
import type { Incoming } from '../gateway/run/serve-call.ts'
import { traceWish } from '../gateway/tracing/request-tracing.ts'
import { Body, type ByteStream } from '../policies/context/body.ts'

/** What the gateway makes of a request before any policy is asked. */
export type Heard =
  | { readonly kind: 'call'; readonly incoming: Incoming; readonly isHandshake: boolean }
  | { readonly kind: 'own'; readonly operation: 'status' | 'trace' }
  | ({ readonly kind: 'turned-away' } & TurnedAway)

interface Parsed {
  readonly request: IncomingMessage
  readonly expects: Expectation
  readonly isHandshake: boolean
}

/** The gateway's listener without a port: each request is written down as its caller would send it and read by the parser that the gateway reads with. */
export class DryListener {
  readonly #limits: Settings['gateway']
  readonly #server: Server
  readonly #parsed = new WeakMap<object, Parsed | TurnedAway>()

  constructor({ settings }: Catalog) {
    this.#limits = settings.gateway
    this.#server = createServer(parserOptions(settings.gateway.maxHeaderBytes))
    const take = (expects: Expectation, isHandshake: boolean) => (request: IncomingMessage) =>
      this.#parsed.set(request.socket, { request, expects, isHandshake })
    this.#server.on('request', take('nothing', false))
    this.#server.on('checkContinue', take('continue', false))
    this.#server.on('checkExpectation', take('other', false))
    this.#server.on('upgrade', take('nothing', true))
    this.#server.on('connect', take('nothing', true))
    this.#server.on('clientError', (error, socket) => this.#parsed.set(socket, faultOf(error)))
  }

  async hear(asked: Incoming): Promise<Heard> {
    const head = headOf(asked)
    const parsed = head === undefined ? unwritable : await this.#parse(head)
    if (!('request' in parsed)) return { kind: 'turned-away', ...parsed }
    const { request, expects, isHandshake } = parsed
    const operation = isHandshake ? undefined : ownOperation(request)
    if (operation !== undefined) return { kind: 'own', operation }
    const maxBodyBytes = isHandshake ? undefined : this.#limits.maxBodyBytes
    const refused = turnedAway(request, { expects, maxBodyBytes })
    if (refused !== undefined) return { kind: 'turned-away', ...refused }
    return { kind: 'call', incoming: this.#incomingOf(request, asked, isHandshake), isHandshake }
  }

  /** What the parser said last counts: it hands over some requests and refuses them next. */
  async #parse(head: Buffer): Promise<Parsed | TurnedAway> {
    const socket = new Duplex({ read() {}, write: (_chunk, _encoding, written) => written() })
    this.#server.emit('connection', socket)
    socket.push(head)
    await setImmediate() // by then it has read all of it
    socket.destroy()
    const parsed = this.#parsed.get(socket)
    if (parsed === undefined) throw new Error('the parser neither took a request nor refused it')
    return parsed
  }

  #incomingOf(request: IncomingMessage, { peer, certificate, startedAt, body }: Incoming, isHandshake: boolean): Incoming {
    const read = readRequest(request, { bytes: 0 }, { maxBodyBytes: undefined, certificate })
    traceWish(read.headers) // whether it is traced is no matter here, yet its token is for nobody else
    return {
      ...read,
      body: isHandshake ? Body.empty() : this.#bodyOf(body, request),
      peer: addressOf(peer),
      scheme: this.#limits.tls === undefined ? 'http' : 'https',
      startedAt,
    }
  }

  /** A body that no policy may read whole streams, so that reading it is refused as in the gateway; of one that was only announced nothing else is there. */
  #bodyOf(given: Body, { headers }: IncomingMessage): Body {
    const limit = this.#limits.maxBufferedBodyBytes
    const { bytes } = given
    // policies may take it out of the body, and the same call may come in again
    if (bytes !== null) return bytes.length > limit ? Body.streaming(once(bytes)) : Body.of(bytes)
    return Number(headers['content-length'] ?? 0) > limit ? Body.streaming(once(new Uint8Array(limit + 1))) : given
  }
}

async function* once(bytes: Uint8Array): ByteStream {
  yield bytes
}

const unwritable: TurnedAway = {
  status: 400,
  message: 'Bad Request',
  reason: 'request.malformed',
  received: 'a character that no head can have',
}

/** The request's head, byte for byte; undefined when it would be another one than was meant, or when it is no text of bytes. */
function headOf({ method, path, query, headers: { raw } }: Incoming): Buffer | undefined {
  const lines = [`${method} ${path}${query} HTTP/1.1`]
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i]?.includes(':') === true) return undefined
    lines.push(`${raw[i]}: ${raw[i + 1]}`)
  }
  if (lines.some(line => /[\r\n]|[^\0-\xff]/.test(line))) return undefined
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

/** An address as a socket would tell it. */
function addressOf(peer: string): string {
  const family = peer.includes(':') ? 'ipv6' : 'ipv4'
  return plainAddress(new SocketAddress({ address: peer, family }).address)
}
