import { Body } from '../context/body.ts'
import type { CallContext } from '../context/call-context.ts'
import { Headers } from '../context/headers.ts'
import { definePolicy, element, many, optional, value } from '../define-policy.ts'
import { next, type Outcome, reply } from '../outcome.ts'
import { type Evaluator, isConstant } from '../values.ts'

type Texts = readonly Evaluator<string>[]

/**
 * Answers CORS preflights and marks answers to allowed origins (Fetch standard, "CORS protocol"). A cross-origin call that does not match
 * ends in an empty 200, or goes on without the headers when `terminate-unmatched-request` is false.
 */
export const cors = definePolicy({
  element: 'cors',
  summary: 'Adds cross-origin resource sharing to an operation or API, so that browsers may call it from other sites.',
  source: 'CORS',
  sections: ['inbound'],
  max: { count: 1, per: 'section' },
  answersPreflights: true,
  schema: {
    attributes: {
      'allow-credentials': optional(value.boolean(), false),
      'terminate-unmatched-request': optional(value.boolean(), true),
    },
    children: {
      'allowed-origins': element({ children: { origin: many(value.string({ nonEmpty: true }), { min: 1 }) } }),
      'allowed-methods': optional(
        element({
          attributes: { 'preflight-result-max-age': optional(value.integer({ min: 0 })) },
          children: { method: many(value.string({ nonEmpty: true }), { min: 1 }) },
        }),
      ),
      'allowed-headers': optional(element({ children: { header: many(value.string({ nonEmpty: true }), { min: 1 }) } })),
      'expose-headers': optional(element({ children: { header: many(value.string({ nonEmpty: true }), { min: 1 }) } })),
    },
  },
  reasons: ['cors.origin', 'cors.preflight'],
  differences: [
    'With the origin `*`, credentials are never allowed: browsers refuse that pair, and any other reading of it would let every site act as the caller.',
  ],
  pagesDisagree: [
    'Two defaults are given for `terminate-unmatched-request`; here it is `true`, as the section "Common configuration issues" says.',
  ],
  compile({ attributes, children }, _ports, site) {
    const rules = {
      origins: children['allowed-origins'].children.origin,
      methods: children['allowed-methods']?.children.method,
      headers: children['allowed-headers']?.children.header ?? [],
      exposed: children['expose-headers']?.children.header ?? [],
    }
    const maxAge = children['allowed-methods']?.attributes['preflight-result-max-age']
    const anyOrigin = rules.origins.some(one => isConstant(one) && one.constant.trim() === '*')
    if (anyOrigin && attributes['allow-credentials'].constant === true)
      site.warn(
        'policy.cors-credentials',
        'credentials are not allowed together with the origin `*`',
        'list the origins that may send credentials',
      )

    return ctx => {
      const origin = ctx.request.headers.get('Origin')
      if (origin === null) return next
      const allowed = allowedOrigin(origin, rules.origins, ctx)
      const credentials = attributes['allow-credentials'](ctx) && allowed !== '*'
      if (isPreflight(ctx)) {
        if (allowed !== undefined && preflightFits(ctx, rules))
          return answerPreflight(ctx, allowed, credentials, maxAge?.(ctx) ?? 0)
        return attributes['terminate-unmatched-request'](ctx) ? endUnmatched(ctx) : next
      }
      if (allowed !== undefined) markAnswer(ctx, allowed, credentials, textsOf(rules.exposed, ctx))
      else if (isSimple(ctx) && attributes['terminate-unmatched-request'](ctx)) return endUnmatched(ctx)
      return next
    }
  },
})

interface Rules {
  readonly methods: Texts | undefined
  readonly headers: Texts
}

const textsOf = (texts: Texts, ctx: CallContext) => texts.map(one => one(ctx).trim())
const isSimple = (ctx: CallContext) => ctx.request.method === 'GET' || ctx.request.method === 'HEAD'
const isPreflight = (ctx: CallContext) =>
  ctx.request.method === 'OPTIONS' && ctx.request.headers.has('Access-Control-Request-Method')

/** What Access-Control-Allow-Origin says: the origin itself, `*`, or undefined when it may not. */
function allowedOrigin(origin: string, origins: Texts, ctx: CallContext): string | undefined {
  const sent = normalOrigin(origin)
  for (const one of textsOf(origins, ctx)) {
    if (one === '*') return '*'
    if (sent !== undefined && normalOrigin(one) === sent) return origin
  }
  return undefined
}

/** Scheme, host and port, the scheme's own port left out; undefined for `null` and what else is no origin. */
function normalOrigin(text: string): string | undefined {
  return URL.canParse(text) && new URL(text).origin !== 'null' ? new URL(text).origin : undefined
}

function preflightFits(ctx: CallContext, { methods, headers }: Rules): boolean {
  const method = ctx.request.headers.get('Access-Control-Request-Method') ?? ''
  const allowedMethods = methods === undefined ? ['GET', 'POST'] : textsOf(methods, ctx)
  if (!allowedMethods.includes('*') && !allowedMethods.some(one => one.toUpperCase() === method.toUpperCase())) return false
  const allowedHeaders = textsOf(headers, ctx).map(one => one.toLowerCase())
  return allowedHeaders.includes('*') || requestedHeaders(ctx).every(one => allowedHeaders.includes(one.toLowerCase()))
}

function requestedHeaders(ctx: CallContext): string[] {
  const sent = ctx.request.headers.get('Access-Control-Request-Headers') ?? ''
  return sent
    .split(',')
    .map(one => one.trim())
    .filter(one => one !== '')
}

function answerPreflight(ctx: CallContext, origin: string, credentials: boolean, maxAge: number): Outcome {
  const headers = new Headers(['Access-Control-Allow-Origin', origin])
  headers.append('Access-Control-Allow-Methods', ctx.request.headers.get('Access-Control-Request-Method') ?? '')
  const requested = requestedHeaders(ctx)
  if (requested.length > 0) headers.append('Access-Control-Allow-Headers', requested.join(','))
  if (credentials) headers.append('Access-Control-Allow-Credentials', 'true')
  headers.append('Access-Control-Max-Age', String(maxAge))
  headers.append('Vary', 'Origin')
  ctx.response = { statusCode: 200, statusReason: 'OK', headers, body: Body.empty() }
  return reply('cors.preflight')
}

function endUnmatched(ctx: CallContext): Outcome {
  ctx.response = { statusCode: 200, statusReason: 'OK', headers: new Headers(), body: Body.empty() }
  return reply('cors.origin')
}

function markAnswer(ctx: CallContext, origin: string, credentials: boolean, exposed: readonly string[]): void {
  ctx.lateHeaders.push(['Access-Control-Allow-Origin', origin])
  if (origin !== '*') ctx.lateHeaders.push(['Vary', 'Origin'])
  if (credentials) ctx.lateHeaders.push(['Access-Control-Allow-Credentials', 'true'])
  if (exposed.length > 0) ctx.lateHeaders.push(['Access-Control-Expose-Headers', exposed.join(',')])
}
