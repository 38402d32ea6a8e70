import type { AppRole, DirectoryApplication, PermissionScope } from '../../catalog/directory.ts'
import { directoryKeys } from '../../workspace/known-keys.ts'
import type { ApplicationPatch } from '../changes/change.ts'
import { stableId } from '../stable-id.ts'
import { type Body, BodyValues, definedOnly, reading, strangeProperty, when } from './body-values.ts'
import type { GraphError } from './graph-error.ts'

const values = new BodyValues('Application')

/** Properties that may be written; those that directory.yaml takes without effect are taken here too, anything else is refused. */
const writable = new Set<string>([
  'displayName',
  'identifierUris',
  'appRoles',
  'api',
  'web',
  'spa',
  'publicClient',
  'isFallbackPublicClient',
  'groupMembershipClaims',
  'keyCredentials',
  'optionalClaims',
  ...directoryKeys.application.ignored,
])

/** Reads what a POST or PATCH of an application sets. `before`: the application as it stands, or as a new one begins. */
export function readPatch(body: Body, before: DirectoryApplication): ApplicationPatch | GraphError {
  return (
    strangeProperty(body, writable) ??
    reading(() =>
      definedOnly({
        displayName: when(body.displayName, value => values.text(value, 'displayName')),
        identifierUris: when(body.identifierUris, value => values.texts(value, 'identifierUris')),
        appRoles: when(body.appRoles, value => values.list(value, 'appRoles').flatMap(role => readRole(role, before.appId))),
        api: when(body.api, value => readApi(value, before)),
        ...readRedirects(body, before),
        isFallbackPublicClient: when(body.isFallbackPublicClient, value => values.flag(value, 'isFallbackPublicClient')),
        groupMembershipClaims:
          body.groupMembershipClaims === null
            ? ('None' as const)
            : when(body.groupMembershipClaims, value => values.choice(value, 'groupMembershipClaims', groupClaims)),
        keyCredentials: when(body.keyCredentials, value => values.list(value, 'keyCredentials').map(one => readKey(one, before))),
        optionalClaims: when(body.optionalClaims, readOptionalClaims),
      }),
    )
  )
}

const groupClaims = ['None', 'SecurityGroup', 'All', 'ApplicationGroup', 'DirectoryRole'] as const

/** A disabled role is as good as not declared. */
function readRole(value: unknown, appId: string): AppRole[] {
  const role = values.object(value, 'appRoles')
  const name = values.text(role.value, 'appRoles')
  if (/\s/.test(name)) throw values.bad('appRoles')
  if (role.isEnabled === false) return []
  const types = values
    .list(role.allowedMemberTypes, 'appRoles')
    .map(type => values.choice(type, 'appRoles', ['User', 'Application']))
  const id = when(role.id, one => values.text(one, 'appRoles')) ?? stableId(appId, 'appRole', name)
  const displayName = when(role.displayName, one => values.text(one, 'appRoles')) ?? name
  return [{ id, value: name, displayName, allowedMemberTypes: types }]
}

function readApi(value: unknown, before: DirectoryApplication): DirectoryApplication['api'] {
  const api = values.objectOf(value, 'api', [...directoryKeys.api.read, ...directoryKeys.api.ignored])
  const version = when(api.requestedAccessTokenVersion, one => values.choice(one, 'api/requestedAccessTokenVersion', [1, 2]))
  const isReset = api.requestedAccessTokenVersion === null
  return {
    ...before.api,
    ...(isReset ? { requestedAccessTokenVersion: 1 } : {}),
    ...definedOnly({
      requestedAccessTokenVersion: version,
      oauth2PermissionScopes: when(api.oauth2PermissionScopes, all =>
        values.list(all, 'api').flatMap(one => readScope(one, before.appId)),
      ),
      preAuthorizedApplications: when(api.preAuthorizedApplications, all => values.list(all, 'api').map(readPreAuthorized)),
    }),
  }
}

const scopeTexts = [
  'adminConsentDisplayName',
  'adminConsentDescription',
  'userConsentDisplayName',
  'userConsentDescription',
] as const

