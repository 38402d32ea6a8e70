import { hasGroupOverage } from '../identity/graph/group-overage.ts'
import { callerKind, callerKindWanted, hasScopes } from './caller-kind.ts'
import type { Evidence, Rule } from './mix-up.ts'

/** Who calls is of the other kind. */
export const kindOfCaller: Rule = evidence => {
  const { reason, claims, wants, isGrantedSince } = evidence
  const [kind, kindWanted] = [callerKind(evidence), callerKindWanted(wants)]
  if (reason === 'token.claim' && kind === 'user' && kindWanted === 'application')
    return {
      code: 'user-token',
      text: 'The token is a user’s, and the policy wants an application’s own (idtyp: app): the client asks for one with its own secret, certificate or identity (client credentials, scope …/.default).',
    }
  if (kind === 'application' && (reason === 'token.scope' || (reason === 'token.claim' && kindWanted === 'user')))
    return {
      code: 'app-token',
      text: 'The token is an application’s own (client credentials: no scp, nobody’s name), and the policy wants a user’s: sign a user in, or ask for an app role in place of what only users have.',
    }
  if (
    reason === 'token.role' &&
    claims !== undefined &&
    hasScopes(claims) &&
    claims.roles === undefined &&
    isGrantedSince !== true
  )
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
        text: 'The caller is in more groups than a token holds (200; a few in the implicit flow), so Entra leaves them all out: assign the group to an app role and ask for the role, or let the API emit only groups assigned to it (groupMembershipClaims: ApplicationGroup).',
      }
    : undefined

function moment(seconds: number): string {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.valueOf()) ? String(seconds) : date.toISOString()
}
