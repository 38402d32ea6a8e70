import type { Policy } from '../define-policy.ts'
import { policies } from '../elements/index.ts'
import { checkPolicies } from '../not-run/checks.ts'
import { languageModelPolicies } from '../not-run/language-models.ts'
import { resolverPolicies } from '../not-run/resolvers.ts'
import { servicePolicies } from '../not-run/services.ts'

/** Policies whose place, attributes and children are judged, and which do not run. */
export const judgedOnly: readonly Policy[] = [...languageModelPolicies, ...servicePolicies, ...resolverPolicies, ...checkPolicies]

/** Every policy whose facts are known, by its element's name. */
export const knownPolicies: ReadonlyMap<string, Policy> = new Map(
  [...policies, ...judgedOnly].map(policy => [policy.element, policy]),
)
