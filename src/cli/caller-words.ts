import type { DecisionRecord } from '../audit/record.ts'

type RecordedCaller = NonNullable<DecisionRecord['caller']>

/** Who called; a name that nobody vouches for says so. Undefined when the token named nobody. */
export function callerName({ userPrincipalName, objectId, unverified }: RecordedCaller): string | undefined {
  const name = userPrincipalName ?? objectId
  return name === undefined || unverified === undefined ? name : `${name} (not verified)`
}

/** The roles that counted: those of the token, then those that a grant added. */
export function rolesText({ roles = [], grantedRoles = [] }: RecordedCaller): string {
  return [...roles, ...grantedRoles.map(role => `${role} (granted)`)].join(', ')
}
