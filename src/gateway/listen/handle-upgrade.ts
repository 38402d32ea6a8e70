import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { Body } from '../../policies/context/body.ts'
import { Headers } from '../../policies/context/headers.ts'
import { ownConnection } from '../forward/dispatchers.ts'
import { reasonOf } from '../forward/failure.ts'
import { outfit } from '../forward/outfit.ts'
import { requestHeaders } from '../forward/outgoing-headers.ts'
import type { Call } from '../run/call.ts'
import type { CallHead } from '../run/call-keeper.ts'
import { recordOf, recordWithoutCall } from '../run/decision-record.ts'
import { defect, internalError } from '../run/defect.ts'
import { errorResponse } from '../run/error-response.ts'
import { newRequestId } from '../run/request-id.ts'
import { runFinalizers } from '../run/run-finalizers.ts'
import type { Verdict } from '../run/run-plan.ts'
import type { Runtime } from '../run/runtime.ts'
import { admitCall } from '../run/serve-call.ts'
import { traceWish } from '../tracing/request-tracing.ts'
import { turnedAway } from './before-call.ts'
import { endConnection } from './end-connection.ts'
import { notRecorded, type Serving } from './handle-request.ts'
import { rawAnswer, rawHead } from './raw-answer.ts'
import { readRequest } from './read-request.ts'
import type { TurnedAway } from './request-parser.ts'

/** Milliseconds for the backend to switch protocols. */
const upgradeTimeout = 30_000

/** A handshake on its way. */
interface Handshake {
  readonly call: Call
  readonly socket: Duplex
  readonly serving: Serving
  readonly runtime: Runtime
  /** As it came; undefined when it will not be kept. */
  readonly head: CallHead | undefined
}

/**
 * A request to change the protocol (WebSocket, RFC 6455): inbound policies decide, then the two connections are joined as they are. Backend and
 * outbound sections have no message to act on and do not run. The record is written when the tunnel closes. CONNECT, which leaves HTTP too, is turned away.
 */
export async function handleUpgrade(request: IncomingMessage, socket: Duplex, first: Buffer, serving: Serving): Promise<void> {
  const runtime = serving.runtime()
  serving.calls.begin()
  // nobody else listens any more: an error that nobody hears would end the thread
  socket.on('error', () => socket.destroy())
  serving.tunnels.add(socket)
  socket.once('close', () => serving.tunnels.delete(socket))
  const incoming = {
    ...readRequest(request, { bytes: 0 }, { maxBodyBytes: undefined, certificate: serving.certificateOf?.(request.socket) }),
    body: Body.empty(),
  }
  const refused = turnedAway(request, { expects: 'nothing', maxBodyBytes: undefined })
  if (refused !== undefined) return turnAway(refused)
  const { auditOverflow } = runtime.catalog.settings.gateway
  if (auditOverflow === 'refuse' && serving.audit.isFull) return turnAway(notRecorded)
  const { keepCalls } = runtime.catalog.settings.audit ?? {}
  const head = keepCalls === undefined ? undefined : serving.keeper.begin(request, keepCalls)
  traceWish(incoming.headers) // a handshake is not traced, yet its token is for nobody else
  const { call, served } = admitCall(incoming, runtime)
  const handshake = { call, socket, serving, runtime, head }
  socket.once('close', () => call.giveUp())
  const verdict = await served.catch(error => defect(error, call, serving.log))
  if (socket.destroyed) end(handshake, { decision: 'failed', reason: 'request.aborted' })
  else if (verdict === undefined) await tunnel(handshake, request, first)
  else refuse(handshake, verdict)

  function turnAway({ status, message, reason, received }: TurnedAway): void {
    const requestId = newRequestId()
    endConnection(socket, rawAnswer(status, message, requestId))
    serving.audit.write(recordWithoutCall(incoming, status, reason, 0, runtime, { requestId, received }))
    serving.calls.end()
  }
}

function refuse(handshake: Handshake, verdict: Verdict): void {
  const { call, socket } = handshake
  const response = call.response ?? internalError(call)
  const body = response.body.bytes ?? new Uint8Array(0)
  response.headers.delete('Content-Length')
  const fields = [
    ...response.headers.raw,
    ...call.lateHeaders.flat(),
    'Content-Length',
    String(body.length),
    'Connection',
    'close',
  ]
  socket.write(rawHead(response.statusCode, response.statusReason, fields))
  endConnection(socket, body)
  end(handshake, verdict, { received: 0, sent: body.length })
}

