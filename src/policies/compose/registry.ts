import type { Policy } from '../define-policy.ts'
import { policies } from '../elements/index.ts'
import { checkPolicies } from '../not-run/checks.ts'
import { languageModelPolicies } from '../not-run/language-models.ts'
import { servicePolicies } from '../not-run/services.ts'
import { notRun } from './not-run.ts'

/** Policies whose place, attributes and children are judged, and which do not run. */
export const judgedOnly: readonly Policy[] = [...languageModelPolicies, ...servicePolicies, ...checkPolicies]

/** Every policy whose facts are known, by its element's name. */
export const knownPolicies: ReadonlyMap<string, Policy> = new Map(
  [...policies, ...judgedOnly].map(policy => [policy.element, policy]),
)

/** Every other policy of the reference, with what an author can do. */
export const notRunPolicies: ReadonlyMap<string, string> = new Map(
  notRun.filter(({ element }) => !knownPolicies.has(element)).map(({ element, mend }) => [element, mend]),
)
