import { optional, value } from '../define-policy.ts'

/**
 * `caching-type` of the cache policies. There is one cache, inside the gateway; `external` names the one that the workspace configures in
 * its place, so all three lead to it.
 */
export const cachingType = optional(value.choice(['internal', 'external', 'prefer-external']), 'prefer-external')
