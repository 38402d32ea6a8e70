import type { Rule } from './mix-up.ts'

/** Delegated tokens carry scp, an application’s own never do. */
export const kindOfCaller: Rule = ({ reason, claims }) => {
  if (claims === undefined) return undefined
  const hasScopes = typeof claims.scp === 'string' && claims.scp !== ''
  if (reason === 'token.scope' && !hasScopes)
    return {
      code: 'app-token',
      text: 'The token is an application’s own (client credentials: no scp), and the policy wants a user’s: sign a user in, or ask for an app role in place of a scope.',
    }
  if (reason === 'token.role' && hasScopes && claims.roles === undefined)
    return {
      code: 'scopes-not-roles',
      text: 'The token has scopes (scp) and no roles: a scope is what the client may do, an app role is what the user holds. The user, or a group of theirs, needs the role assigned.',
    }
  return undefined
}

export const staleRoles: Rule = ({ reason, claims }) => {
  const issued = claims?.iat
  if (reason !== 'token.role' && reason !== 'token.group') return undefined
  if (typeof issued !== 'number') return undefined
  return {
    code: 'stale-roles',
    text: `Roles and groups stand in the token as they were at ${moment(issued)}, when it was issued: what was granted later shows in a new token only (sign in again; a cached token does not do).`,
  }
}

export const overage: Rule = ({ reason, claims, received }) => {
  if (reason !== 'token.group') return undefined
  const isOverage =
    received.some(text => text.includes('too many')) || JSON.stringify(claims?._claim_names ?? '').includes('groups')
  if (!isOverage) return undefined
  return {
    code: 'groups-overage',
    text: 'The caller is in more groups than a token holds (200), so Entra leaves them all out: assign the group to an app role and ask for the role, or let the API emit only groups assigned to it (groupMembershipClaims: ApplicationGroup).',
  }
}

function moment(seconds: number): string {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.valueOf()) ? String(seconds) : date.toISOString()
}
