import type { ReasonCode } from '../../catalog/reason.ts'
import type { Value } from '../../expressions/types/values.ts'
import { callerOf } from '../../identity/caller.ts'
import type { TokenRefusal, TokenRules, TokenVerifier, VerifiedToken } from '../../identity/token-verifier.ts'
import type { CallContext, Caller } from '../context/call-context.ts'
import { asJwt } from '../context/types/credential-types.ts'
import { literal, optional, type Site, value } from '../define-policy.ts'
import { next, type Outcome, type Refusal, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import type { Step } from '../step.ts'
import type { PolicyPlace, Tracer } from '../trace/tracer.ts'
import type { Constant, Evaluator } from '../values.ts'
import { comparisonOf, comparisonsOf } from './compare-token.ts'
import { type GrantAdder, grantAdder } from './granted-roles.ts'
import { oddScheme } from './odd-scheme.ts'
import { type GroupCompleter, groupCompleter, type WithGroups, withoutGroups } from './overage.ts'
import type { ClaimFault } from './required-claims.ts'
import type { FoundToken, TokenFinder } from './token-source.ts'

/** What both token policies say about a failure and about the token that passed. */
export const verdictAttributes = {
  'failed-validation-httpcode': optional(value.integer({ min: 100, max: 599 }), 401),
  'failed-validation-error-message': optional(value.string()),
  'output-token-variable-name': optional(literal(value.string({ nonEmpty: true }))),
} as const

/** What both may turn a call away for. */
export const tokenReasons: readonly ReasonCode[] = [
  'token.missing',
  'token.malformed',
  'token.algorithm',
  'token.signature',
  'token.key-unknown',
  'token.decryption',
  'token.issuer',
  'token.tenant',
  'token.audience',
  'token.expired',
  'token.not-yet-valid',
  'token.no-expiration',
  'token.role',
  'token.scope',
  'token.group',
  'token.claim',
  'keys.unreachable',
  'groups.unreachable',
]

interface VerdictAttributes {
  readonly 'failed-validation-httpcode': Evaluator<number>
  readonly 'failed-validation-error-message': Evaluator<string | undefined>
  readonly 'output-token-variable-name': Constant<string | undefined>
}

export interface TokenJudge {
  readonly find: TokenFinder
  /** The same object for the same values: results are remembered by it. */
  readonly rules: (ctx: CallContext) => TokenRules
  /** What the policy asks of a verified token's claims. */
  readonly check: (ctx: CallContext, token: VerifiedToken) => ClaimFault | undefined
  /** Whether it may look at groups: those that Entra left out of a token are then asked for. */
  readonly asksForGroups: boolean
  readonly attributes: VerdictAttributes
}

/** The step of a token policy: find, verify, check claims. Answers at once for a token that was verified before. */
export function judgeToken(judge: TokenJudge, ports: Ports, { place }: Site): Step {
  const { tokens, groups, now } = ports
  const seen = new WeakMap<VerifiedToken, Facts>()
  const keepsToken = judge.attributes['output-token-variable-name']() !== undefined
  const asksForGroups = judge.asksForGroups || (keepsToken && groups?.forExpressions === true)
  const complete = asksForGroups && groups !== undefined ? groupCompleter(groups) : undefined
  const addGrants = grantAdder(ports)
  const settle = (ctx: CallContext, result: Result, rules: TokenRules) => {
    if (ctx.tracer !== null) traceToken(ctx.tracer, place, result, rules)
    const token = result.kind === 'verified' && addGrants !== undefined ? grantedTo(ctx, result, seen, addGrants, place) : result
    return conclude(ctx, judge, token, seen, place, complete)
  }
  return ctx => {
    const found = judge.find(ctx)
    if ('missing' in found) return notPresent(ctx, judge.attributes, found.missing)
    const rules = judge.rules(ctx)
    const result = verify(tokens, found.token, rules, now())
    if (result instanceof Promise) return result.then(late => settle(ctx, late, rules))
    return settle(ctx, result.kind === 'refused' ? asItCame(result, found) : result, rules)
  }
}

type Result = VerifiedToken | TokenRefusal

function verify(tokens: TokenVerifier, token: string, rules: TokenRules, now: number): Result | Promise<Result> {
  return tokens.verify(token, rules, now)
}

/** A token that is none, with how its header was written. */
function asItCame(refusal: TokenRefusal, found: Extract<FoundToken, { token: string }>): TokenRefusal {
  const odd = refusal.reason === 'token.malformed' ? oddScheme(found) : undefined
  return odd === undefined ? refusal : { ...refusal, received: [...(refusal.received ?? []), odd] }
}

/** What is made of a verified token once. */
interface Facts {
  readonly caller: Caller
  /** The token as expressions see it. */
  readonly jwt: Value
}

function factsOf(token: VerifiedToken, seen: WeakMap<VerifiedToken, Facts>): Facts {
  const known = seen.get(token)
  if (known !== undefined) return known
  const signed = token.isSigned === true ? { isSigned: token.isSigned } : {}
  const facts = { caller: { ...callerOf(token.claims), ...signed }, jwt: jwtOf(token) }
  seen.set(token, facts)
  return facts
}

/** An encrypted token is shown by what was inside. */
function jwtOf({ token, header, claims }: VerifiedToken): Value {
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part), 'utf8').toString('base64url')
  return asJwt(token) ?? asJwt(`${encode(header)}.${encode(claims)}.`)
}

