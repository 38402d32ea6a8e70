import type { RegisteredApplication, Registrations } from '../../catalog/registrations.ts'
import { issuerOf } from '../../identity/entra-authority.ts'
import { issuerAllows, tenantOfIssuer } from '../../identity/entra-issuer.ts'
import { nearestName } from '../../workspace/near-names.ts'
import type { Finding } from './finding.ts'
import { apisOf } from './resolve-apis.ts'
import type { TokenAsk } from './token-asks.ts'

/** Whether tokens for the API that a policy means carry the audience, issuer and client that it takes. */
export function checkTokenForm(ask: TokenAsk, registrations: Registrations): readonly Finding[] {
  const other = foreignTenant(ask, registrations)
  // what another tenant's applications are cannot be seen from this one
  if (other !== undefined) return [other]
  return [
    ...unknownAudiences(ask, registrations),
    ...audienceForms(ask, registrations),
    ...issuerVersions(ask, registrations),
    ...unknownClients(ask, registrations),
  ]
}

const anyTenant = new Set(['common', 'organizations', 'consumers'])

function isOwn(tenant: string, { tenant: { id, domains } }: Registrations): boolean {
  return tenant === id || domains.includes(tenant) || anyTenant.has(tenant)
}

function foreignTenant(ask: TokenAsk, registrations: Registrations): Finding | undefined {
  const { tenants, claims, place } = ask
  const required = claims.filter(({ claim }) => claim === 'tid').flatMap(({ values }) => values.map(one => one.toLowerCase()))
  const wrong = [tenants, required].find(names => names.length > 0 && !names.some(name => isOwn(name, registrations)))
  if (wrong === undefined) return undefined
  const { id, domains } = registrations.tenant
  return {
    severity: 'error',
    code: 'tenant.unknown',
    message: `it takes tokens of tenant ${wrong.join(', ')}; the directory is ${[id, ...domains].join(', ')}`,
    mend: `name the tenant ${id} in the policy (or in the named value that it uses), or bind the gateway to the other tenant: identity.tenant`,
    policy: place,
  }
}

function unknownAudiences(
  { audiences, backends, place }: TokenAsk,
  { applications, elsewhere }: Registrations,
): readonly Finding[] {
  const written = [...audiences, ...backends]
  return written
    .filter(audience => !elsewhere.includes(audience))
    .filter(audience => !applications.some(app => audience === app.appId || app.identifierUris.includes(audience)))
    .map((audience): Finding => {
      const near = nearTo(audience, applications)
      const meant = near === undefined ? '' : `; did you mean ${near}?`
      return {
        severity: written.length === 1 ? 'error' : 'warning',
        code: 'audience.unknown',
        message: `no application has the audience ${audience} as identifierUri or appId: no token will ever carry it${meant}`,
        mend: `add ${audience} to the identifierUris of the API's application, or name an audience in the policy that it has`,
        policy: place,
      }
    })
}

function nearTo(audience: string, applications: readonly RegisteredApplication[]): string | undefined {
  const names = applications.flatMap(({ appId, identifierUris }) => [...identifierUris, appId])
  const plain = (text: string) => text.toLowerCase().replace(/\/$/, '')
  return names.find(name => plain(name) === plain(audience)) ?? nearestName(audience, names)
}

