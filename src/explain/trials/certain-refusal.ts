import type { NamedValues } from '../../policies/compose/named-values.ts'
import type { PolicyElement } from '../../policies/read/read-policy.ts'
import { answers, holders, requiredClaims } from '../demands-of.ts'
import type { EffectiveElement } from '../effective-section.ts'
import { conditionOf, holds, nothingKnown } from '../lint/certain.ts'
import { attributeText, childrenNamed, isKnown } from '../policy-texts.ts'
import { clientsOf, tokenPolicies } from './asked-on-way.ts'
import { contradict } from './made-up-claims.ts'

/**
 * Whether the documents alone show that nobody gets past them: a policy answers every call with an error and none before it answers otherwise, or
 * what two token policies demand no token can have. False where that hangs on a condition.
 */
export function refusesEverybody(
  elements: readonly EffectiveElement[],
  held: (at: EffectiveElement) => readonly EffectiveElement[],
  values: NamedValues,
): boolean {
  const always = elements.flatMap(at => met(at, values))
  return demandsContradict(always, values) || answersEveryCall(always, held, values)
}

/** What every call meets of an element: itself, or what it holds. */
function met(at: EffectiveElement, values: NamedValues): readonly EffectiveElement[] {
  const { element } = at
  if (element.children.some(isElsewhere)) return [at]
  if (holders.has(element.name)) return element.children.flatMap(child => met({ ...at, element: child }, values))
  const [first] = element.name === 'choose' ? childrenNamed(element, 'when') : []
  if (first === undefined || !holdsAlways(first) || first.children.some(isElsewhere)) return [at]
  return first.children.flatMap(child => met({ ...at, element: child }, values))
}

/** What it holds stands in another document. */
const isElsewhere = ({ name }: PolicyElement) => name === 'include-fragment' || name === 'base'

function holdsAlways({ attributes }: PolicyElement): boolean {
  const condition = attributes.find(({ name }) => name === 'condition')?.value.source.text.trim() ?? ''
  return holds(conditionOf(condition), nothingKnown) === true
}

function demandsContradict(always: readonly EffectiveElement[], values: NamedValues): boolean {
  const tokens = always.filter(({ element, conditional = false }) => !conditional && tokenPolicies.has(element.name))
  const bySource = Map.groupBy(tokens, ({ element }) =>
    JSON.stringify(
      ['query-parameter-name', 'token-value'].map(name => attributeText(element, name, values)).concat(headerOf(element, values)),
    ),
  )
  const asked = (element: PolicyElement) => [...requiredClaims(element, values), ...clientsOf(element, values)]
  return [...bySource.values()].some(all =>
    contradict(all.flatMap(({ element }) => asked(element)).filter(one => one.values.every(isKnown))),
  )
}

const headerOf = (element: PolicyElement, values: NamedValues) =>
  (attributeText(element, 'header-name', values) ?? 'Authorization').toLowerCase()

function answersEveryCall(
  always: readonly EffectiveElement[],
  held: (at: EffectiveElement) => readonly EffectiveElement[],
  values: NamedValues,
): boolean {
  for (const at of always) {
    if (at.element.name === 'return-response' && at.conditional !== true) return isError(at.element, values)
    const answering = held(at).filter(({ element }) => answers.has(element.name))
    if (answering.some(({ element }) => element.name === 'mock-response' || !isError(element, values))) return false
  }
  return false
}

/** An error whatever the call is. */
function isError(element: PolicyElement, values: NamedValues): boolean {
  const [status] = childrenNamed(element, 'set-status')
  const code = status === undefined ? undefined : attributeText(status, 'code', values)
  return code !== undefined && isKnown(code) && Number(code) >= 400
}
