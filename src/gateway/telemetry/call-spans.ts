import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingHttpHeaders } from 'node:http'
import type { Attributes, Context, Span, SpanKind, Tracer } from '@opentelemetry/api'
import type { Decided } from '../../audit/record.ts'
import type { CallContext } from '../../policies/context/call-context.ts'
import type { Headers } from '../../policies/context/headers.ts'
import type { Refusal } from '../../policies/outcome.ts'
import type { OutboundFailure, OutboundRequest, OutboundResponse } from '../../policies/ports.ts'

/** What spans are made with: OpenTelemetry's parts, read only when calls are traced. */
export interface SpanTools {
  readonly tracer: Tracer
  readonly api: typeof import('@opentelemetry/api')
  readonly propagator: InstanceType<typeof import('@opentelemetry/core').W3CTraceContextPropagator>
  /** Sends what waits, within two seconds. */
  close(): Promise<void>
}

/** A call's span while the call is under way. */
export interface CallSpan {
  readonly span: Span
  readonly context: Context
}

/** What the server's span says besides the record. */
export interface SpanPlace {
  readonly route: string | undefined
  readonly scheme: 'http' | 'https'
  readonly protocolVersion: string
}

/** Methods that a span may be named after (HTTP semantic conventions): a caller makes no names of its own. */
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY'])

/**
 * The spans of a thread's calls (W3C Trace Context, OpenTelemetry's HTTP semantic conventions): one for each call, and below it one for each request that the
 * gateway sends for it. They hold what the audit record holds of the call's place and verdict: no query, no header, no body, and of other services host and
 * port alone, since their paths may be secrets.
 */
export class CallSpans {
  readonly #tools: SpanTools
  readonly #current = new AsyncLocalStorage<Context>()

  constructor(tools: SpanTools) {
    this.#tools = tools
  }

  /** Begins the span of a call below the one that its head names, if it names one that is well formed. */
  begin(headers: IncomingHttpHeaders): CallSpan {
    const { api, propagator, tracer } = this.#tools
    const parent = propagator.extract(api.ROOT_CONTEXT, headers, {
      keys: carrier => Object.keys(carrier),
      get: (carrier: IncomingHttpHeaders, name) => carrier[name],
    })
    const span = tracer.startSpan('HTTP', { kind: api.SpanKind.SERVER }, parent)
    return { span, context: api.trace.setSpan(parent, span) }
  }

  /** Does what a call does: requests that are sent meanwhile are the call's. */
  run<T>({ context }: CallSpan, work: () => T): T {
    return this.#current.run(context, work)
  }

  /** Ends a call's span with what was decided. */
  end({ span }: CallSpan, record: Decided, { route, scheme, protocolVersion }: SpanPlace): void {
    if (!span.isRecording()) return
    const { method, path, status, api, operation, decision, reason, requestId } = record
    span.updateName(nameOf(method, route))
    span.setAttributes({
      ...methodOf(method),
      'url.scheme': scheme,
      'url.path': path,
      ...(route === undefined ? {} : { 'http.route': route }),
      ...(status === 0 ? {} : { 'http.response.status_code': status }),
      'network.protocol.version': protocolVersion,
      ...(api === undefined ? {} : { 'gatehouse.api': api }),
      ...(operation === undefined ? {} : { 'gatehouse.operation': operation }),
      'gatehouse.decision': decision,
      'gatehouse.reason': reason,
      'gatehouse.request_id': requestId,
    })
    // an answer of 4xx is the caller's error, not the server's
    if (status >= 500 || decision === 'failed') this.#failed(span, status >= 500 ? String(status) : reason)
    span.end()
  }

  /** Puts a call's own context into the head that goes on as it came: of a connection that becomes a tunnel. */
  passOn({ context }: CallSpan, headers: Headers): void {
    this.#inject(context, headers)
  }

  /** forward-request: each request to the backend is a span of its own. */
  forward(ctx: CallContext, send: () => Promise<Refusal | undefined>): Promise<Refusal | undefined> {
    const parent = this.#current.getStore()
    if (parent === undefined) return send()
    const { request, backendName } = ctx
    const { host, port } = request.url
    const more = backendName === null ? undefined : { 'gatehouse.backend': backendName }
    const client = this.#beginClient(parent, request.method, host, port, more)
    this.#inject(client.context, request.headers)
    return send().then(
      refused => {
        // a backend's error answer that fail-on-error-status-code refuses is an answer all the same
        const answered = refused === undefined || refused.reason === 'backend.response'
        this.#endClient(client.span, answered ? (ctx.response?.statusCode ?? 0) : (refused?.reason ?? 'failed'))
        return refused
      },
      (error: unknown) => {
        this.#endClient(client.span, 'internal')
        throw error
      },
    )
  }

  /** send-request and its like. */
  async send(
    request: OutboundRequest,
    send: () => Promise<OutboundResponse | OutboundFailure>,
  ): Promise<OutboundResponse | OutboundFailure> {
    const parent = this.#current.getStore()
    if (parent === undefined || !URL.canParse(request.url)) return send()
    const { hostname, port, protocol } = new URL(request.url)
    const known = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
    const client = this.#beginClient(parent, request.method, hostname, known)
    this.#inject(client.context, request.headers)
    const answer = await send()
    this.#endClient(client.span, answer.kind === 'response' ? answer.statusCode : answer.reason)
    return answer
  }

  close(): Promise<void> {
    return this.#tools.close()
  }

  #beginClient(parent: Context, method: string, host: string, port: number, more?: Attributes): CallSpan {
    const { api, tracer } = this.#tools
    const kind: SpanKind = api.SpanKind.CLIENT
    const attributes = { ...methodOf(method), 'server.address': host, 'server.port': port, ...more }
    const span = tracer.startSpan(nameOf(method, undefined), { kind, attributes }, parent)
    return { span, context: api.trace.setSpan(parent, span) }
  }

  /** The status that came, or the reason why none did. */
  #endClient(span: Span, outcome: number | string): void {
    if (typeof outcome === 'number') span.setAttribute('http.response.status_code', outcome)
    if (typeof outcome === 'string' || outcome >= 400) this.#failed(span, String(outcome))
    span.end()
  }

  #failed(span: Span, type: string): void {
    span.setAttribute('error.type', type)
    span.setStatus({ code: this.#tools.api.SpanStatusCode.ERROR })
  }

  /** A state that belongs to another trace than the one that goes on must not go on with it. */
  #inject(context: Context, headers: Headers): void {
    headers.delete('tracestate')
    this.#tools.propagator.inject(context, headers, { set: (carrier: Headers, name, value) => carrier.set(name, value) })
  }
}

function nameOf(method: string, route: string | undefined): string {
  const shown = knownMethods.has(method) ? method : 'HTTP'
  return route === undefined ? shown : `${shown} ${route}`
}

function methodOf(method: string): Attributes {
  if (knownMethods.has(method)) return { 'http.request.method': method }
  return { 'http.request.method': '_OTHER', 'http.request.method_original': method.slice(0, 32) }
}
