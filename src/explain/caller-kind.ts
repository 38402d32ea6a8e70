import type { ClaimDemand } from '../access/demand.ts'

/** Claims that only a person's token has. */
const personal = ['upn', 'preferred_username', 'unique_name', 'name', 'given_name', 'family_name', 'email'] as const

/** Delegated tokens carry scp, an application's own never do; they name no person. Undefined for claims that are not known. */
export function callerKind({
  claims,
}: {
  readonly claims: Readonly<Record<string, unknown>> | undefined
}): 'user' | 'application' | undefined {
  if (claims === undefined) return undefined
  const isUsers = hasScopes(claims) || personal.some(name => claims[name] !== undefined)
  if (isUsers) return 'user'
  return ['azp', 'appid', 'idtyp'].some(name => claims[name] !== undefined) ? 'application' : undefined
}

export const hasScopes = ({ scp }: Readonly<Record<string, unknown>>) => typeof scp === 'string' && scp !== ''

/** The only kind of caller whose tokens have the claims that a policy wants; undefined: both may. */
export function callerKindWanted(wants: readonly ClaimDemand[]): 'user' | 'application' | undefined {
  const asked = new Map(wants.map(({ claim, values }) => [claim, values]))
  const idtyp = asked.get('idtyp') ?? []
  if (idtyp.includes('app')) return 'application'
  return idtyp.includes('user') || asked.has('scp') || personal.some(name => asked.has(name)) ? 'user' : undefined
}
