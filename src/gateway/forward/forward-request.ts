import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { Backend } from '../../catalog/catalog.ts'
import { Body } from '../../policies/context/body.ts'
import type { CallContext } from '../../policies/context/call-context.ts'
import { Headers } from '../../policies/context/headers.ts'
import { type Refusal, refuse } from '../../policies/outcome.ts'
import type { ForwardOptions } from '../../policies/ports.ts'
import { applyCredentials } from './backend-credentials.ts'
import type { Dispatchers } from './dispatchers.ts'
import { type BackendReason, codeOf, reasonOf } from './failure.ts'
import { endToEnd, requestHeaders, type Via } from './outgoing-headers.ts'

export interface ForwardDependencies {
  readonly dispatchers: Dispatchers
  readonly backends: ReadonlyMap<string, Backend>
  /** What is known of the call's connection. */
  via(ctx: CallContext): Via
  readonly maxBufferedBodyBytes: number
}

/** Sends the context's request to its backend and sets `ctx.response`, its body still streaming. Never rejects for what a backend does. */
export async function forwardRequest(
  ctx: CallContext,
  options: ForwardOptions,
  on: ForwardDependencies,
): Promise<Refusal | undefined> {
  if (ctx.request.url.host === '') return refusal('backend.missing', 'no backend address is known for this API')
  const started = performance.now()
  try {
    if (options.bufferRequestBody) await ctx.request.body.buffer(on.maxBufferedBodyBytes)
    await exchange(ctx, options, on)
    return options.failOnErrorStatusCode ? errorStatus(ctx) : undefined
  } catch (error) {
    const reason = ctx.signal.aborted ? 'request.aborted' : error instanceof LateBackend ? 'backend.timeout' : reasonOf(error)
    if (reason === undefined) throw error
    return refusal(reason, describe(error))
  } finally {
    ctx.backendTime += performance.now() - started
  }
}

class LateBackend extends Error {}

async function exchange(ctx: CallContext, options: ForwardOptions, on: ForwardDependencies): Promise<void> {
  const backend = ctx.backendName === null ? undefined : on.backends.get(ctx.backendName)
  const dispatcher = on.dispatchers.for({
    verifyCertificate: backend === undefined || (backend.tls.validateCertificateChain && backend.tls.validateCertificateName),
    followRedirects: options.followRedirects,
    http2: options.httpVersion !== '1',
  })
  const send = (): Promise<Dispatcher.ResponseData> => sendOnce(ctx, options.timeout, dispatcher, backend, on.via(ctx))
  const repeatable = isRepeatable(ctx)
  const answer = await send().catch(error => {
    // an idle connection that the backend had closed already: nothing was answered, so it is safe to ask again
    if (repeatable && reasonOf(error) === 'backend.reset' && !ctx.signal.aborted) return send()
    throw error
  })
  const headers = new Headers(endToEnd(new Headers(rawList(answer.headers))))
  const hasBody = ctx.request.method !== 'HEAD' && answer.statusCode !== 204 && answer.statusCode !== 304
  if (!hasBody) answer.body.resume()
  ctx.response = {
    statusCode: answer.statusCode,
    statusReason: answer.statusText ?? '',
    headers,
    body: hasBody ? Body.streaming(answer.body) : Body.empty(),
  }
}

async function sendOnce(
  ctx: CallContext,
  timeout: number,
  dispatcher: Dispatcher,
  backend: Backend | undefined,
  via: Via,
): Promise<Dispatcher.ResponseData> {
  const { url, method, body } = ctx.request
  const headers = requestHeaders(ctx, via)
  const path = applyCredentials(backend, headers, url.path + url.query)
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(new LateBackend(`no answer within ${timeout} ms`)), timeout)
  const stop = () => abort.abort(ctx.signal.reason)
  ctx.signal.addEventListener('abort', stop, { once: true })
  try {
    return await dispatcher.request({
      origin: `${url.scheme}://${url.authority}`,
      method: method as Dispatcher.HttpMethod, // undici sends any token; its type lists the usual ones
      path,
      headers,
      body: (body.takeStream() as Readable | null) ?? body.bytes, // the gateway's own streams are node's readables
      signal: abort.signal,
      responseHeaders: 'raw',
    })
  } finally {
    clearTimeout(timer)
  }
}

/** With `responseHeaders: 'raw'` undici gives a flat list of names and values, which its types do not tell. */
function rawList(headers: unknown): string[] {
  return Array.isArray(headers) ? headers.map(part => (typeof part === 'string' ? part : String(part))) : []
}

/** Nothing is lost by sending it twice: a method without effects, and no body that has gone out already. */
function isRepeatable({ request: { method, body } }: CallContext): boolean {
  return ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'].includes(method) && body.stream === null
}

function errorStatus({ response }: CallContext): Refusal | undefined {
  if (response === null || response.statusCode < 400) return undefined
  return { ...refusal('backend.response', `the backend answered ${response.statusCode}`), statusCode: response.statusCode }
}

const statusCodes = {
  'backend.missing': 500,
  'backend.unreachable': 500,
  'backend.timeout': 504,
  'backend.reset': 502,
  'backend.response': 502,
  'request.aborted': 499,
} as const

function refusal(reason: BackendReason | 'backend.missing', detail: string): Refusal {
  return refuse({
    reason,
    statusCode: statusCodes[reason],
    message:
      reason === 'backend.timeout'
        ? 'The backend did not answer in time.'
        : 'The backend could not be reached or broke the connection off.',
    errorReason:
      reason === 'request.aborted'
        ? 'ClientConnectionFailure'
        : reason === 'backend.timeout'
          ? 'Timeout'
          : 'BackendConnectionFailure',
    errorMessage: detail,
    received: [detail],
  })
}

/** For the record: what failed, without addresses of callers or contents. */
function describe(error: unknown): string {
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : String(error)
  return code === undefined || message.includes(code) ? message : `${message} (${code})`
}
