import type { Api, Operation, Product, Subscription } from '../../catalog/catalog.ts'
import type { ReasonCode } from '../../catalog/reason.ts'
import { Body } from '../../policies/context/body.ts'
import type { LastError, RequestMessage } from '../../policies/context/call-context.ts'
import { Headers } from '../../policies/context/headers.ts'
import { RequestUrl } from '../../policies/context/request-url.ts'
import { next, refuse } from '../../policies/outcome.ts'
import type { Section } from '../../policies/plan.ts'
import type { Tracer } from '../../policies/trace/tracer.ts'
import { Call } from './call.ts'
import { errorResponse } from './error-response.ts'
import { newRequestId } from './request-id.ts'
import { refuseCall, runInbound, runPlan, type Verdict } from './run-plan.ts'
import { type ApiTarget, builtInErrors, type Runtime } from './runtime.ts'
import type { ShownCertificate } from './shown-certificate.ts'
import { admissionText, keyOf } from './subscriptions.ts'
import { callerAddress } from './trusted-peers.ts'

/** A request as the listener read it. */
export interface Incoming {
  readonly method: string
  /** The request target, origin-form: path and query as sent. */
  readonly path: string
  readonly query: string
  readonly headers: Headers
  readonly body: Body
  /** Address at the other end of the connection. */
  readonly peer: string
  readonly scheme: 'http' | 'https'
  /** What the caller showed on its connection. */
  readonly certificate?: ShownCertificate | undefined
  readonly startedAt: number
}

/** A call on its way, before anything about it was decided; the listener gives it up when the caller goes away. */
export interface Started {
  readonly call: Call
  /** Settles when the answer stands. Rejects only for a defect. */
  readonly served: Promise<Verdict>
}

/** Finds the way of a request and starts it: routing, subscription, plan. `watch` makes what looks on while policies run, if anything does. */
export function serveCall(incoming: Incoming, runtime: Runtime, watch?: (call: Call) => Tracer | null): Started {
  const way = findWay(incoming, runtime)
  const call = makeCall(incoming, runtime, way)
  if (watch !== undefined) call.tracer = watch(call)
  return {
    call,
    served: way.refused === undefined ? follow(call, runtime, way) : refuseBuiltIn(call, runtime, way.refused, way),
  }
}

/** As `serveCall`, but only through the inbound section: a verdict ends the call, undefined lets it be tunnelled. */
export function admitCall(
  incoming: Incoming,
  runtime: Runtime,
  watch?: (call: Call) => Tracer | null,
): { readonly call: Call; readonly served: Promise<Verdict | undefined> } {
  const way = findWay(incoming, runtime)
  const call = makeCall(incoming, runtime, way)
  if (watch !== undefined) call.tracer = watch(call)
  if (way.refused !== undefined) return { call, served: refuseBuiltIn(call, runtime, way.refused, way) }
  const plan = runtime.program.planFor(call.api, call.operation, call.product)
  return { call, served: plan === undefined ? refuseBuiltIn(call, runtime, 'config.faulty') : runInbound(plan, call) }
}

/** Where a request goes and under what, or the reason why it goes nowhere. */
interface Way {
  readonly target: ApiTarget
  readonly operation: Operation
  readonly parameters: ReadonlyMap<string, string>
  readonly below: string
  readonly isPreflight: boolean
  readonly product: Product | null
  readonly subscription: Subscription | null
  readonly refused?: ReasonCode
  readonly detail?: string
  /** What would have opened the way. */
  readonly expected?: string
}

const noParameters: ReadonlyMap<string, string> = new Map()

