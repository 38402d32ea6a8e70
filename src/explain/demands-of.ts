import { type ClaimDemand, clientApplication, type Demand } from '../access/demand.ts'
import type { NamedValue } from '../catalog/catalog.ts'
import { NamedValues } from '../policies/compose/named-values.ts'
import { syntaxOf } from '../policies/read/expression-syntax.ts'
import type { PolicyElement } from '../policies/read/read-policy.ts'
import { claimsInExpressions } from './doctor/expression-claims.ts'
import type { EffectiveElement } from './effective-section.ts'
import { attributeText, childrenNamed, descendants, listTexts, textOf } from './policy-texts.ts'

export const tokenPolicies = new Set(['validate-jwt', 'validate-azure-ad-token'])
/** Policies that turn calls away by something else than a token. */
const checks = new Set(['ip-filter', 'check-header', 'validate-client-certificate'])
/** Policies that answer by themselves: nothing after them runs. */
export const answers = new Set(['return-response', 'mock-response'])
/** Policies that run what they hold, whatever the call is. */
export const holders = new Set(['limit-concurrency', 'retry', 'wait'])

export type DemandReader = (elements: readonly EffectiveElement[]) => readonly Demand[]

/** What an effective inbound section asks of a caller, in its order, up to a policy that answers every call. */
export function demandReader(namedValues: readonly NamedValue[]): DemandReader {
  const values = new NamedValues(namedValues)
  return elements => {
    const demands: Demand[] = []
    for (const one of elements) {
      demands.push(...demandsIn(one, values))
      if (demands.at(-1)?.kind === 'answer') break
    }
    return demands
  }
}

function demandsIn(at: EffectiveElement, values: NamedValues): readonly Demand[] {
  const { element, conditional = false } = at
  if (tokenPolicies.has(element.name)) return [tokenDemand(at, values, conditional ? 'condition' : 'token')]
  if (checks.has(element.name)) return [demand(at, conditional ? 'condition' : 'check')]
  if (answers.has(element.name)) return [demand(at, conditional ? 'condition' : 'answer')]
  if (holders.has(element.name)) return element.children.flatMap(child => demandsIn({ ...at, element: child }, values))
  return element.name === 'choose' ? conditionsIn(at, values) : []
}

/** What a `choose` may ask: its token policies, or the `choose` itself when it turns calls away in another way. */
function conditionsIn(at: EffectiveElement, values: NamedValues): readonly Demand[] {
  const held = descendants(at.element)
  const tokens = held.filter(({ name }) => tokenPolicies.has(name))
  if (tokens.length > 0)
    return at.element.children.flatMap(branch => {
      const unless = spared(branch, values)
      return [branch, ...descendants(branch)]
        .filter(({ name }) => tokenPolicies.has(name))
        .map(element => ({ ...tokenDemand({ ...at, element }, values, 'condition'), ...(unless.length === 0 ? {} : { unless }) }))
    })
  return held.some(({ name }) => answers.has(name) || checks.has(name)) ? [demand(at, 'condition')] : []
}

/** Whom a branch spares: `@(!(…))` around what is sought in roles or groups, as access rules that name both are written. */
function spared(branch: PolicyElement, values: NamedValues): readonly ClaimDemand[] {
  const condition = branch.attributes.find(({ name }) => name === 'condition')?.value
  const root = condition?.kind === 'expression' ? syntaxOf(condition.source.text) : undefined
  if (root?.kind !== 'expression' || root.expression.kind !== 'unary' || root.expression.operator !== '!') return []
  const sought = Map.groupBy(claimsInExpressions(branch, values), ({ claim }) => claim)
  return [...sought].map(([claim, found]) => ({ claim, match: 'any', values: found.map(({ value }) => value) }))
}

function demand({ element, file, scope }: EffectiveElement, kind: Demand['kind'], claims: readonly ClaimDemand[] = []): Demand {
  return { kind, policy: element.name, scope, file: file.file, line: file.lines.position(element.offset).line, claims }
}

function tokenDemand(at: EffectiveElement, values: NamedValues, kind: 'token' | 'condition'): Demand {
  const { element } = at
  const clients = listTexts(element, 'client-application-ids', 'application-id', values)
  const client: ClaimDemand[] = clients.length === 0 ? [] : [{ claim: clientApplication, match: 'any', values: clients }]
  const found = demand(at, kind, [...requiredClaims(element, values), ...client])
  return attributeText(element, 'require-signed-tokens', values)?.toLowerCase() === 'false' ? { ...found, unsigned: true } : found
}

/** The `<required-claims>` of a token policy. */
export function requiredClaims(element: PolicyElement, values: NamedValues): readonly ClaimDemand[] {
  const required = childrenNamed(element, 'required-claims').flatMap(list => childrenNamed(list, 'claim'))
  return required.map((claim): ClaimDemand => {
    return {
      claim: attributeText(claim, 'name', values) ?? '',
      match: attributeText(claim, 'match', values)?.toLowerCase() === 'any' ? 'any' : 'all',
      values: childrenNamed(claim, 'value').map(value => textOf(value.text, values)),
    }
  })
}
