import type { Policy } from '../define-policy.ts'
import { policies } from '../elements/index.ts'
import { notRun } from './not-run.ts'

/** Every policy that runs, by its element's name. */
export const knownPolicies: ReadonlyMap<string, Policy> = new Map(policies.map(policy => [policy.element, policy]))

/** Every policy of the reference that does not run yet, with what an author can do. */
export const notRunPolicies: ReadonlyMap<string, string> = new Map(
  notRun.filter(({ element }) => !knownPolicies.has(element)).map(({ element, mend }) => [element, mend]),
)