function findWay(incoming: Incoming, runtime: Runtime): Way {
  const route = runtime.router.route(incoming.method, incoming.path, incoming.query, incoming.headers)
  if (route.kind === 'malformed') return nowhere(runtime.nowhere, 'request.malformed')
  if (route.kind === 'no-api') return nowhere(runtime.nowhere, 'route.no-api')
  const target = route.api
  if (target.api.notServed !== undefined) return nowhere(target, 'route.not-served', target.api.notServed)
  if (target.api.fault !== undefined) return nowhere(target, 'config.faulty', target.api.fault)
  if (route.kind === 'no-operation') return nowhere(target, 'route.no-operation')
  const { operation, parameters, below, isPreflight } = route
  const way = { target, operation, parameters, below, isPreflight }
  // a preflight carries no key: only cors policies have a say in it
  const key = isPreflight ? null : keyOf(target.api, name => incoming.headers.get(name), incoming.query)
  const admission = runtime.subscriptions.admit(target.api, key, incoming.startedAt)
  if (admission.admitted) return { ...way, product: admission.product, subscription: admission.subscription }
  if (isPreflight) return { ...way, product: null, subscription: null }
  const { reason, subscription } = admission
  const facts = keyFacts(target.api, reason, subscription)
  return { ...way, product: null, subscription, refused: reason, ...facts }
}

/** For the record: where a key is looked for, and what came; never the key. */
function keyFacts(api: Api, reason: ReasonCode, subscription: Subscription | null): Pick<Way, 'detail' | 'expected'> {
  const { header, query } = api.subscriptionKeyNames
  const expected = `the key of an active subscription, in the header ${header} or the query parameter ${query}`
  if (subscription !== null) return { expected, detail: `subscription ${subscription.name}` }
  return { expected, detail: reason === 'subscription.missing' ? 'no key' : 'a key of no subscription' }
}

function nowhere(target: ApiTarget, refused: ReasonCode, detail?: string): Way {
  const way = {
    target,
    operation: target.unmatched,
    parameters: noParameters,
    below: '',
    isPreflight: false,
    product: null,
    subscription: null,
    refused,
  }
  return detail === undefined ? way : { ...way, detail }
}

function makeCall(incoming: Incoming, runtime: Runtime, way: Way): Call {
  const { headers, peer, scheme, startedAt } = incoming
  const forwardedFor = headers.get('x-forwarded-for')
  const isTrusted = runtime.trusted.has(peer)
  const host = headers.get('host')
  const origin = isTrusted ? forwardedOrigin(headers, scheme) : { scheme, host }
  const ipAddress = callerAddress(peer, forwardedFor, runtime.trusted)
  const { target, operation, product, subscription } = way
  const asked = originalUrl(origin.scheme, origin.host, incoming.path, incoming.query)
  const request: RequestMessage = {
    method: incoming.method,
    // with no operation there is no backend path: policies of on-error see what the caller asked for
    url: way.refused?.startsWith('route.') ? asked.clone() : backendUrl(target, way.below, incoming.query),
    originalUrl: asked,
    headers,
    body: incoming.body,
    ipAddress,
    callerCertificate: incoming.certificate === undefined ? undefined : runtime.callers.shown(incoming.certificate),
    matchedParameters: way.parameters,
  }
  const trustedChain = forwardedFor !== null && isTrusted ? forwardedFor : undefined
  return new Call({
    requestId: newRequestId(),
    startedAt,
    api: target.api,
    operation,
    product,
    subscription,
    user: subscription === null ? null : runtime.subscriptions.ownerOf(subscription),
    request,
    via: { peer, trustedChain, host },
    deployment: runtime.deployment,
  })
}

/** What a trusted proxy says the caller asked for: the first of several values is the one nearest to the caller. */
function forwardedOrigin(headers: Headers, scheme: 'http' | 'https'): { readonly scheme: string; readonly host: string | null } {
  const first = (name: string) => headers.get(name)?.split(',')[0]?.trim()
  const proto = first('x-forwarded-proto')?.toLowerCase()
  return {
    scheme: proto === 'http' || proto === 'https' ? proto : scheme,
    host: first('x-forwarded-host') ?? headers.get('host'),
  }
}

/** The backend's address joined with the operation's path; no host for an API without one. */
function backendUrl({ base }: ApiTarget, below: string, query: string): RequestUrl {
  if (base === undefined) return new RequestUrl('http', '', 80, below || '/', query)
  const path = base.path.replace(/\/$/, '') + below
  return new RequestUrl(base.scheme, base.host, base.port, path || '/', query)
}

