import type { TokenRefusal, TokenRules, VerifiedToken } from '../../identity/token-verifier.ts'
import type { Comparison } from '../trace/tracer.ts'
import { claimValues } from './claim-values.ts'

/** What a verified token was held against, in the order it was checked: for the trace. */
export function comparisonsOf({ claims, header }: VerifiedToken, rules: TokenRules): readonly Comparison[] {
  return [
    { subject: 'signature', expected: rules.keys.map(keyName), received: [keyOf(header)], holds: true },
    ...oneOf('issuer', rules.issuers, claims.iss),
    ...oneOf('audience', rules.audiences, claims.aud),
    { subject: 'lifetime', expected: ['a time within the lifetime'], received: lifetimeOf(claims), holds: true },
  ]
}

/** What a token failed at. */
export function comparisonOf({ reason, expected = [], received = [] }: TokenRefusal): Comparison {
  return { subject: reason.replace(/^token\./, ''), expected, received, holds: false }
}

function oneOf(subject: string, expected: readonly string[], claim: unknown): readonly Comparison[] {
  return expected.length === 0 ? [] : [{ subject, match: 'any', expected, received: claimValues(claim), holds: true }]
}

function keyName(source: TokenRules['keys'][number]): string {
  return source.kind === 'openid-config' || source.kind === 'jwks'
    ? `keys of ${source.url}`
    : `a ${source.kind} key of the policy`
}

function keyOf({ alg, kid }: VerifiedToken['header']): string {
  return `${String(alg ?? 'none')}${kid === undefined ? '' : ` by key ${String(kid)}`}`
}

function lifetimeOf({ nbf, exp }: VerifiedToken['claims']): readonly string[] {
  const at = (name: string, seconds: unknown) =>
    typeof seconds === 'number' && Math.abs(seconds) < 8.64e12 ? [`${name} ${new Date(seconds * 1000).toISOString()}`] : []
  return [...at('from', nbf), ...at('until', exp)]
}
