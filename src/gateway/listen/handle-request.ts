import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { AuditWriter } from '../../audit/audit-writer.ts'
import type { CallRecord } from '../../audit/record.ts'
import type { Ports } from '../../policies/ports.ts'
import type { Call } from '../run/call.ts'
import type { CallKeeper } from '../run/call-keeper.ts'
import { recordOf, recordWithoutCall } from '../run/decision-record.ts'
import { defect, internalError } from '../run/defect.ts'
import { errorResponse } from '../run/error-response.ts'
import { newRequestId } from '../run/request-id.ts'
import { runFinalizers } from '../run/run-finalizers.ts'
import type { Verdict } from '../run/run-plan.ts'
import type { Runtime } from '../run/runtime.ts'
import { serveCall } from '../run/serve-call.ts'
import type { ShownCertificate } from '../run/shown-certificate.ts'
import { type RequestTracing, tracesPath, traceWish } from '../tracing/request-tracing.ts'
import { type Expectation, ownOperation, turnedAway } from './before-call.ts'
import type { OpenBodies, OpenBody } from './open-bodies.ts'
import type { OpenCalls } from './open-calls.ts'
import { type Received, readRequest } from './read-request.ts'
import type { TurnedAway } from './request-parser.ts'
import { unwritten, type Written, writeResponse } from './write-response.ts'

export interface Serving {
  /** The configuration at this moment: a call keeps the one that it began with. */
  runtime(): Runtime
  readonly audit: Pick<AuditWriter, 'write' | 'isFull'>
  readonly log: Ports['log']
  readonly tracing: RequestTracing
  /** Keeps calls to be run again. */
  readonly keeper: CallKeeper
  /** Calls until they have their record: the listener counts requests, each handshake of a tunnel counts itself. */
  readonly calls: OpenCalls
  readonly bodies: OpenBodies
  /** Connections that left HTTP, as tunnels do: they end when the gateway does. */
  readonly tunnels: Set<Duplex>
  /** The certificate that was shown on a connection; absent: callers are not asked for one. */
  certificateOf?(socket: object): ShownCertificate | undefined
  /** True once the gateway is about to stop: connections are not kept. */
  isStopping(): boolean
}

/** Serves one request from its head to its record. Never rejects. */
export async function handleRequest(
  request: IncomingMessage,
  out: ServerResponse,
  serving: Serving,
  expects: Expectation,
): Promise<void> {
  const runtime = serving.runtime()
  if (serving.isStopping()) out.shouldKeepAlive = false
  const own = ownOperation(request)
  if (own !== undefined) return own === 'status' ? sendStatus(out) : sendTrace(request.url ?? '', out, serving)
  const { maxBodyBytes, auditOverflow } = runtime.catalog.settings.gateway
  const received: Received = { bytes: 0 }
  const incoming = readRequest(request, received, {
    maxBodyBytes,
    ...(expects === 'continue' ? { continueTo: out } : {}),
    certificate: serving.certificateOf?.(request.socket),
  })
  const refused = turnedAway(request, { expects, maxBodyBytes })
  if (refused !== undefined) return turnAway(refused)
  if (auditOverflow === 'refuse' && serving.audit.isFull) return turnAway(notRecorded)
  const { keepCalls } = runtime.catalog.settings.audit ?? {}
  const head = keepCalls === undefined ? undefined : serving.keeper.begin(request, keepCalls)
  const wish = traceWish(incoming.headers)
  const watch = wish === undefined ? undefined : (started: Call) => serving.tracing.begin(started, wish, runtime)
  const hasBody = incoming.body.stream !== null
  const { call, served } = serveCall(incoming, runtime, watch)
  const body = hasBody ? serving.bodies.begin(call, out) : undefined
  out.once('close', () => {
    if (!out.writableFinished) call.giveUp()
  })
  const verdict = await served.catch(error => defect(error, call, serving.log))
  if (wish !== undefined) serving.tracing.end(call, verdict, runtime)
  const record = finish(call, await conclude(call, verdict, out, serving, body), received, serving, runtime)
  if (head !== undefined) serving.keeper.end(head, record, call, runtime.catalog)
  // nothing follows on a connection that was kept; once is enough, however many requests were sent ahead
  if (serving.isStopping() && request.socket.writable) request.socket.destroySoon()

  async function turnAway({ status, message, reason, received: wrong }: TurnedAway): Promise<void> {
    out.shouldKeepAlive = false // its body was not read
    const requestId = newRequestId()
    const written = await writeResponse(errorResponse(status, message, { requestId }), [], out)
    serving.audit.write(recordWithoutCall(incoming, status, reason, written.sent, runtime, { requestId, received: wrong }))
  }
}

/** What a call gets that the trail has no room for, where `gateway.auditOverflow` says to refuse it. */
export const notRecorded: TurnedAway = {
  status: 503,
  message: 'The gateway cannot record this call at the moment.',
  reason: 'audit.full',
}

function sendStatus(out: ServerResponse): void {
  out.writeHead(200, { 'Content-Type': 'text/plain' }).end('Service Operational')
}

/** Whoever knows a trace's id asked for the trace, or was told by who did. */
function sendTrace(url: string, out: ServerResponse, { tracing }: Serving): void {
  const found = tracing.find(url.slice(tracesPath.length))
  const body = found ?? JSON.stringify({ statusCode: 404, message: 'Resource not found' })
  out.writeHead(found === undefined ? 404 : 200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(body)
}

/** How the call ended once its answer was out, which may be otherwise than its plan had it. */
interface Ending {
  readonly verdict: Verdict
  readonly written: Written
}

async function conclude(
  call: Call,
  verdict: Verdict,
  out: ServerResponse,
  serving: Serving,
  body: OpenBody | undefined,
): Promise<Ending> {
  // who found that out has answered
  const ending = body?.wrong === undefined ? await answer(call, verdict, out, serving) : { verdict, written: unwritten }
  if (body?.wrong === undefined || ending.written.broken === undefined) return ending
  const { status, message, reason, received } = body.wrong
  if (!out.headersSent) call.response = errorResponse(status, message)
  const decision = out.headersSent ? 'failed' : 'refused'
  return { ...ending, verdict: { decision, reason, ...(received === undefined ? {} : { received: [received] }) } }
}

async function answer(call: Call, verdict: Verdict, out: ServerResponse, serving: Serving): Promise<Ending> {
  const response = call.response ?? internalError(call)
  // a request whose body was not read to its end leaves the connection in an unknown state
  if (!out.req.complete && call.request.body.stream !== null) out.shouldKeepAlive = false
  try {
    return endingOf(verdict, await writeResponse(response, call.lateHeaders, out))
  } catch (error) {
    // a header value or status that no HTTP message can carry
    const failed = defect(error, call, serving.log)
    if (out.headersSent) {
      out.destroy()
      return { verdict: failed, written: { sent: 0, broken: undefined } }
    }
    return { verdict: failed, written: await writeResponse(internalError(call), [], out) }
  }
}

function endingOf(verdict: Verdict, written: Written): Ending {
  if (written.broken === undefined) return { verdict, written }
  const reason = written.broken === 'caller' ? 'request.aborted' : 'backend.reset'
  return { verdict: { ...verdict, decision: 'failed', reason }, written }
}

function finish(call: Call, { verdict, written }: Ending, received: Received, serving: Serving, runtime: Runtime): CallRecord {
  call.transferred = received.bytes + written.sent
  runFinalizers(call, serving.log)
  const record = recordOf(call, verdict, { received: received.bytes, sent: written.sent }, runtime)
  serving.audit.write(record)
  return record
}