/** The token with what is granted to its caller for this call; on the record as such. */
function grantedTo(
  ctx: CallContext,
  token: VerifiedToken,
  seen: WeakMap<VerifiedToken, Facts>,
  addGrants: GrantAdder,
  place: PolicyPlace,
): VerifiedToken {
  const added = addGrants(ctx, token)
  if (added === undefined) return token
  const { caller } = factsOf(token, seen)
  seen.set(added.token, { caller: { ...caller, grantedRoles: added.granted }, jwt: jwtOf(added.token) })
  if (ctx.tracer !== null) ctx.tracer.said(place, 'grants', 'information', `granted for a time: ${added.granted.join(', ')}`)
  return added.token
}

function conclude(
  ctx: CallContext,
  judge: TokenJudge,
  result: Result,
  seen: WeakMap<VerifiedToken, Facts>,
  place: PolicyPlace,
  complete: GroupCompleter | undefined,
): Outcome | Promise<Outcome> {
  if (result.kind === 'refused') {
    const { claims, isSigned = false } = result
    if (claims !== undefined) ctx.claimedBy = { caller: callerOf(claims), isSigned }
    return result.reason === 'keys.unreachable' ? notJudged(result) : invalid(ctx, judge.attributes, result)
  }
  const completed = complete?.(result)
  if (completed === undefined) return accept(ctx, judge, result, seen)
  // who it is stands on the record even when the groups cannot be told
  ctx.caller = factsOf(result, seen).caller
  const settle = (known: WithGroups) => {
    if (ctx.tracer !== null) ctx.tracer.said(place, 'Microsoft Graph', 'information', wordsOf(known))
    return acceptCompleted(ctx, judge, result, seen, known)
  }
  return completed instanceof Promise ? completed.then(settle) : settle(completed)
}

/** For the trace: what was heard of the groups that the token leaves out. */
function wordsOf(known: WithGroups): string {
  switch (known.kind) {
    case 'resolved':
      return 'told the groups that the token leaves out'
    case 'left-out':
      return `did not tell the groups that the token leaves out: ${known.why}`
    case 'not-judged':
      return 'could not be asked for the groups that the token leaves out'
  }
}

function acceptCompleted(
  ctx: CallContext,
  judge: TokenJudge,
  token: VerifiedToken,
  seen: WeakMap<VerifiedToken, Facts>,
  completed: WithGroups,
): Outcome {
  if (completed.kind === 'not-judged') return completed.refusal
  if (completed.kind === 'resolved') {
    const { caller } = factsOf(token, seen)
    seen.set(completed.token, { caller: { ...caller, groupsFrom: 'graph' }, jwt: jwtOf(completed.token) })
    return accept(ctx, judge, completed.token, seen)
  }
  const { why } = completed
  const check: TokenJudge['check'] = (...asked) => {
    const fault = judge.check(...asked)
    return fault && withoutGroups(fault, why)
  }
  return accept(ctx, { ...judge, check }, token, seen)
}

function accept(
  ctx: CallContext,
  { check, attributes }: TokenJudge,
  token: VerifiedToken,
  seen: WeakMap<VerifiedToken, Facts>,
): Outcome {
  const { caller, jwt } = factsOf(token, seen)
  // who it is stands on the record even when the claims are not enough
  ctx.caller = caller
  const fault = check(ctx, token)
  if (fault !== undefined) return invalid(ctx, attributes, fault)
  const variable = attributes['output-token-variable-name']()
  if (variable !== undefined) ctx.variables.set(variable, jwt)
  return next
}

function traceToken(tracer: Tracer, place: PolicyPlace, result: Result, rules: TokenRules): void {
  const all = result.kind === 'refused' ? [comparisonOf(result)] : comparisonsOf(result, rules)
  for (const one of all) tracer.compared(place, one)
}

function notPresent(ctx: CallContext, attributes: VerdictAttributes, received: string): Refusal {
  const message = 'JWT not present.'
  const errorReason = 'TokenNotPresent'
  return refusal(ctx, attributes, message, {
    reason: 'token.missing',
    errorReason,
    message,
    expected: ['a token'],
    received: [received],
  })
}

/** One message to callers for whatever is wrong with a token: the difference is on the record. */
function invalid(ctx: CallContext, attributes: VerdictAttributes, fault: ClaimFault | TokenRefusal): Refusal {
  return refusal(ctx, attributes, 'Invalid JWT.', fault)
}

function refusal(
  ctx: CallContext,
  attributes: VerdictAttributes,
  standard: string,
  fault: Omit<TokenRefusal, 'kind' | 'reason'> & Pick<Refusal, 'reason' | 'scopes'>,
): Refusal {
  return refuse({
    reason: fault.reason,
    statusCode: attributes['failed-validation-httpcode'](ctx),
    message: attributes['failed-validation-error-message'](ctx) ?? standard,
    errorReason: fault.errorReason,
    errorMessage: fault.message,
    expected: fault.expected ?? [],
    received: fault.received ?? [],
    ...(fault.scopes === undefined ? {} : { scopes: fault.scopes }),
  })
}

/** Seconds after which a caller may try again. */
const retryAfter = '5'

/** Not the caller's fault, and no answer to whether the token is good: never the policy's own status. */
function notJudged(fault: TokenRefusal): Refusal {
  return refuse({
    reason: fault.reason,
    statusCode: 503,
    message: 'The token cannot be validated at the moment.',
    errorReason: fault.errorReason,
    errorMessage: fault.message,
    headers: [['Retry-After', retryAfter]],
    expected: fault.expected ?? [],
    received: fault.received ?? [],
  })
}
