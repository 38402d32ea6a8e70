import { tenantOfIssuer } from '../identity/entra-issuer.ts'
import { callerKind, callerKindWanted } from './caller-kind.ts'
import {
  apiApplication,
  applicationName,
  applicationOf,
  claimsWanted,
  declarable,
  either,
  expectedOf,
  joined,
  type Mends,
  type Refused,
  receivedOf,
  resourceOf,
  ruleOf,
  scopeFor,
  wanted,
} from './refused.ts'
import { isOtherScheme } from './wrong-sending.ts'

/** Mends of what is wrong with a token. */
export const tokenMends: Mends = {
  'token.missing': missingMend,
  'token.malformed': refused => {
    const [what, odd = ''] = receivedOf(refused)
    if (isOtherScheme(odd)) return `The client sends ${tokenFor(refused)} as \`Authorization: Bearer …\`, not under ${odd}.`
    return what && `The client sends the access token itself, whole, without quotes: what came is malformed (${what}).`
  },
  'token.algorithm': refused => {
    const [allowed, [sent]] = [expectedOf(refused), receivedOf(refused)]
    if (sent === undefined || allowed.length === 0) return undefined
    return `The client uses a token as the identity provider issues it, signed with ${either(allowed)} and not ${sent}.`
  },
  'token.signature': refused => {
    const { iss } = refused.claims ?? {}
    return typeof iss === 'string'
      ? `The client asks ${iss} for a new token and sends it unchanged; nobody can edit one.`
      : undefined
  },
  'token.key-unknown': keyMend,
  'token.decryption': refused =>
    `The client has the token encrypted for one of the decryption-keys of ${ruleOf(refused)}, or the API’s publisher adds the key.`,
  'token.issuer': issuerMend,
  'token.tenant': refused => {
    const [allowed, [sent = '']] = [expectedOf(refused), receivedOf(refused)]
    const tenants = [...new Set(allowed.map(one => tenantOfIssuer(one) ?? one))]
    if (tenants.length === 0) return undefined
    return `The caller signs in to tenant ${either(tenants)}, not ${tenantOfIssuer(sent) ?? sent}; or the API’s publisher lets that tenant in at ${ruleOf(refused)}.`
  },
  'token.audience': audienceMend,
  'token.expired': refused => {
    const [ended] = receivedOf(refused)
    return ended && `The client asks for a new token: this one ended at ${ended}.`
  },
  'token.not-yet-valid': refused => {
    const [begins] = receivedOf(refused)
    return (
      begins &&
      `Whoever runs this gateway or the issuer sets the clocks right (NTP): the token begins at ${begins}. For a few seconds validate-jwt has clock-skew.`
    )
  },
  'token.no-expiration': refused =>
    `The issuer gives its tokens an exp claim, or the API’s publisher sets require-expiration-time="false" for ${ruleOf(refused)}.`,
  'token.client': refused => {
    const [allowed, [sent]] = [expectedOf(refused), receivedOf(refused)]
    if (allowed.length === 0 || sent === undefined) return undefined
    const added = /^[0-9a-f-]{36}$/i.test(sent) ? applicationName(sent, refused) : 'the calling application'
    return `The API’s publisher adds ${added} to client-application-ids of ${ruleOf(refused)}, or the caller uses ${either(allowed.map(one => applicationName(one, refused)))}.`
  },
  'token.scope': scopeMend,
  'token.claim': claimMend,
  'keys.unreachable': refused => {
    const urls = expectedOf(refused)
    if (urls.length === 0) return undefined
    return `Whoever runs the gateway lets it reach ${urls.join(' and ')}; calls succeed again by themselves.`
  },
  'groups.unreachable': refused => {
    const [why] = receivedOf(refused)
    return why && `Whoever runs the gateway lets it reach Microsoft Graph (${why}); calls succeed again by themselves.`
  },
}

function keyMend(refused: Refused): string | undefined {
  const [kid] = receivedOf(refused)
  if (kid === undefined) return undefined
  const iss = typeof refused.claims?.iss === 'string' ? refused.claims.iss : undefined
  const sent = iss === undefined ? undefined : tenantOfIssuer(iss)
  const { tenants } = refused
  if (sent !== undefined && tenants.length > 0 && !tenants.includes(sent))
    return `The caller signs in to tenant ${either(tenants)}: the token says that it is of tenant ${sent}, whose keys ${ruleOf(refused)} does not take.`
  const from = iss === undefined ? '' : ` of ${iss}`
  return `The issuer that ${ruleOf(refused)} trusts has no key ${kid}${from}: the token is from another tenant or provider, or its key was withdrawn. The client asks the trusted one for a new token.`
}