function readScope(value: unknown, appId: string): PermissionScope[] {
  const name = 'api/oauth2PermissionScopes'
  const scope = values.object(value, name)
  if (scope.isEnabled === false) return []
  const word = values.text(scope.value, name)
  const texts = scopeTexts.map(key => [key, when(scope[key], one => (one === '' ? undefined : values.text(one, name)))] as const)
  return [
    {
      id: when(scope.id, one => values.text(one, name)) ?? stableId(appId, 'scope', word),
      value: word,
      ...definedOnly({ type: when(scope.type, one => values.choice(one, name, ['User', 'Admin'])) }),
      ...definedOnly(Object.fromEntries(texts)),
    },
  ]
}

function readPreAuthorized(value: unknown): DirectoryApplication['api']['preAuthorizedApplications'][number] {
  const name = 'api/preAuthorizedApplications'
  const entry = values.object(value, name)
  return {
    appId: values.text(entry.appId, name).toLowerCase(),
    delegatedPermissionIds: values.texts(entry.delegatedPermissionIds, name),
  }
}

/** `web`, `spa` and `publicClient`; what one of them leaves out stays as it is. */
function readRedirects(
  body: Body,
  before: DirectoryApplication,
): Partial<Pick<DirectoryApplication, 'redirectUris' | 'implicitGrantSettings' | 'logoutUrl'>> {
  const members = [...directoryKeys.redirects.read, ...directoryKeys.redirects.ignored]
  const sections = { web: body.web, spa: body.spa, publicClient: body.publicClient }
  const uris = Object.entries(sections).flatMap(([name, section]) => {
    const redirects = when(section, value => values.objectOf(value, name, members).redirectUris)
    return redirects === undefined || redirects === null ? [] : [[name, readAddresses(redirects, name)] as const]
  })
  const web = when(body.web, value => values.object(value, 'web'))
  return {
    ...(uris.length === 0 ? {} : { redirectUris: { ...before.redirectUris, ...Object.fromEntries(uris) } }),
    ...definedOnly({
      logoutUrl: when(web?.logoutUrl, value => values.text(value, 'web/logoutUrl')),
      implicitGrantSettings: when(web?.implicitGrantSettings, readImplicit),
    }),
  }
}

function readAddresses(value: unknown, name: string): readonly string[] {
  const addresses = values.texts(value, name)
  if (!addresses.every(address => URL.canParse(address))) throw values.bad(name)
  return addresses
}

function readImplicit(value: unknown): NonNullable<DirectoryApplication['implicitGrantSettings']> {
  const name = 'web/implicitGrantSettings'
  const settings = values.objectOf(value, name, directoryKeys.implicitGrantSettings.read)
  return definedOnly({
    enableIdTokenIssuance: when(settings.enableIdTokenIssuance, one => values.flag(one, name)),
    enableAccessTokenIssuance: when(settings.enableAccessTokenIssuance, one => values.flag(one, name)),
  })
}

/** A certificate, base64 DER; one that was there already comes back by its id, without its key. */
function readKey(value: unknown, before: DirectoryApplication): DirectoryApplication['keyCredentials'][number] {
  const name = 'keyCredentials'
  const credential = values.object(value, name)
  const known = before.keyCredentials.find((_, at) => stableId(before.appId, 'key', String(at)) === credential.keyId)
  if (known !== undefined && (credential.key === undefined || credential.key === null)) return known
  const { key } = credential
  if (typeof key !== 'string' || key.length > maxKey || !/^[A-Za-z0-9+/=\s]+$/.test(key)) throw values.bad(name)
  return {
    type: when(credential.type, one => values.text(one, name)) ?? 'AsymmetricX509Cert',
    usage: when(credential.usage, one => values.text(one, name)) ?? 'Verify',
    key: key.replace(/\s+/g, ''),
  }
}

const maxKey = 16_384

function readOptionalClaims(value: unknown): NonNullable<DirectoryApplication['optionalClaims']> {
  const claims = values.objectOf(value, 'optionalClaims', directoryKeys.optionalClaims.read)
  const listOf = (list: unknown) => when(list, all => values.list(all, 'optionalClaims').map(readClaim)) ?? []
  return { idToken: listOf(claims.idToken), accessToken: listOf(claims.accessToken) }
}

function readClaim(value: unknown): NonNullable<DirectoryApplication['optionalClaims']>['idToken'][number] {
  const claim = values.object(value, 'optionalClaims')
  return {
    name: values.text(claim.name, 'optionalClaims'),
    additionalProperties: when(claim.additionalProperties, all => values.texts(all, 'optionalClaims')) ?? [],
  }
}
