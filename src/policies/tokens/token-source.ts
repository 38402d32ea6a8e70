import type { CallContext } from '../context/call-context.ts'
import { QueryString } from '../context/query-string.ts'
import type { Site } from '../define-policy.ts'
import { optional, value } from '../define-policy.ts'
import type { Evaluator } from '../values.ts'

/** Where the two token policies may find the token. */
export const sourceAttributes = {
  'header-name': optional(value.string({ nonEmpty: true })),
  'query-parameter-name': optional(value.string({ nonEmpty: true })),
  'token-value': optional(value.string()),
} as const

type SourceAttributes = { readonly [K in keyof typeof sourceAttributes]: Evaluator<string | undefined> }

/** A token that the call brought, with what stood before it in a header, or why there is none, for the record. */
export type FoundToken = { readonly token: string; readonly scheme?: string } | { readonly missing: string }

export type TokenFinder = (ctx: CallContext) => FoundToken

/**
 * Finds the token at the one place that was written; with `fallbackHeader`, nothing written means that header. Undefined after a fault.
 * The scheme is demanded of the Authorization header only ("Usage notes" of validate-jwt).
 */
export function tokenFinder(
  attributes: SourceAttributes,
  written: ReadonlySet<string>,
  site: Site,
  options: { readonly fallbackHeader?: string; readonly scheme?: Evaluator<string | undefined> },
): TokenFinder | undefined {
  const places = Object.keys(sourceAttributes).filter(name => written.has(name))
  if (places.length > 1) {
    site.fault('policy.exclusive-attributes', `only one of ${quoted(places)} may say where the token is`, 'keep one of them')
    return undefined
  }
  if (places.length === 0 && options.fallbackHeader === undefined) {
    const names = quoted(Object.keys(sourceAttributes))
    site.fault('policy.missing-attribute', `one of ${names} must say where the token is`, 'add header-name="Authorization"')
    return undefined
  }
  switch (places[0]) {
    case 'token-value':
      return ctx => present(attributes['token-value'](ctx)?.trim() ?? '', 'token-value')
    case 'query-parameter-name':
      return ctx => inQuery(ctx, attributes['query-parameter-name'](ctx) ?? '')
    default:
      return ctx => inHeader(ctx, attributes['header-name'](ctx) ?? options.fallbackHeader ?? '', options.scheme?.(ctx))
  }
}

const quoted = (names: readonly string[]) => names.map(name => `\`${name}\``).join(', ')

function present(token: string, place: string): FoundToken {
  return token === '' ? { missing: `nothing in ${place}` } : { token }
}

/** A parameter that stands twice is joined: no token, whichever was meant. */
function inQuery(ctx: CallContext, name: string): FoundToken {
  return present(QueryString.parse(ctx.request.url.query).getAll(name).join(','), `the query parameter ${name}`)
}

function inHeader(ctx: CallContext, name: string, scheme: string | undefined): FoundToken {
  const field = ctx.request.headers.get(name)?.trim()
  if (field === undefined || field === '') return { missing: `no header ${name}` }
  const blank = field.search(/\s/)
  const [sent, token] = blank < 0 ? ['', field] : [field.slice(0, blank), field.slice(blank).trim()]
  if (
    scheme !== undefined &&
    scheme !== '' &&
    name.toLowerCase() === 'authorization' &&
    sent.toLowerCase() !== scheme.toLowerCase()
  )
    return { missing: sent === '' ? `no scheme in the header ${name}` : `the scheme ${sent.slice(0, 20)}` }
  return token === '' ? { missing: `nothing in the header ${name}` } : { token, scheme: sent }
}