/** What only a user's token has, or only an application's own, no administrator can give to the other. */
function claimMend(refused: Refused): string | undefined {
  const [expected, received] = [expectedOf(refused), receivedOf(refused)]
  if (expected.length === 0) return undefined
  const [kind, kindWanted] = [callerKind(refused), callerKindWanted(claimsWanted(refused))]
  const orElse = `or the API’s publisher changes ${ruleOf(refused)}`
  if (kind === 'user' && kindWanted === 'application')
    return `The client calls with a token of its own (client credentials) in place of a user’s, ${orElse}.`
  if (kind === 'application' && kindWanted === 'user')
    return `The client signs a user in: a token of its own has none of ${expected.join(', ')}; ${orElse}.`
  if (kindWanted === 'application' && refused.claims?.idtyp === undefined)
    return `The owner of the application ${apiApplication(refused).named} adds the optional claim idtyp to its access tokens, and the client gets a new one; ${orElse}.`
  return `The issuer’s administrator gives the token ${expected.join(' and ')} (it has ${received.length === 0 ? 'none' : received.join(', ')}), ${orElse}; then get a new token.`
}

function audienceMend(refused: Refused): string | undefined {
  const [expected, [sent]] = [expectedOf(refused), receivedOf(refused)]
  if (expected.length === 0) return undefined
  const own = sent === undefined ? undefined : applicationOf(sent, refused)
  // the token is for this API, by the name that its other token version has for it: another token would say the same
  if (own !== undefined && expected.some(one => applicationOf(one, refused) === own)) {
    const version = sent === own.appId ? 1 : 2
    return `The API’s publisher lists the audience ${sent} too at ${ruleOf(refused)}, or the owner of the application ${own.displayName} sets requestedAccessTokenVersion to ${version} and the client gets a new token.`
  }
  const scopes = [...new Set(expected.map(one => scopeFor(one, refused)))]
  return `Ask for a token for ${either(scopes)}${asker(refused)}.`
}

function asker({ record: { caller } }: Refused): string {
  return caller?.clientApplication === undefined ? '' : `, by application ${caller.clientApplication}`
}

const tokenFor = (refused: Refused) =>
  `an access token${refused.audiences.length === 0 ? '' : ` for ${either(refused.audiences.map(one => scopeFor(one, refused)))}`}`

/** What the finder of tokens says it looked for, and did not find. */
function missingMend(refused: Refused): string | undefined {
  const [why = ''] = receivedOf(refused)
  const token = tokenFor(refused)
  const header = /^(?:no header|no scheme in the header) (\S+)$/.exec(why)?.[1]
  if (why.startsWith('no scheme') && header !== undefined)
    return `The client writes \`${header}: Bearer …\`: what came has no scheme.`
  if (header !== undefined)
    return `The client sends ${token} in the header \`${header}${header.toLowerCase() === 'authorization' ? ': Bearer …' : ''}\`.`
  if (isOtherScheme(why)) return `The client sends ${token} as \`Authorization: Bearer …\`, not under ${why}.`
  const place = /^nothing in (.+)$/.exec(why)?.[1]
  return place === undefined ? undefined : `The client sends ${token} in ${place}.`
}

const v1 = /^https:\/\/sts\.windows\.net\//
const v2 = /\/v2\.0$/

/** Which tenant, or which version of one tenant's tokens. */
function issuerMend(refused: Refused): string | undefined {
  const [allowed, [sent]] = [expectedOf(refused), receivedOf(refused)]
  if (allowed.length === 0 || sent === undefined) return undefined
  const added = `the API’s publisher adds the issuer ${sent} to ${ruleOf(refused)}`
  const tenant = tenantOfIssuer(sent)
  const tenants = new Set(allowed.map(tenantOfIssuer))
  if (tenant !== undefined && tenants.has(tenant)) {
    const wantsV2 = v1.test(sent) && allowed.some(one => v2.test(one))
    const wantsV1 = v2.test(sent) && allowed.some(one => v1.test(one))
    if (wantsV1 || wantsV2)
      return `The owner of the application ${apiApplication(refused).named} sets requestedAccessTokenVersion to ${wantsV2 ? 2 : 1} and the client gets a new token; or ${added}.`
  }
  return `The client asks ${either(allowed)} for a token, or ${added}.`
}

function scopeMend(refused: Refused): string | undefined {
  const needed = wanted(refused, 'scp') ?? wanted(refused, 'scope')
  if (needed === undefined || needed.values.length === 0) return undefined
  const { named, found } = apiApplication(refused)
  const declared = found?.api.oauth2PermissionScopes.map(({ value }) => value)
  const { demand: scopes, first } = declarable('scope', needed, declared, `the application ${named}`)
  const { caller } = refused.record
  const audience = typeof refused.claims?.aud === 'string' ? refused.claims.aud : refused.audiences[0]
  const resource = audience === undefined ? undefined : resourceOf(audience, refused)
  const names = scopes.values.map(one => (resource === undefined ? one : `${resource}/${one}`))
  const ofWhat = resource !== undefined || audience === undefined ? '' : ` of the application ${audience}`
  const asked = `${joined({ ...scopes, values: names })}${ofWhat}`
  const client =
    caller?.clientApplication === undefined ? 'The client' : `Application ${applicationName(caller.clientApplication, refused)}`
  if (caller?.scopes === undefined)
    return `${first}${client} signs a user in and asks for the scope ${asked}: a token of its own has no scopes.`
  return `${first}${client} asks for the scope ${asked}, and user ${caller.userPrincipalName ?? caller.objectId ?? 'in question'} or an administrator consents to it.`
}
