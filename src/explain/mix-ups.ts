import type { ReasonCode } from '../catalog/reason.ts'
import { tenantOfIssuer } from '../identity/entra-issuer.ts'

/** A mistake that many have made before, and how to tell that it was made here. */
export interface MixUp {
  readonly code:
    | 'graph-token'
    | 'id-token'
    | 'v1-token'
    | 'v2-token'
    | 'app-token'
    | 'scopes-not-roles'
    | 'stale-roles'
    | 'groups-overage'
    | 'clock'
    | 'other-tenant'
    | 'not-local'
    | 'no-scheme'
    | 'scheme-twice'
  readonly text: string
}

/** What a mix-up shows by. Claims are those that the token states, whether or not anybody vouches for them. */
export interface Evidence {
  readonly reason: ReasonCode
  readonly expected: readonly string[]
  readonly received: readonly string[]
  readonly claims: Readonly<Record<string, unknown>> | undefined
  /** The value of the Authorization header, when one was sent. */
  readonly authorization: string | undefined
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: number
  /** The tenant that the workspace's local directory stands in for. */
  readonly localTenant: string | undefined
}

/** Every known mix-up that the evidence shows, the most telling first. */
export function mixUpsIn(evidence: Evidence): readonly MixUp[] {
  if (!/^(token|keys)\./.test(evidence.reason)) return []
  return [graph, idToken, otherTenant, notLocal, version, kindOfCaller, staleRoles, overage, clock, scheme].flatMap(
    one => one(evidence) ?? [],
  )
}

type Rule = (evidence: Evidence) => MixUp | undefined

const graphAudiences = new Set([
  '00000003-0000-0000-c000-000000000000',
  'https://graph.microsoft.com',
  'https://graph.microsoft.com/',
])
/** What a token for the wrong API, or no access token at all, is refused for. */
const wrongToken = new Set<ReasonCode>([
  'token.audience',
  'token.signature',
  'token.key-unknown',
  'token.issuer',
  'token.scope',
  'token.role',
  'token.claim',
  'token.client',
])

const graph: Rule = ({ reason, claims, received }) => {
  const audiences = [claims?.aud, ...(reason === 'token.audience' ? received : [])]
  if (!wrongToken.has(reason) || !audiences.some(one => typeof one === 'string' && graphAudiences.has(one))) return undefined
  return {
    code: 'graph-token',
    text: 'The token is for Microsoft Graph, not for this API: ask for a scope of the API (api://…/.default or api://…/access_as_user) and for no Graph scope (User.Read) in the same request.',
  }
}

/** An ID token says who signed in to a client: it names no client application, no scope and no role assignment of an API. */
const idToken: Rule = ({ reason, claims }) => {
  if (claims === undefined || !wrongToken.has(reason)) return undefined
  const isAccess = ['scp', 'azp', 'appid', 'azpacr', 'appidacr'].some(name => claims[name] !== undefined)
  const isPerson = ['nonce', 'preferred_username', 'name', 'at_hash', 'c_hash'].some(name => claims[name] !== undefined)
  if (isAccess || !isPerson) return undefined
  return {
    code: 'id-token',
    text: 'This looks like an ID token (no scp, azp or appid): it tells the client who signed in. Send the access token, access_token in place of id_token.',
  }
}

const otherTenant: Rule = ({ reason, expected, received }) => {
  if (reason !== 'token.tenant' && reason !== 'token.issuer') return undefined
  const sent = tenantOfIssuer(received[0] ?? '')
  const wanted = [...new Set(expected.flatMap(one => tenantOfIssuer(one) ?? []))]
  if (sent === undefined || wanted.length === 0 || wanted.includes(sent)) return undefined
  return {
    code: 'other-tenant',
    text: `The token is from tenant ${sent}, the policy takes ${wanted.join(' or ')}: sign in at https://login.microsoftonline.com/${wanted[0]}, not at /common or another tenant.`,
  }
}

const notLocal: Rule = ({ reason, claims, localTenant }) => {
  const tenant = typeof claims?.iss === 'string' ? tenantOfIssuer(claims.iss) : undefined
  if (reason !== 'token.key-unknown' || tenant === undefined || tenant !== localTenant?.toLowerCase()) return undefined
  return {
    code: 'not-local',
    text: 'This workspace serves a local directory for that tenant, and its keys did not sign the token: it is from the real Entra, or from another state folder. Get one with gatehouse token.',
  }
}

