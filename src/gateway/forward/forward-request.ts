import { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { Body, BodyTooLarge } from '../../policies/context/body.ts'
import type { CallContext } from '../../policies/context/call-context.ts'
import { Headers } from '../../policies/context/headers.ts'
import { type Refusal, refuse } from '../../policies/outcome.ts'
import type { ForwardOptions } from '../../policies/ports.ts'
import { type Dispatchers, ownConnection } from './dispatchers.ts'
import { type Answer, exchange, LateBackend, sparing } from './exchange.ts'
import { exchangeAfterContinue } from './exchange-after-continue.ts'
import { codeOf, type ForwardReason, reasonOf, wasIdleSocket } from './failure.ts'
import { outfit, type Wardrobe } from './outfit.ts'
import { endToEnd, requestHeaders, type Via } from './outgoing-headers.ts'

export interface ForwardDependencies extends Wardrobe {
  readonly dispatchers: Dispatchers
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
  const { body } = ctx.request
  if (sentAway.has(body))
    return refusal('policy.failed', 'the request body was sent already and not kept: set buffer-request-body')
  letGo(ctx)
  const started = performance.now()
  try {
    if (options.bufferRequestBody && body.stream !== null) await body.buffer(on.maxBufferedBodyBytes)
    const refused = await send(ctx, options, on)
    return refused ?? (options.failOnErrorStatusCode ? errorStatus(ctx) : undefined)
  } catch (error) {
    return refusalOf(error, ctx)
  } finally {
    ctx.backendTime += performance.now() - started
  }
}

/** An answer that a repeated call will replace gives its connection back: nobody reads the rest of it. */
function letGo({ response }: CallContext): void {
  const unread = response?.body.takeStream()
  if (unread instanceof Readable) unread.destroy()
}

/** Bodies whose stream went to a backend: there is nothing left of them to send again. */
const sentAway = new WeakSet<Body>()

/** A refusal when the request cannot be made as its backend wants it; what fails on the way is thrown. */
async function send(ctx: CallContext, options: ForwardOptions, on: ForwardDependencies): Promise<Refusal | undefined> {
  const repeatable = isRepeatable(ctx)
  const { url, method } = ctx.request
  const headers = requestHeaders(ctx, on.via(ctx))
  const dressed = outfit(ctx, headers, on)
  const made = dressed instanceof Promise ? await dressed : dressed
  if ('kind' in made) return made
  const { path, identity, proxy } = made
  if (options.continueTimeout !== undefined && proxy !== undefined)
    return refusal('policy.failed', 'continue-timeout does not run through a proxy: take one of the two out')
  const origin = `${url.scheme}://${url.authority}`
  const limits = { timeout: options.timeout, signal: ctx.signal }
  if (options.continueTimeout !== undefined && !ctx.request.body.isEmpty) {
    const asked = { origin, method, path, headers, body: () => outgoingBody(ctx), connection: ownConnection(identity) }
    take(await exchangeAfterContinue(asked, { ...limits, continueTimeout: options.continueTimeout }), ctx)
    return undefined
  }
  const dispatcher = on.dispatchers.for({
    ...identity,
    followRedirects: options.followRedirects,
    http2: options.httpVersion !== '1',
    ...(proxy === undefined ? {} : { proxy }),
  })
  const dispatch: Dispatcher.DispatchOptions = {
    origin,
    method: method as Dispatcher.HttpMethod, // undici sends any token; its type lists the usual ones
    path,
    headers,
    body: outgoingBody(ctx),
  }
  let answer: Answer
  try {
    answer = await exchange(dispatcher, dispatch, limits)
  } catch (error) {
    if (!repeatable || !wasIdleSocket(error) || ctx.signal.aborted) throw error
    answer = await exchange(dispatcher, dispatch, limits)
  }
  take(answer, ctx)
  return undefined
}

/** The stream itself, or the bytes at hand. */
function outgoingBody({ request: { body } }: CallContext): Readable | Uint8Array | null {
  const stream = body.takeStream()
  if (stream === null) return body.bytes
  sentAway.add(body)
  return sparing(stream) as Readable // undici takes any async iterable; its type lists streams only
}

function take(answer: Answer, ctx: CallContext): void {
  const { statusCode, statusReason, rawHeaders } = answer
  ctx.response = {
    statusCode,
    statusReason,
    headers: new Headers(endToEnd(new Headers(rawHeaders))),
    body: bodyOf(answer, ctx),
  }
}

function bodyOf(answer: Answer, ctx: CallContext): Body {
  const opened = answer.open()
  if (!(opened instanceof Readable)) return ctx.request.method === 'HEAD' ? Body.empty() : Body.of(opened)
  ctx.finalizers.push(() => void opened.destroy())
  if (ctx.request.method !== 'HEAD' && answer.statusCode !== 204 && answer.statusCode !== 304) return Body.streaming(opened)
  opened.resume()
  return Body.empty()
}

function refusalOf(error: unknown, ctx: CallContext): Refusal {
  if (error instanceof BodyTooLarge) {
    const refused = refusal('request.body-too-large', error.message)
    return { ...refused, message: 'The request body is too large.', errorReason: 'RequestBodyTooLarge' }
  }
  const reason = ctx.signal.aborted ? 'request.aborted' : error instanceof LateBackend ? 'backend.timeout' : reasonOf(error)
  if (reason === undefined) throw error
  return refusal(reason, describe(error))
}

/** Nothing is lost by sending it twice: a method whose repetition changes nothing (RFC 9110 §9.2.2), and no body that has gone out already. */
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
  'request.body-too-large': 413,
  'policy.failed': 500,
} as const

/** API Management's names ("Predefined errors for built-in steps"), as far as it has them. */
const errorReasons = {
  'backend.missing': 'BackendNotFound',
  'backend.unreachable': 'BackendConnectionFailure',
  'backend.timeout': 'Timeout',
  'backend.reset': 'BackendConnectionFailure',
  'backend.response': 'BackendConnectionFailure',
  'request.aborted': 'ClientConnectionFailure',
  'request.body-too-large': 'RequestBodyTooLarge',
  'policy.failed': 'RequestNotSendable',
} as const

function refusal(reason: ForwardReason, detail: string): Refusal {
  return refuse({
    reason,
    statusCode: statusCodes[reason],
    message:
      reason === 'backend.timeout'
        ? 'The backend did not answer in time.'
        : reason === 'policy.failed'
          ? 'Internal server error'
          : 'The backend could not be reached or broke the connection off.',
    errorReason: errorReasons[reason],
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
