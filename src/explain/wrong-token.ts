import type { ReasonCode } from '../catalog/reason.ts'
import { tenantOfIssuer } from '../identity/entra-issuer.ts'
import type { MixUp, Rule } from './mix-up.ts'

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

export const graph: Rule = ({ reason, claims, received }) => {
  const audiences = [claims?.aud, ...(reason === 'token.audience' ? received : [])]
  if (!wrongToken.has(reason) || !audiences.some(one => typeof one === 'string' && graphAudiences.has(one))) return undefined
  return {
    code: 'graph-token',
    text: 'The token is for Microsoft Graph, not for this API: ask for a scope of the API (api://…/.default or api://…/access_as_user) and for no Graph scope (User.Read) in the same request.',
  }
}

/** An ID token says who signed in to a client: it names no client application, no scope and no role assignment of an API. */
export const idToken: Rule = ({ reason, claims }) => {
  if (claims === undefined || !wrongToken.has(reason)) return undefined
  const isAccess = ['scp', 'azp', 'appid', 'azpacr', 'appidacr'].some(name => claims[name] !== undefined)
  const isPerson = ['nonce', 'preferred_username', 'name', 'at_hash', 'c_hash'].some(name => claims[name] !== undefined)
  if (isAccess || !isPerson) return undefined
  return {
    code: 'id-token',
    text: 'This looks like an ID token (no scp, azp or appid): it tells the client who signed in. Send the access token, access_token in place of id_token.',
  }
}

/** Another tenant's token is often told by its key alone: nobody vouches for what it says of its tenant, and nobody else would say it. */
const tellsTenant = new Set<ReasonCode>(['token.tenant', 'token.issuer', 'token.key-unknown', 'token.signature'])

export const otherTenant: Rule = ({ reason, expected, received, claims, tenants }) => {
  if (!tellsTenant.has(reason)) return undefined
  const [issuer = ''] = reason === 'token.tenant' || reason === 'token.issuer' ? received : [claims?.iss].filter(isText)
  const sent = tenantOfIssuer(issuer) ?? (isText(claims?.tid) && guid.test(claims.tid) ? claims.tid.toLowerCase() : undefined)
  const named = expected.flatMap(one => tenantOfIssuer(one) ?? [])
  const wanted = [...new Set(named.length > 0 ? named : tenants)]
  if (sent === undefined || wanted.length === 0 || wanted.includes(sent)) return undefined
  return {
    code: 'other-tenant',
    text: `The token is from tenant ${sent}, the policy takes ${wanted.join(' or ')}: sign in at https://login.microsoftonline.com/${wanted[0]}, not at /common or another tenant.`,
  }
}

const isText = (value: unknown) => typeof value === 'string'

export const notLocal: Rule = ({ reason, claims, localTenant }) => {
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
export const version: Rule = evidence => {
  // such a token's issuer and audience say nothing of the version that it should have had
  if (graph(evidence) !== undefined || idToken(evidence) !== undefined) return undefined
  const { reason, expected, received } = evidence
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
