import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { describeDefect } from '../run/describe-defect.ts'
import { type Expectation, isFramedAsRead } from './before-call.ts'
import { DueAnswers } from './due-answers.ts'
import { handleRequest, type Serving } from './handle-request.ts'
import { handleUpgrade } from './handle-upgrade.ts'
import type { ListenerSecurity } from './listener-security.ts'
import { parserOptions } from './request-parser.ts'
import type { Handlers } from './traced-handlers.ts'
import { recordUnread, UnreadRequests } from './unread-requests.ts'

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

/** The HTTP/1.1 listener of one thread, over TLS when that is set. */
export function createHttpServer(serving: Serving, options: ListenerOptions): Server {
  const times = options.times ?? defaultTimes
  const due = new DueAnswers()
  const server = open(options.tls, serving, times, {
    ...parserOptions(options.maxHeaderBytes, connection => due.last(connection) !== undefined),
    headersTimeout: times.headers,
    requestTimeout: times.request,
    keepAliveTimeout: times.keepAlive,
    connectionsCheckingInterval: times.check,
    noDelay: true,
  })
  server.maxConnections = maxConnections
  const { request: take, upgrade } = options.handlers ?? usual
  const ended = () => serving.calls.end()
  const unread = new UnreadRequests(serving, due)
  const serve = (expects: Expectation) => (request: IncomingMessage, out: ServerResponse) => {
    const begin = () => {
      due.begin(request.socket, out)
      serving.calls.begin()
      take(request, out, serving, expects).then(ended, error => {
        giveUp(error, request.socket, serving)
        ended()
      })
    }
    if (isFramedAsRead(request)) begin()
    // the parser hands over most of these and refuses them next: clientError has then answered
    else setImmediate(() => request.socket.writable && !unread.has(request.socket) && begin())
  }
  server.on('request', serve('nothing'))
  server.on('checkContinue', serve('continue'))
  server.on('checkExpectation', serve('other'))
  const leaveHttp = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgrade(request, socket, head, serving).catch(error => {
      giveUp(error, socket, serving)
      ended() // its record, with which it would have ended, was not made
    })
  }
  server.on('upgrade', leaveHttp)
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (due.last(socket) === undefined) return leaveHttp(request, socket, head)
    // node does not say when it is this one's turn
    due.cut(socket)
    recordUnread(socket, 0, 'request.malformed', serving, { received: 'CONNECT behind a request that has no answer yet' })
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (options.tls?.isSecured(socket) === false) {
      // before the handshake is done, what is written would be no part of TLS
      socket.destroy()
      // a look whether somebody listens (a load balancer's, say) is no handshake that failed
      if (error.code !== 'ECONNRESET') recordUnread(socket, 0, 'tls.handshake', serving, { received: error.code })
    } else unread.refuse(error, socket)
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