function originalUrl(scheme: string, host: string | null, path: string, query: string): RequestUrl {
  const match = /^(\[[0-9a-f:.]+\]|[^:/?#@\s]+)(?::(\d{1,5}))?$/i.exec(host ?? '')
  return new RequestUrl(scheme, match?.[1] ?? 'localhost', Number(match?.[2] ?? (scheme === 'https' ? 443 : 80)), path, query)
}

function follow(call: Call, runtime: Runtime, way: Way): Promise<Verdict> {
  const plan = runtime.program.planFor(call.api, call.operation, call.product)
  if (plan === undefined) return refuseBuiltIn(call, runtime, 'config.faulty')
  return way.isPreflight ? answerPreflight(call, plan.preflight) : runPlan(plan, call)
}

/** An empty 200 without CORS headers is API Management's way to say no to a browser. */
async function answerPreflight(call: Call, preflight: Section): Promise<Verdict> {
  await preflight(call)
  const answered = call.response?.headers.has('Access-Control-Allow-Origin') === true
  call.response ??= { statusCode: 200, statusReason: 'OK', headers: new Headers(), body: Body.empty() }
  return answered ? { decision: 'allowed', reason: 'cors.preflight' } : { decision: 'refused', reason: 'cors.origin' }
}

const unmatched: ReadonlySet<ReasonCode> = new Set(['route.no-api', 'route.no-operation'])

/** What the gateway refuses itself, before any policy: on-error of the scopes that are known then has its say. */
async function refuseBuiltIn(
  call: Call,
  runtime: Runtime,
  reason: ReasonCode,
  { detail, expected }: Pick<Way, 'detail' | 'expected'> = {},
): Promise<Verdict> {
  const { statusCode, message } = answerOf(reason, detail)
  const verdict: Verdict = {
    decision: statusCode >= 500 ? 'failed' : 'refused',
    reason,
    ...(expected === undefined ? {} : { expected: [expected] }),
    ...(detail === undefined ? {} : { received: [detail] }),
  }
  const plan =
    reason === 'config.faulty' || reason === 'request.malformed'
      ? undefined
      : runtime.program.planFor(call.api, call.operation, call.product)
  const answered = plan?.anywhere === undefined || !unmatched.has(reason) ? undefined : (await plan.anywhere(call)).outcome
  if (answered !== undefined && answered !== next && answered.kind === 'reply')
    return { decision: 'allowed', reason: answered.reason }
  if (plan === undefined) call.response = errorResponse(statusCode, message, { requestId: call.requestId })
  else
    await refuseCall(refuse({ reason, statusCode, message, errorReason: '' }), plan.onError, call, lastErrorOf(reason, message))
  return verdict
}

function answerOf(reason: ReasonCode, detail: string | undefined): { readonly statusCode: number; readonly message: string } {
  if (reason === 'request.malformed') return { statusCode: 400, message: 'Bad request' }
  if (reason === 'route.not-served')
    return { statusCode: 501, message: `This API is not served here yet: ${detail ?? 'its kind is not known'}` }
  if (reason === 'config.faulty')
    return { statusCode: 503, message: `The configuration of this API is faulty${detail === undefined ? '' : ` (${detail})`}.` }
  if (reason.startsWith('subscription.')) return { statusCode: 401, message: admissionText(reason) }
  return { statusCode: 404, message: 'Resource not found' }
}

function lastErrorOf(reason: ReasonCode, message: string): LastError {
  const known = reason.startsWith('subscription.') && reason !== 'subscription.missing' ? 'subscription.invalid' : reason
  const error =
    known in builtInErrors
      ? builtInErrors[known as keyof typeof builtInErrors]
      : { source: 'configuration', reason: 'NotServed', message } // `in` says so
  return { ...error, scope: 'global', section: 'inbound', path: '', policyId: '' }
}
