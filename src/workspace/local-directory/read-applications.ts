import type { AppRole, DirectoryApplication } from '../../catalog/directory.ts'
import { directoryKeys } from '../known-keys.ts'
import type { Fields } from '../text/fields.ts'
import { memberOf, textOf } from '../text/text-node.ts'
import { type DirectoryReader, textsThere } from './directory-reader.ts'

type Api = DirectoryApplication['api']

export function knownKeys(kind: keyof typeof directoryKeys): readonly string[] {
  return [...directoryKeys[kind].read, ...directoryKeys[kind].ignored]
}

/** An application registration with its service principal, whose ids are made from its name when they are left out. */
export function readApplication(fields: Fields, reader: DirectoryReader): DirectoryApplication | undefined {
  fields.refuseOthers(knownKeys('application'))
  const displayName = fields.requiredText('displayName')
  if (displayName === undefined) return undefined
  const appId = reader.idOf(fields, 'appId', 'appId', displayName)
  const groupMembershipClaims = fields.choice('groupMembershipClaims', [
    'None',
    'SecurityGroup',
    'All',
    'ApplicationGroup',
    'DirectoryRole',
  ])
  const identifierUris = fields.texts('identifierUris')
  for (const { text, at } of identifierUris) reader.unique('identifierUri', text, at)
  return {
    id: reader.idOf(fields, 'id', 'application', appId),
    servicePrincipalId: reader.idOf(fields, 'servicePrincipalId', 'servicePrincipal', appId),
    appId,
    displayName,
    identifierUris: identifierUris.map(uri => uri.text),
    appRoles: readRoles(fields, appId, reader),
    api: readApi(fields.fields('api'), appId, reader),
    redirectUris: {
      web: redirectsOf(fields, 'web', reader),
      spa: redirectsOf(fields, 'spa', reader),
      publicClient: redirectsOf(fields, 'publicClient', reader),
    },
    isFallbackPublicClient: fields.flag('isFallbackPublicClient') ?? false,
    passwordCredentials: fields.list('passwordCredentials').flatMap(item => readPassword(item, reader)),
    keyCredentials: fields.list('keyCredentials').flatMap(readKey),
    federatedIdentityCredentials: fields.list('federatedIdentityCredentials').flatMap(readFederated),
    ...(groupMembershipClaims === undefined ? {} : { groupMembershipClaims }),
    appRoleAssignmentRequired: fields.flag('appRoleAssignmentRequired') ?? false,
    ...readOptionalClaims(fields.fields('optionalClaims')),
    ...readWeb(fields.fields('web')),
  }
}

/** What `web` says besides its redirect addresses. */
function readWeb(web: Fields | undefined): Pick<DirectoryApplication, 'implicitGrantSettings' | 'logoutUrl'> {
  const settings = web?.fields('implicitGrantSettings')
  settings?.refuseOthers(knownKeys('implicitGrantSettings'))
  const [enableIdTokenIssuance, enableAccessTokenIssuance] = [
    settings?.flag('enableIdTokenIssuance'),
    settings?.flag('enableAccessTokenIssuance'),
  ]
  const implicitGrantSettings = {
    ...(enableIdTokenIssuance === undefined ? {} : { enableIdTokenIssuance }),
    ...(enableAccessTokenIssuance === undefined ? {} : { enableAccessTokenIssuance }),
  }
  return {
    ...(settings === undefined ? {} : { implicitGrantSettings }),
    ...(web === undefined ? {} : textsThere(web, ['logoutUrl'] as const)),
  }
}

function readOptionalClaims(fields: Fields | undefined): Pick<DirectoryApplication, 'optionalClaims'> {
  if (fields === undefined) return {}
  fields.refuseOthers(knownKeys('optionalClaims'))
  const claimsOf = (key: string) =>
    fields.list(key).flatMap(claim => {
      claim.refuseOthers(knownKeys('optionalClaim'))
      const name = claim.requiredText('name')
      const additionalProperties = claim.texts('additionalProperties').map(({ text }) => text)
      return name === undefined ? [] : [{ name, additionalProperties }]
    })
  claimsOf('saml2Token') // its faults are told; no SAML tokens are made
  return { optionalClaims: { idToken: claimsOf('idToken'), accessToken: claimsOf('accessToken') } }
}

function readRoles(fields: Fields, appId: string, reader: DirectoryReader): readonly AppRole[] {
  return fields.list('appRoles').flatMap(role => {
    role.refuseOthers(knownKeys('appRole'))
    const value = role.requiredText('value')
    if (value === undefined) return []
    if (/\s/.test(value))
      reader.report.error(role.at('value'), 'value.format', `the role value '${value}' holds a blank, which Entra refuses`)
    reader.unique(`role value of ${appId}`, value, role.at('value'))
    // A disabled role or scope is as good as not declared: nobody can be given it.
    if (role.flag('isEnabled') === false) return []
    const id = reader.idOf(role, 'id', 'appRole', `${appId}/${value}`)
    return [{ id, value, displayName: role.text('displayName') ?? value, allowedMemberTypes: memberTypesOf(role, reader) }]
  })
}

const memberTypes = ['User', 'Application'] as const