const v1Issuer = /^https:\/\/sts\.windows\.net\//
const v2Issuer = /^https:\/\/login\.[^/]+\/[^/]+\/v2\.0$/
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The API's requestedAccessTokenVersion decides the form of issuer and audience, not the endpoint that was asked. */
const version: Rule = ({ reason, expected, received }) => {
  const sent = received[0] ?? ''
  if (reason === 'token.issuer') {
    if (v1Issuer.test(sent) && expected.some(one => v2Issuer.test(one))) return v1('issuer')
    if (v2Issuer.test(sent) && expected.some(one => v1Issuer.test(one))) return v2('issuer')
  }
  if (reason === 'token.audience') {
    if (sent.startsWith('api://') && expected.some(one => guid.test(one))) return v1('audience')
    if (guid.test(sent) && !graphAudiences.has(sent) && expected.some(one => one.startsWith('api://'))) return v2('audience')
  }
  return undefined
}

const v1 = (what: 'issuer' | 'audience'): MixUp => ({
  code: 'v1-token',
  text:
    what === 'issuer'
      ? 'A v1.0 token (sts.windows.net) against a policy for v2.0: set requestedAccessTokenVersion to 2 in the manifest of the API’s app registration, or allow this issuer too.'
      : 'The token names the API by api://…, as v1.0 tokens do; the policy wants its client id, as v2.0 tokens have it: list both as audiences, or set requestedAccessTokenVersion to 2.',
})

const v2 = (what: 'issuer' | 'audience'): MixUp => ({
  code: 'v2-token',
  text:
    what === 'issuer'
      ? 'A v2.0 token against a policy for v1.0 (sts.windows.net): use the openid-config of v2.0, or allow this issuer too.'
      : 'The token names an API by its client id, as v2.0 tokens do; the policy wants api://…, as v1.0 tokens have it. If that id is this API’s, list both as audiences.',
})

/** Delegated tokens carry scp, an application’s own never do. */
const kindOfCaller: Rule = ({ reason, claims }) => {
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

const staleRoles: Rule = ({ reason, claims }) => {
  const issued = claims?.iat
  if (reason !== 'token.role' && reason !== 'token.group') return undefined
  if (typeof issued !== 'number') return undefined
  return {
    code: 'stale-roles',
    text: `Roles and groups stand in the token as they were at ${moment(issued)}, when it was issued: what was granted later shows in a new token only (sign in again; a cached token does not do).`,
  }
}

const overage: Rule = ({ reason, claims, received }) => {
  if (reason !== 'token.group') return undefined
  const isOverage =
    received.some(text => text.includes('too many')) || JSON.stringify(claims?._claim_names ?? '').includes('groups')
  if (!isOverage) return undefined
  return {
    code: 'groups-overage',
    text: 'The caller is in more groups than a token holds (200), so Entra leaves them all out: assign the group to an app role and ask for the role, or let the API emit only groups assigned to it (groupMembershipClaims: ApplicationGroup).',
  }
}

/** Seconds within which a token that is too old or too young may be a matter of clocks. */
const skew = 300

const clock: Rule = ({ reason, claims, now }) => {
  const time = reason === 'token.expired' ? claims?.exp : reason === 'token.not-yet-valid' ? claims?.nbf : undefined
  if (typeof time !== 'number') return undefined
  const apart = Math.round(Math.abs(now / 1000 - time))
  if (apart > skew) return undefined
  const what = reason === 'token.expired' ? 'expired' : 'becomes valid in'
  return {
    code: 'clock',
    text: `The token ${what} ${apart} s${reason === 'token.expired' ? ' ago' : ''}: if it is fresh, the clocks of this machine and the issuer differ. Set them by NTP; validate-jwt has clock-skew for what remains.`,
  }
}

const scheme: Rule = ({ authorization }) => {
  if (authorization === undefined) return undefined
  if (/^bearer\s+(bearer\s|["'])/i.test(authorization))
    return {
      code: 'scheme-twice',
      text: 'The header has "Bearer" twice, or quotes around the token: send Bearer, one blank, and the bare token.',
    }
  if (authorization.startsWith('eyJ'))
    return { code: 'no-scheme', text: 'The header has the bare token: write "Bearer", a blank, and then the token.' }
  return undefined
}

function moment(seconds: number): string {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.valueOf()) ? String(seconds) : date.toISOString()
}
