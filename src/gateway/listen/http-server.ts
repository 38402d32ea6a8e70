import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { ReasonCode } from '../../catalog/reason.ts'
import { recordWithoutCall } from '../run/decision-record.ts'
import { describeDefect } from '../run/describe-defect.ts'
import { newRequestId } from '../run/request-id.ts'
import { handleRequest, type Serving } from './handle-request.ts'
import { handleUpgrade } from './handle-upgrade.ts'
import { isHandshake } from './is-handshake.ts'
import type { ListenerSecurity } from './listener-security.ts'
import { rawAnswer } from './raw-answer.ts'
import { plainAddress } from './read-request.ts'
import type { Handlers } from './traced-handlers.ts'

/** Milliseconds that a caller has. */
export interface ListenTimes {
  /** For the request's head, and for the whole request with its body. */
  readonly headers: number
  readonly request: number
  /** Without a request on a connection that is kept. */
  readonly keepAlive: number
  /** Between two looks at who is late. */
  readonly check: number
}

/** Of one thread; more are turned away by closing them. */
const maxConnections = 16_384

export const defaultTimes: ListenTimes = { headers: 30_000, request: 300_000, keepAlive: 65_000, check: 2_000 }

export interface ListenerOptions {
  readonly maxHeaderBytes: number
  readonly times?: ListenTimes
  /** Present: HTTPS. */
  readonly tls?: ListenerSecurity
  /** What takes calls; absent: the usual, without spans. */
  readonly handlers?: Handlers
}

const usual: Handlers = { request: handleRequest, upgrade: handleUpgrade }

/** The HTTP/1.1 listener of one thread, over TLS when that is set. Node's parser is the strict one: what it cannot read for certain is refused. */
export function createHttpServer(serving: Serving, options: ListenerOptions): Server {
  const times = options.times ?? defaultTimes
  const server = open(options.tls, serving, times, {
    maxHeaderSize: options.maxHeaderBytes,
    headersTimeout: times.headers,
    requestTimeout: times.request,
    keepAliveTimeout: times.keepAlive,
    connectionsCheckingInterval: times.check,
    insecureHTTPParser: false,
    // looked at where the answer can have API Management's error body
    requireHostHeader: false,
    noDelay: true,
    shouldUpgradeCallback: isWebSocket,
  })
  server.maxConnections = maxConnections
  const { request: take, upgrade } = options.handlers ?? usual
  const ended = () => serving.calls.end()
  const serve = (expectsContinue: boolean) => (request: IncomingMessage, out: ServerResponse) => {
    serving.calls.begin()
    take(request, out, serving, expectsContinue).then(ended, error => {
      giveUp(error, request.socket, serving)
      ended()
    })
  }
  server.on('request', serve(false))
  server.on('checkContinue', serve(true))
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgrade(request, socket, head, serving).catch(error => {
      giveUp(error, socket, serving)
      ended() // its record, with which it would have ended, was not made
    })
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (options.tls?.isSecured(socket) === false) {
      // before the handshake is done, what is written would be no part of TLS
      socket.destroy()
      // a look whether somebody listens (a load balancer's, say) is no handshake that failed
      if (error.code !== 'ECONNRESET') recordUnread(socket, 0, 'tls.handshake', serving, { received: error.code })
      return
    }
    const { status, text, reason } = faultOf(error.code)
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    const requestId = newRequestId()
    socket.end(rawAnswer(status, text, requestId))
    recordUnread(socket, status, reason, serving, { requestId })
  })
  return server
}

function open(tls: ListenerSecurity | undefined, serving: Serving, times: ListenTimes, http: ServerOptions): Server {
  if (tls === undefined) return createServer(http)
  const server = createTlsServer({ ...http, ...tls.options, handshakeTimeout: times.headers })
  // before the parser sees the connection
  server.prependListener('secureConnection', socket => {
    try {
      const refused = tls.secured(socket, Date.now())
      if (refused === undefined) return
      socket.destroy()
      recordUnread(socket, 0, 'tls.handshake', serving, { received: refused })
    } catch (error) {
      giveUp(error, socket, serving)
    }
  })
  return server
}

/** The last resort: a defect in what answers defects. The connection ends, the thread goes on. */
function giveUp(error: unknown, socket: Duplex, { log }: Serving): void {
  socket.destroy()
  log({ severity: 'error', source: 'gateway', message: describeDefect(error), requestId: '' })
}

/**
 * The only change of protocol that goes through. Any other (`h2c` above all) would be a way to speak to the backend past every policy; such a
 * call is served as if it had not asked (RFC 9110 §7.8).
 */
function isWebSocket({ method, headers }: IncomingMessage): boolean {
  return isHandshake(method, name => headers[name])
}

function faultOf(code: string | undefined): { readonly status: number; readonly text: string; readonly reason: ReasonCode } {
  if (code === 'HPE_HEADER_OVERFLOW')
    return { status: 431, text: 'Request Header Fields Too Large', reason: 'request.headers-too-large' }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { status: 408, text: 'Request Timeout', reason: 'request.timeout' }
  return { status: 400, text: 'Bad Request', reason: 'request.malformed' }
}

/** A request that never became one still leaves its trace. */
function recordUnread(
  socket: Duplex,
  status: number,
  reason: ReasonCode,
  serving: Serving,
  more: { readonly received?: string | undefined; readonly requestId?: string },
): void {
  const peer = 'remoteAddress' in socket && typeof socket.remoteAddress === 'string' ? plainAddress(socket.remoteAddress) : ''
  serving.audit.write(
    recordWithoutCall({ method: '', path: '', peer, startedAt: Date.now() }, status, reason, 0, serving.runtime(), more),
  )
}
