import { type ClaimDemand, clientApplication } from '../../access/demand.ts'
import type { NamedValues } from '../../policies/compose/named-values.ts'
import type { PolicyElement } from '../../policies/read/read-policy.ts'
import { requiredClaims } from '../demands-of.ts'
import { claimsInExpressions } from '../doctor/expression-claims.ts'
import type { EffectiveElement } from '../effective-section.ts'
import { attributeText, isKnown, listTexts } from '../policy-texts.ts'
import { distinct, type Holding, nothing, together } from './holding.ts'

/** What the policies on one way into an operation name of tokens: enough to make up callers that may get past them. */
export interface AskedOnWay {
  /** Roles and groups, each of which may be what it takes; the smallest first. */
  readonly holdings: readonly Holding[]
  /** All roles and groups that are named. */
  readonly everything: Holding
  /** Other claims that every call's token needs. */
  readonly claims: readonly ClaimDemand[]
  /** Other claims that a condition asks for, or an expression. */
  readonly claimsOfConditions: readonly ClaimDemand[]
  /** Where tokens are looked for, besides Authorization. */
  readonly headers: readonly string[]
  readonly queryParameters: readonly string[]
}

/** Combinations of one way at most; past it, what all roles and groups open is found by leaving out one after the other. */
const maxCombinations = 200

export const tokenPolicies = new Set(['validate-jwt', 'validate-azure-ad-token'])

type Held = (at: EffectiveElement) => readonly EffectiveElement[]

export function askedOnWay(elements: readonly EffectiveElement[], held: Held, values: NamedValues): AskedOnWay {
  const parts = elements.flatMap(at => {
    const within = held(at).map(({ element }) => element)
    const isConditional = at.conditional === true || within.some(({ name }) => name === 'choose')
    return within.map(element => partOf(element, isConditional, values))
  })
  const choices = parts.flatMap(one => one.choices)
  const all = (isConditional: boolean) => parts.filter(one => one.isConditional === isConditional).flatMap(one => one.claims)
  return {
    holdings: combined(choices),
    everything: together(...choices.flat()),
    claims: all(false),
    claimsOfConditions: [...all(true), ...parts.flatMap(one => one.scopes)],
    headers: [...new Set(parts.flatMap(one => one.headers))],
    queryParameters: [...new Set(parts.flatMap(one => one.queryParameters))],
  }
}

interface Part extends Pick<AskedOnWay, 'claims' | 'headers' | 'queryParameters'> {
  readonly isConditional: boolean
  /** Of each choice one. */
  readonly choices: readonly (readonly Holding[])[]
  readonly scopes: readonly ClaimDemand[]
}

function partOf(element: PolicyElement, isConditional: boolean, values: NamedValues): Part {
  const sought = claimsInExpressions(element, values)
  const scopes = sought.flatMap(({ claim, value }): ClaimDemand[] =>
    claim === 'scp' ? [{ claim, match: 'any', values: [value] }] : [],
  )
  const singles = sought.flatMap(({ claim, value }) => (claim === 'scp' ? [] : [holdingOf(claim, [value])]))
  const inExpressions = singles.length === 0 ? [] : [[nothing, ...singles, together(...singles)]]
  const common = { isConditional, scopes }
  if (!tokenPolicies.has(element.name)) return { ...common, claims: [], choices: inExpressions, headers: [], queryParameters: [] }
  const demands = [...requiredClaims(element, values), ...clientsOf(element, values)].map(one => ({
    ...one,
    values: one.values.filter(isKnown),
  }))
  const choices = demands.flatMap(({ claim, match, values }) => {
    if ((claim !== 'roles' && claim !== 'groups') || values.length === 0) return []
    const ways = match === 'all' ? [holdingOf(claim, values)] : values.map(value => holdingOf(claim, [value]))
    return [isConditional ? [nothing, ...ways] : ways]
  })
  return {
    ...common,
    claims: demands.filter(({ claim }) => claim !== 'roles' && claim !== 'groups'),
    choices: [...choices, ...inExpressions],
    headers: written(element, 'header-name', values),
    queryParameters: written(element, 'query-parameter-name', values),
  }
}

const holdingOf = (claim: 'roles' | 'groups', values: readonly string[]): Holding => together({ ...nothing, [claim]: values })

export function clientsOf(element: PolicyElement, values: NamedValues): readonly ClaimDemand[] {
  const clients = listTexts(element, 'client-application-ids', 'application-id', values)
  return clients.length === 0 ? [] : [{ claim: clientApplication, match: 'any', values: clients }]
}

function written(element: PolicyElement, attribute: string, values: NamedValues): readonly string[] {
  const text = attributeText(element, attribute, values)
  return text === undefined || text === '' || !isKnown(text) ? [] : [text]
}

/** One of each choice, in every way. */
function combined(choices: readonly (readonly Holding[])[]): readonly Holding[] {
  let found: readonly Holding[] = [nothing]
  for (const options of choices) {
    const next = found.flatMap(one => options.map(option => together(one, option)))
    found = distinct(next).slice(0, maxCombinations)
  }
  return found.filter(({ roles, groups }) => roles.length + groups.length > 0)
}
