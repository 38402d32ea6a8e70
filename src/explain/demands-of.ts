import { type ClaimDemand, clientApplication, type Demand } from '../access/demand.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { NamedValues } from '../policies/compose/named-values.ts'
import { syntaxOf } from '../policies/read/expression-syntax.ts'
import type { PolicyElement } from '../policies/read/read-policy.ts'
import { claimsInExpressions } from './doctor/expression-claims.ts'
import { documentReader, type EffectiveElement, type PartsReader, partsReader } from './effective-section.ts'
import { attributeText, childrenNamed, listTexts, textOf } from './policy-texts.ts'

export const tokenPolicies = new Set(['validate-jwt', 'validate-azure-ad-token'])
/** Policies that turn calls away by something else than a token. */
const checks = new Set(['ip-filter', 'check-header', 'validate-client-certificate'])
/** Policies that answer by themselves: nothing after them runs. */
export const answers = new Set(['return-response', 'mock-response'])
/** Policies that run what they hold, whatever the call is. */
export const holders = new Set(['limit-concurrency', 'retry', 'wait'])

export type DemandReader = (elements: readonly EffectiveElement[]) => readonly Demand[]

/** What an effective inbound section asks of a caller, in its order, up to a policy that answers every call. */
export function demandReader(catalog: Pick<Catalog, 'namedValues' | 'fragments'>): DemandReader {
  const values = new NamedValues(catalog.namedValues)
  const parts = partsReader(catalog, documentReader())
  return elements => {
    const demands: Demand[] = []
    for (const one of elements) {
      demands.push(...demandsIn(one, one.conditional ?? false, parts, values))
      if (demands.at(-1)?.kind === 'answer') break
    }
    return demands
  }
}

function demandsIn(at: EffectiveElement, conditional: boolean, parts: PartsReader, values: NamedValues): readonly Demand[] {
  const { name } = at.element
  if (tokenPolicies.has(name)) return [tokenDemand(at, values, conditional ? 'condition' : 'token')]
  if (checks.has(name)) return [demand(at, conditional ? 'condition' : 'check')]
  if (answers.has(name)) return [demand(at, conditional ? 'condition' : 'answer')]
  if (holders.has(name)) return parts(at).flatMap(part => demandsIn(part, conditional, parts, values))
  return name === 'choose' ? conditionsIn(at, parts, values) : []
}

/** What a `choose` may ask: its token policies, or the `choose` itself when it turns calls away in another way. */
function conditionsIn(at: EffectiveElement, parts: PartsReader, values: NamedValues): readonly Demand[] {
  const within = (one: EffectiveElement): readonly EffectiveElement[] => parts(one).flatMap(part => [part, ...within(part)])
  const tokens = parts(at).flatMap(branch => {
    const unless = spared(branch.element, values)
    return within(branch)
      .filter(({ element }) => tokenPolicies.has(element.name))
      .map(part => ({ ...tokenDemand(part, values, 'condition'), ...(unless.length === 0 ? {} : { unless }) }))
  })
  if (tokens.length > 0) return tokens
  return within(at).some(({ element: { name } }) => answers.has(name) || checks.has(name)) ? [demand(at, 'condition')] : []
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
