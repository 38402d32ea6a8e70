import type { ClaimDemand, Demand } from '../access/demand.ts'
import { unknownValue } from './policy-texts.ts'

type Claims = Readonly<Record<string, unknown>>

/** Whether a token with these claims has what a token policy asks of them; undefined for other demands, and where an expression decides. */
export function judgeDemand({ kind, claims: asked }: Demand, claims: Claims | undefined): boolean | undefined {
  if (kind !== 'token') return undefined
  if (claims === undefined) return false
  const verdicts = asked.map(one => judgeClaim(one, claims))
  if (verdicts.includes(false)) return false
  return verdicts.includes(undefined) ? undefined : true
}

function judgeClaim({ claim, match, values }: ClaimDemand, claims: Claims): boolean | undefined {
  const sent = claim === clientApplication ? [claims.azp ?? claims.appid] : valuesOf(claims[claim])
  if (sent.length === 0 || sent[0] === undefined || sent[0] === null) return false
  if (values.includes(unknownValue)) return undefined
  if (values.length === 0) return true
  const has = (value: string) => sent.includes(value)
  return match === 'all' ? values.every(has) : values.some(has)
}

/** As a demand calls `azp` and `appid`. */
export const clientApplication = 'client application'

/** An array's elements; a text also by its blanks, as `scp` has several scopes. */
function valuesOf(claim: unknown): readonly unknown[] {
  if (Array.isArray(claim)) return claim
  return typeof claim === 'string' ? [claim, ...claim.split(' ')] : [claim]
}