/** Version 2.0 tokens carry the API's client id as audience; those of version 1.0 what the client asked for, most often the URI. */
function audienceForms(ask: TokenAsk, registrations: Registrations): readonly Finding[] {
  return apisOf(ask, registrations).flatMap(({ app, byId, byUri }): Finding[] => {
    const { appId, displayName, accessTokenVersion, identifierUris } = app
    const about = { policy: ask.place, application: { appId, displayName } }
    if (accessTokenVersion === 2 && !byId)
      return [
        {
          severity: 'error',
          code: 'audience.version',
          message: `${displayName} has requestedAccessTokenVersion 2: its tokens carry the audience ${appId}, which the policy does not list`,
          mend: `add <audience>${appId}</audience> to the policy, or set api.requestedAccessTokenVersion of ${displayName} to 1`,
          ...about,
        },
      ]
    if (accessTokenVersion === 1 && !byUri && identifierUris.length > 0)
      return [
        {
          severity: 'warning',
          code: 'audience.version',
          message: `${displayName} has requestedAccessTokenVersion 1: a token asked for by ${identifierUris[0]} carries that as its audience, and the policy lists only ${appId}`,
          mend: `add <audience>${identifierUris[0]}</audience> to the policy, or set api.requestedAccessTokenVersion of ${displayName} to 2`,
          ...about,
        },
      ]
    return []
  })
}

/** Whether the issuers that validate-jwt takes are those of the version that the API's tokens have. */
function issuerVersions(ask: TokenAsk, registrations: Registrations): readonly Finding[] {
  if (ask.takesBothVersions) return []
  const allowed = allowedIssuers(ask, registrations)
  if (allowed.length === 0) return []
  const { id } = registrations.tenant
  return apisOf(ask, registrations).flatMap(({ app }): Finding[] => {
    const { appId, displayName, accessTokenVersion: version } = app
    const clouds = ask.authorities.map(({ cloud }) => cloud)
    const issued = clouds.map(cloud => issuerOf(cloud, id, version))
    const fits = (issuer: string) => allowed.some(one => issuerAllows(one, issuer, id))
    if (issued.length === 0 ? allowed.some(one => versionOfIssuer(one) === version) : issued.some(fits)) return []
    const issuer = issued[0] ?? `of version ${version}.0`
    const other = version === 1 ? 2 : 1
    return [
      {
        severity: 'error',
        code: 'issuer.version',
        message: `${displayName} has requestedAccessTokenVersion ${version}: the issuer of its tokens is ${issuer}, and the policy takes ${allowed.join(', ')}`,
        mend: `use the openid-config of version ${version}.0 (or add <issuer>${issuer}</issuer>), or set api.requestedAccessTokenVersion of ${displayName} to ${other}`,
        policy: ask.place,
        application: { appId, displayName },
      },
    ]
  })
}

/** As the gateway has it: the listed ones and the exact ones of the configurations; templates only where none is listed. */
function allowedIssuers({ authorities, issuers }: TokenAsk, registrations: Registrations): readonly string[] {
  const named = authorities.flatMap(({ cloud, tenant, version }) => {
    if (anyTenant.has(tenant)) return issuers.length === 0 ? [issuerOf(cloud, '{tenantid}', version)] : []
    return isOwn(tenant, registrations) ? [issuerOf(cloud, registrations.tenant.id, version)] : []
  })
  return [...new Set([...issuers, ...named])]
}

const versionOfIssuer = (issuer: string) => (tenantOfIssuer(issuer) !== undefined && issuer.endsWith('/v2.0') ? 2 : 1)

function unknownClients(ask: TokenAsk, { applications, elsewhere }: Registrations): readonly Finding[] {
  const inClaims = ask.claims.filter(({ claim }) => claim === 'azp' || claim === 'appid').flatMap(({ values }) => values)
  const known = new Set([...applications.map(({ appId }) => appId), ...elsewhere])
  const written = [...new Set([...ask.clients, ...inClaims.filter(isGuid).map(id => id.toLowerCase())])]
  return written
    .filter(id => !known.has(id))
    .map((id): Finding => {
      const named = applications.find(({ displayName }) => displayName.toLowerCase() === id)
      return {
        severity: written.length === 1 ? 'error' : 'warning',
        code: 'client.unknown',
        message: `no application has the appId ${id}: no token will name it as its client`,
        mend:
          named === undefined
            ? `register the client application, or take its id out of the policy`
            : `a policy names client applications by appId: write ${named.appId} for ${named.displayName}`,
        policy: ask.place,
      }
    })
}

const isGuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
