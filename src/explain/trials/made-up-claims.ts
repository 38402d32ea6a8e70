import { type ClaimDemand, clientApplication } from '../../access/demand.ts'
import type { Json } from '../policy-tests/policy-test.ts'
import type { AskedOnWay } from './asked-on-way.ts'
import type { Holding } from './holding.ts'

export type Claims = { readonly [name: string]: Json }

/** Kinds of callers that are made up, one after the other until somebody gets in: with all that is named, with no more than every call needs, no person. */
export const madeUpKinds = ['all-asked', 'bare', 'application'] as const

const anyId = '00000000-0000-4000-8000-000000000001'

/** Claims that have one value in any token: two that differ cannot both be had. */
const singleValued = new Set([
  ...['iss', 'aud', 'sub', 'oid', 'tid', 'ver', 'idtyp', 'azpacr', 'appidacr', clientApplication],
  ...['preferred_username', 'upn', 'unique_name', 'email', 'name'],
])

/** A token with all that the policies ask of other claims, and of roles and groups what is held. */
export function madeUpClaims(
  { roles, groups }: Holding,
  { claims, claimsOfConditions }: AskedOnWay,
  kind: (typeof madeUpKinds)[number],
): Claims {
  const isPerson = kind !== 'application'
  const found = new Map<string, Json>([
    ['oid', anyId],
    ['sub', anyId],
    ['tid', anyId],
    ['ver', '2.0'],
    ...(isPerson ? ([['preferred_username', 'trial@example.org']] as const) : ([['idtyp', 'app']] as const)),
  ])
  const demands = kind === 'all-asked' ? [...claims, ...claimsOfConditions] : claims
  for (const [claim, asked] of Map.groupBy(demands, one => oneName(one.claim))) {
    if (claim === 'scp' && !isPerson) continue
    const values = valuesFor(claim, asked)
    for (const name of claim === clientApplication ? ['azp', 'appid'] : [claim])
      found.set(name, claim === 'scp' || values.length === 1 ? values.join(' ') : values)
  }
  found.delete('roles')
  found.delete('groups')
  if (roles.length > 0) found.set('roles', roles)
  if (groups.length > 0) found.set('groups', groups)
  return Object.fromEntries(found)
}

const oneName = (claim: string) => (claim === 'azp' || claim === 'appid' ? clientApplication : claim)

/** Whether tokens that meet all of the demands cannot be: a claim that has one value would need several. */
export function contradict(demands: readonly ClaimDemand[]): boolean {
  return [...Map.groupBy(demands, one => oneName(one.claim))].some(([claim, asked]) => {
    const known = asked.filter(({ values }) => values.length > 0)
    const [first] = known
    if (!singleValued.has(claim) || first === undefined) return false
    return !first.values.some(value => known.every(one => isMetBy(one, [value])))
  })
}

const isMetBy = ({ match, values }: ClaimDemand, had: readonly string[]) =>
  match === 'all' ? values.every(one => had.includes(one)) : values.length === 0 || values.some(one => had.includes(one))

/** As few values as meet the demands, those first that meet the most. */
function valuesFor(claim: string, demands: readonly ClaimDemand[]): readonly string[] {
  const known = demands.filter(({ values }) => values.length > 0)
  const met = (value: string) => known.filter(one => one.values.includes(value)).length
  if (singleValued.has(claim)) {
    const [best = anyId] = known.flatMap(({ values }) => values).sort((a, b) => met(b) - met(a))
    return [best]
  }
  const chosen = new Set(known.filter(({ match }) => match === 'all').flatMap(({ values }) => values))
  for (const demand of known) {
    const [best] = [...demand.values].sort((a, b) => met(b) - met(a))
    if (best !== undefined && !isMetBy(demand, [...chosen])) chosen.add(best)
  }
  return chosen.size === 0 ? [anyId] : [...chosen]
}
