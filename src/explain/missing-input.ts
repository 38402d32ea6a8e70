import type { PolicyElement } from '../policies/read/read-policy.ts'
import { type EffectiveElement, elementsAt, type PolicyAt } from './effective-section.ts'

/** A variable that a policy names, and the policy before it that was to set it and ended in a refusal instead. */
export interface MissingInput {
  readonly variable: string
  readonly setBy: PolicyAt
}

/** Why a policy behind refusals may have failed; undefined: nothing that it names was theirs to set. */
export function missingInput(
  failed: PolicyAt,
  refusals: readonly PolicyAt[],
  elements: readonly EffectiveElement[],
): MissingInput | undefined {
  const texts = elementsAt(failed, elements).map(({ outer }) => outer.text)
  const names = (variable: string) =>
    ['"', "'", '&quot;', '&apos;'].some(mark => texts.some(one => one.includes(mark + variable + mark)))
  const setters = refusals.flatMap(setBy =>
    elementsAt(setBy, elements)
      .flatMap(variablesOf)
      .map(variable => ({ variable, setBy })),
  )
  return setters.find(({ variable }) => names(variable))
}

/** The variables that a policy leaves for those behind it. */
function variablesOf({ name: policy, attributes }: PolicyElement): readonly string[] {
  const isVariable = (name: string) => name.endsWith('variable-name') || (policy === 'set-variable' && name === 'name')
  return attributes
    .filter(({ name, value }) => isVariable(name) && value.kind === 'literal' && value.source.text !== '')
    .map(({ value }) => value.source.text)
}
