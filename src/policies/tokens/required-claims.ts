import type { ReasonCode } from '../../catalog/reason.ts'
import { hasGroupOverage } from '../../identity/graph/group-overage.ts'
import type { VerifiedToken } from '../../identity/token-verifier.ts'
import type { CallContext } from '../context/call-context.ts'
import { type Content, element, literal, many, optional, type Site, value } from '../define-policy.ts'
import type { PolicyPlace, Tracer } from '../trace/tracer.ts'
import { isConstant } from '../values.ts'
import { claimValues } from './claim-values.ts'

const claimSchema = {
  attributes: {
    name: value.string({ nonEmpty: true }),
    match: optional(value.choice(['all', 'any'], { anyCase: true }), 'all'),
    separator: optional(literal(value.string({ verbatim: true }))),
  },
  children: { value: many(value.string()) },
} as const

/** `<required-claims>` of both token policies. */
export const requiredClaims = optional(element({ children: { claim: many(element(claimSchema), { min: 1 }) } }))

type Claims = { readonly children: { readonly claim: readonly Content<typeof claimSchema>[] } } | undefined

/** What a token's claims lack. */
export interface ClaimFault {
  readonly reason: ReasonCode
  readonly errorReason: 'TokenClaimNotFound' | 'TokenClaimValueNotAllowed'
  readonly message: string
  readonly expected: readonly string[]
  readonly received: readonly string[]
  /** Scopes with which the claim would do; absent where they may not be told. */
  readonly scopes?: readonly string[]
}

export type ClaimCheck = (ctx: CallContext, token: VerifiedToken) => ClaimFault | undefined

/** Checks that every claim is there, then that each has the values asked for: all of them, or any one. */
export function claimCheck(claims: Claims, { place }: Site): ClaimCheck {
  const readers = (claims?.children.claim ?? []).map(readerOf)
  return (ctx, { claims: sent }) => {
    const asked = readers.map(read => read(ctx))
    if (ctx.tracer !== null) traceClaims(ctx.tracer, place, asked, sent)
    const missing = asked.filter(({ name }) => !Object.hasOwn(sent, name) || sent[name] === null)
    if (missing.length > 0) return notFound(missing, sent)
    for (const claim of asked) {
      const values = split(claimValues(sent[claim.name]), claim.separator)
      if (!fits(claim, values)) return notAllowed(claim, values)
    }
    return undefined
  }
}

/** Whether groups are among the claims that are asked for, as far as can be seen before a call. */
export function asksForGroups(claims: Claims): boolean {
  return (claims?.children.claim ?? []).some(({ attributes: { name } }) => !isConstant(name) || name.constant === 'groups')
}

/** Every claim, those behind the first that is lacking, too. */
function traceClaims(
  tracer: Tracer,
  place: PolicyPlace,
  asked: readonly Wanted[],
  sent: Readonly<Record<string, unknown>>,
): void {
  for (const claim of asked) {
    const values = Object.hasOwn(sent, claim.name) ? split(claimValues(sent[claim.name]), claim.separator) : []
    const isThere = Object.hasOwn(sent, claim.name) && sent[claim.name] !== null
    const { match, values: expected } = claim
    tracer.compared(place, {
      subject: `claim ${claim.name}`,
      match,
      expected,
      received: values,
      holds: isThere && fits(claim, values),
    })
  }
}

interface Wanted {
  readonly name: string
  readonly match: 'all' | 'any'
  readonly separator: string | undefined
  readonly values: readonly string[]
  readonly scopes: readonly string[] | undefined
}

/** RFC 6749 §3.3: what a scope is made of. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** The scopes that a claim asks for, of several that each would do the first; undefined unless they are written out, and none is a secret. */
function tellableScopes({ attributes: { name, match }, children }: Content<typeof claimSchema>): readonly string[] | undefined {
  if (!isConstant(name) || reasonOf(name.constant) !== 'token.scope' || !isConstant(match)) return undefined
  const values = children.value.flatMap(one => (one.isSecret !== true && isConstant(one) ? [one.constant] : []))
  if (values.length === 0 || values.length < children.value.length) return undefined
  const scopes = values.slice(0, match.constant === 'any' ? 1 : undefined).flatMap(value => value.split(' '))
  return scopes.every(scope => scopeToken.test(scope)) ? scopes : undefined
}

function readerOf(claim: Content<typeof claimSchema>): (ctx: CallContext) => Wanted {
  const { attributes, children } = claim
  const scopes = tellableScopes(claim)
  return ctx => {
    const values = children.value.map(one => one(ctx))
    // a choice without case gives the word as it is listed
    return { name: attributes.name(ctx), match: attributes.match(ctx), separator: attributes.separator(), values, scopes }
  }
}

function split(values: readonly string[], separator: string | undefined): readonly string[] {
  return separator === undefined || separator === ''
    ? values
    : values.flatMap(text => text.split(separator).map(part => part.trim()))
}

/** A claim without values need only be there. */
function fits({ match, values }: Wanted, sent: readonly string[]): boolean {
  if (values.length === 0) return true
  return match === 'all' ? values.every(one => sent.includes(one)) : values.some(one => sent.includes(one))
}

function notFound(missing: readonly Wanted[], sent: Readonly<Record<string, unknown>>): ClaimFault {
  const names = missing.map(({ name }) => name)
  const isOverage = names.includes('groups') && hasGroupOverage(sent)
  return {
    reason: reasonOf(names[0] ?? ''),
    errorReason: 'TokenClaimNotFound',
    message: `JWT token is missing the following claims: ${names.join(', ')}. Access denied.`,
    expected: missing.map(describe),
    received: names.map(name => (isOverage && name === 'groups' ? 'groups: too many for the token' : `no claim ${name}`)),
    ...(missing[0]?.scopes === undefined ? {} : { scopes: missing[0].scopes }),
  }
}

function notAllowed(claim: Wanted, sent: readonly string[]): ClaimFault {
  return {
    reason: reasonOf(claim.name),
    errorReason: 'TokenClaimValueNotAllowed',
    message: `Claim ${claim.name} value of ${sent.join(', ')} is not allowed. Access denied.`,
    expected: [describe(claim)],
    received: sent.map(value => `${claim.name}: ${value}`),
    ...(claim.scopes === undefined ? {} : { scopes: claim.scopes }),
  }
}

function describe({ name, match, values }: Wanted): string {
  return values.length === 0 ? `a claim ${name}` : `${name}: ${match === 'all' ? 'all of' : 'one of'} ${values.join(', ')}`
}

const reasons = new Map<string, ReasonCode>([
  ['roles', 'token.role'],
  ['scp', 'token.scope'],
  ['scope', 'token.scope'],
  ['groups', 'token.group'],
])

const reasonOf = (claim: string): ReasonCode => reasons.get(claim) ?? 'token.claim'