/** Left out, a role is for both: the file is a fixture, and a role that nobody may have helps no one. */
function memberTypesOf(role: Fields, reader: DirectoryReader): AppRole['allowedMemberTypes'] {
  if (memberOf(role.node, 'allowedMemberTypes') === undefined) return memberTypes
  return role.texts('allowedMemberTypes').flatMap(({ text, at }) => {
    const type = memberTypes.find(known => known.toLowerCase() === text.toLowerCase())
    if (type === undefined)
      reader.report.error(
        at,
        'value.choice',
        `'${text}' is not a member type`,
        "there are 'User' (users and groups) and 'Application'",
      )
    return type ?? []
  })
}

const consentTexts = [
  'adminConsentDisplayName',
  'adminConsentDescription',
  'userConsentDisplayName',
  'userConsentDescription',
] as const

function readApi(fields: Fields | undefined, appId: string, reader: DirectoryReader): Api {
  fields?.refuseOthers(knownKeys('api'))
  const scopes = (fields?.list('oauth2PermissionScopes') ?? []).flatMap(scope => {
    scope.refuseOthers(knownKeys('scope'))
    const value = scope.requiredText('value')
    if (value === undefined) return []
    reader.unique(`scope value of ${appId}`, value, scope.at('value'))
    if (scope.flag('isEnabled') === false) return []
    const type = scope.choice('type', ['User', 'Admin'])
    return [
      {
        id: reader.idOf(scope, 'id', 'scope', `${appId}/${value}`),
        value,
        ...(type === undefined ? {} : { type }),
        ...textsThere(scope, consentTexts),
      },
    ]
  })
  const version = fields?.whole('requestedAccessTokenVersion', { min: 1, max: 2 })
  return {
    // Entra's own default, null, means version 1.
    requestedAccessTokenVersion: version === 2 ? 2 : 1,
    oauth2PermissionScopes: scopes,
    preAuthorizedApplications: (fields?.list('preAuthorizedApplications') ?? []).flatMap(item =>
      readPreAuthorized(item, scopes, reader),
    ),
  }
}

/** Permissions are named by id, as in Graph, or by value, since ids may be made ones. */
function readPreAuthorized(
  fields: Fields,
  scopes: Api['oauth2PermissionScopes'],
  reader: DirectoryReader,
): Api['preAuthorizedApplications'] {
  fields.refuseOthers(knownKeys('preAuthorizedApplication'))
  const appId = fields.requiredText('appId')
  if (appId === undefined) return []
  const delegatedPermissionIds = fields.texts('delegatedPermissionIds').flatMap(({ text, at }) => {
    const scope = scopes.find(({ id, value }) => id === text.toLowerCase() || value === text)
    if (scope === undefined) reader.report.error(at, 'reference.unknown', `this application has no scope '${text}'`)
    return scope?.id ?? []
  })
  return [{ appId: appId.toLowerCase(), delegatedPermissionIds }]
}

/** Entra compares them exactly, so all that is judged here is that each is an address. */
function redirectsOf(fields: Fields, key: 'web' | 'spa' | 'publicClient', reader: DirectoryReader): readonly string[] {
  const part = fields.fields(key)
  part?.refuseOthers(knownKeys('redirects'))
  return (part?.texts('redirectUris') ?? []).map(({ text, at }) => {
    if (!URL.canParse(text)) reader.report.error(at, 'value.format', `'${text}' is not an address`)
    return text
  })
}

function readPassword(fields: Fields, reader: DirectoryReader): DirectoryApplication['passwordCredentials'] {
  fields.refuseOthers(knownKeys('passwordCredential'))
  const secretText = fields.requiredText('secretText')
  const endDateTime = fields.text('endDateTime')
  if (endDateTime !== undefined && Number.isNaN(Date.parse(endDateTime))) {
    reader.report.error(
      fields.at('endDateTime'),
      'value.format',
      `'${endDateTime}' is not a time`,
      'write it as 2030-01-31T00:00:00Z',
    )
  }
  if (secretText === undefined) return []
  const [keyId, displayName] = [fields.text('keyId'), fields.text('displayName')]
  return [
    {
      secretText,
      ...(endDateTime === undefined ? {} : { endDateTime }),
      ...(keyId === undefined ? {} : { keyId }),
      ...(displayName === undefined ? {} : { displayName }),
    },
  ]
}

function readKey(fields: Fields): DirectoryApplication['keyCredentials'] {
  fields.refuseOthers(knownKeys('keyCredential'))
  const key = fields.requiredText('key')
  if (key === undefined) return []
  return [
    { type: fields.text('type') ?? 'AsymmetricX509Cert', usage: fields.text('usage') ?? 'Verify', key: key.replace(/\s+/g, '') },
  ]
}

function readFederated(fields: Fields): DirectoryApplication['federatedIdentityCredentials'] {
  fields.refuseOthers(knownKeys('federatedCredential'))
  const issuer = fields.requiredText('issuer')
  const subject = fields.requiredText('subject')
  if (issuer === undefined || subject === undefined) return []
  const audiences = textOf(memberOf(fields.node, 'audiences')) ?? fields.texts('audiences').map(item => item.text)
  const named = typeof audiences === 'string' ? [audiences] : audiences
  return [
    {
      name: fields.text('name') ?? subject,
      issuer,
      subject,
      audiences: named.length > 0 ? named : ['api://AzureADTokenExchange'],
    },
  ]
}