/** `first`: bytes that came right behind the head. */
async function tunnel(handshake: Handshake, request: IncomingMessage, first: Buffer): Promise<void> {
  const { call, socket, runtime } = handshake
  const { url } = call.request
  if (url.host === '') {
    failTunnel(handshake, 'backend.missing', 500)
    return
  }
  const refused = runtime.wardrobe.aim?.(call)
  if (refused !== undefined) {
    failTunnel(handshake, refused.reason, refused.statusCode)
    return
  }
  const fields = [...requestHeaders(call, call.via), 'Connection', 'Upgrade', 'Upgrade', request.headers.upgrade ?? 'websocket']
  const outfitted = await outfit(call, fields, runtime.wardrobe)
  if ('kind' in outfitted) {
    failTunnel(handshake, outfitted.reason, outfitted.statusCode)
    return
  }
  if (socket.destroyed) {
    end(handshake, { decision: 'failed', reason: 'request.aborted' })
    return
  }
  const ask = url.scheme === 'https' ? httpsRequest : httpRequest
  let outgoing: ClientRequest
  try {
    outgoing = ask({
      host: url.host.replace(/^\[|\]$/g, ''),
      port: url.port,
      method: call.request.method,
      path: outfitted.path,
      headers: fields,
      timeout: upgradeTimeout,
      ...(url.scheme === 'https' ? ownConnection(outfitted.identity) : { agent: false }),
    })
  } catch (error) {
    const reason = reasonOf(error)
    if (reason === undefined) throw error
    failTunnel(handshake, reason, 500) // a header that a policy set, and no request can have
    return
  }
  let settled = false
  const fail = (reason: 'backend.unreachable' | 'backend.timeout', status: number) => {
    if (settled) return
    settled = true
    outgoing.destroy()
    failTunnel(handshake, reason, status)
  }
  outgoing.once('timeout', () => fail('backend.timeout', 504))
  outgoing.once('error', () => fail('backend.unreachable', 502))
  outgoing.once('upgrade', (answer, backend, backendHead) => {
    settled = true
    outgoing.setTimeout(0)
    socket.write(rawHead(101, answer.statusMessage ?? 'Switching Protocols', answer.rawHeaders))
    if (backendHead.length > 0) socket.write(backendHead)
    if (first.length > 0) backend.write(first)
    join(handshake, backend)
  })
  outgoing.once('response', answer => {
    settled = true
    // the backend would not switch: its answer goes back as it is
    socket.write(
      rawHead(answer.statusCode ?? 502, answer.statusMessage ?? '', [
        ...withoutFraming(answer.rawHeaders),
        'Connection',
        'close',
      ]),
    )
    call.response = { statusCode: answer.statusCode ?? 502, statusReason: '', headers: new Headers(), body: Body.empty() }
    answer.pipe(socket)
    answer.once('close', () => {
      if (answer.complete) endConnection(socket)
      else socket.destroy()
      end(handshake, { decision: 'allowed', reason: 'allowed' })
    })
  })
  socket.once('close', () => outgoing.destroy())
  outgoing.end()
}

/** Chunks were taken apart on the way in; the end of the connection says where the body ends. */
function withoutFraming(raw: readonly string[]): string[] {
  const drop = new Set(['transfer-encoding', 'connection', 'keep-alive'])
  return raw.filter((_, i) => !drop.has((raw[i - (i % 2)] ?? '').toLowerCase()))
}

function join(handshake: Handshake, backend: Duplex): void {
  const { call, socket } = handshake
  const bytes = { received: 0, sent: 0 }
  socket.on('data', (chunk: Buffer) => {
    bytes.received += chunk.length
  })
  backend.on('data', (chunk: Buffer) => {
    bytes.sent += chunk.length
  })
  socket.pipe(backend)
  backend.pipe(socket)
  backend.on('error', () => backend.destroy())
  const close = () => {
    socket.destroy()
    backend.destroy()
  }
  backend.once('close', close)
  socket.once('close', () => {
    close()
    call.response = { ...errorResponse(101, '') }
    end(handshake, { decision: 'allowed', reason: 'allowed' }, bytes)
  })
}

function failTunnel(handshake: Handshake, reason: Verdict['reason'], status: number): void {
  const { call, socket } = handshake
  call.response = errorResponse(status, 'The backend could not be reached.')
  endConnection(socket, rawAnswer(status, 'The backend could not be reached.', call.requestId))
  end(handshake, { decision: 'failed', reason })
}

function end({ call, serving, runtime, head }: Handshake, verdict: Verdict, bytes = { received: 0, sent: 0 }): void {
  call.transferred = bytes.received + bytes.sent
  runFinalizers(call, serving.log)
  const record = recordOf(call, verdict, bytes, runtime)
  serving.audit.write(record)
  if (head !== undefined) serving.keeper.end(head, record, call, runtime.catalog)
  serving.calls.end()
}
