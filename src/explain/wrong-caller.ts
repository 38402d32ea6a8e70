import { hasGroupOverage } from '../identity/graph/group-overage.ts'
import type { Evidence, Rule } from './mix-up.ts'

/** Delegated tokens carry scp, an application’s own never do. */
export const kindOfCaller: Rule = ({ reason, claims, isGrantedSince }) => {
  if (claims === undefined) return undefined
  const hasScopes = typeof claims.scp === 'string' && claims.scp !== ''
  if (reason === 'token.scope' && !hasScopes)
    return {
      code: 'app-token',
      text: 'The token is an application’s own (client credentials: no scp), and the policy wants a user’s: sign a user in, or ask for an app role in place of a scope.',
    }
  if (reason === 'token.role' && hasScopes && claims.roles === undefined && isGrantedSince !== true)
    return {
      code: 'scopes-not-roles',
      text: 'The token has scopes (scp) and no roles: a scope is what the client may do, an app role is what a user, a group of theirs or an application was assigned.',
    }
  return undefined
}

/** With a directory at hand it is told for certain, or not at all. */
export const staleRoles: Rule = evidence => {
  const { reason, claims, isGrantedSince } = evidence
  if ((reason !== 'token.role' && reason !== 'token.group') || isGrantedSince === false || isOverage(evidence)) return undefined
  const issued = typeof claims?.iat === 'number' ? ` at ${moment(claims.iat)}` : ''
  const what = reason === 'token.role' ? 'app role' : 'group'
  return {
    code: 'stale-roles',
    text: isGrantedSince
      ? `The ${what} came after the token was issued${issued}, and a token says what was so then: sign in again, a cached token does not do.`
      : `If the ${what} was granted after the token was issued${issued}, it shows in a new token only (sign in again; a cached token does not do).`,
  }
}

const isOverage = ({ reason, claims = {}, received }: Evidence) =>
  reason === 'token.group' && (hasGroupOverage(claims) || received.some(text => text.includes('too many')))

export const overage: Rule = evidence =>
  isOverage(evidence)
    ? {
        code: 'groups-overage',
        text: 'The caller is in more groups than a token holds (200, or 5 in the implicit flow), so Entra leaves them all out: assign the group to an app role and ask for the role, or let the API emit only groups assigned to it (groupMembershipClaims: ApplicationGroup).',
      }
    : undefined

function moment(seconds: number): string {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.valueOf()) ? String(seconds) : date.toISOString()
}
