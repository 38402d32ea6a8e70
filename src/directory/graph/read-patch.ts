import type { AppRole, DirectoryApplication } from '../../catalog/directory.ts'
import { isObject } from '../../identity/json-object.ts'
import type { ApplicationPatch } from '../changes/change.ts'
import { stableId } from '../tenant.ts'
import { badRequest, type GraphError } from './graph-error.ts'

type Body = Readonly<Record<string, unknown>>

/** Properties of an application that may be written; anything else is refused, for it would be silently lost. */
const writable = new Set([
  'displayName',
  'identifierUris',
  'appRoles',
  'api',
  'web',
  'spa',
  'publicClient',
  'isFallbackPublicClient',
  'groupMembershipClaims',
  'signInAudience',
])

const maxText = 256
const maxList = 500

/** Reads what a POST or PATCH of an application sets. `before`: the application as it stands, or as a new one begins. */
export function readPatch(body: Body, before: DirectoryApplication): ApplicationPatch | GraphError {
  const strange = Object.keys(body).find(name => !name.startsWith('@odata') && !writable.has(name))
  if (strange !== undefined) return badRequest(`The property '${strange.slice(0, 60)}' cannot be written here.`)
  try {
    return definedOnly({
      displayName: when(body.displayName, value => text(value, 'displayName')),
      identifierUris: when(body.identifierUris, value => list(value, 'identifierUris').map(one => text(one, 'identifierUris'))),
      appRoles: when(body.appRoles, value => list(value, 'appRoles').flatMap(role => readRole(role, before.appId))),
      api: when(body.api, value => readApi(value, before)),
      redirectUris: readRedirects(body, before),
      isFallbackPublicClient: when(body.isFallbackPublicClient, value => flag(value, 'isFallbackPublicClient')),
      groupMembershipClaims: when(body.groupMembershipClaims, readGroupClaims),
    })
  } catch (error) {
    if (error instanceof BadProperty) return badRequest(error.message)
    throw error
  }
}

/** A property of the wrong form: thrown from within a value, caught where the body is read. */
class BadProperty extends Error {
  constructor(name: string) {
    super(`Invalid value specified for property '${name}' of resource 'Application'.`)
  }
}

function definedOnly<T extends object>(all: T): { [K in keyof T]?: NonNullable<T[K]> } {
  // only members with a value are left
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }
}

const when = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
  value === undefined || value === null ? undefined : read(value)

function text(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '' || value.length > maxText) throw new BadProperty(name)
  return value
}

function flag(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw new BadProperty(name)
  return value
}

function list(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length > maxList) throw new BadProperty(name)
  return value
}

function object(value: unknown, name: string): Body {
  if (!isObject(value)) throw new BadProperty(name)
  return value
}

/** A disabled role is as good as not declared. */
function readRole(value: unknown, appId: string): AppRole[] {
  const role = object(value, 'appRoles')
  const name = text(role.value, 'appRoles')
  if (/\s/.test(name)) throw new BadProperty('appRoles')
  if (role.isEnabled === false) return []
  const types = list(role.allowedMemberTypes, 'appRoles').filter(type => type === 'User' || type === 'Application')
  const id = when(role.id, one => text(one, 'appRoles')) ?? stableId(appId, 'appRole', name)
  return [
    { id, value: name, displayName: when(role.displayName, one => text(one, 'appRoles')) ?? name, allowedMemberTypes: types },
  ]
}

function readApi(value: unknown, before: DirectoryApplication): DirectoryApplication['api'] {
  const api = object(value, 'api')
  const version = api.requestedAccessTokenVersion
  if (version !== undefined && version !== null && version !== 1 && version !== 2)
    throw new BadProperty('api/requestedAccessTokenVersion')
  return {
    ...before.api,
    ...(version === undefined ? {} : { requestedAccessTokenVersion: version ?? 1 }),
    ...definedOnly({
      oauth2PermissionScopes: when(api.oauth2PermissionScopes, all =>
        list(all, 'api').flatMap(one => readScope(one, before.appId)),
      ),
      preAuthorizedApplications: when(api.preAuthorizedApplications, all => list(all, 'api').map(readPreAuthorized)),
    }),
  }
}

function readScope(value: unknown, appId: string): { id: string; value: string }[] {
  const scope = object(value, 'api/oauth2PermissionScopes')
  const name = text(scope.value, 'api/oauth2PermissionScopes')
  const id = when(scope.id, one => text(one, 'api/oauth2PermissionScopes')) ?? stableId(appId, 'scope', name)
  return scope.isEnabled === false ? [] : [{ id, value: name }]
}

function readPreAuthorized(value: unknown): DirectoryApplication['api']['preAuthorizedApplications'][number] {
  const entry = object(value, 'api/preAuthorizedApplications')
  const ids = list(entry.delegatedPermissionIds, 'api/preAuthorizedApplications').map(id =>
    text(id, 'api/preAuthorizedApplications'),
  )
  return { appId: text(entry.appId, 'api/preAuthorizedApplications').toLowerCase(), delegatedPermissionIds: ids }
}

function readRedirects(body: Body, before: DirectoryApplication): DirectoryApplication['redirectUris'] | undefined {
  const read = (name: 'web' | 'spa' | 'publicClient') =>
    when(body[name], value => when(object(value, name).redirectUris, uris => list(uris, name).map(uri => address(uri, name))))
  const set = definedOnly({ web: read('web'), spa: read('spa'), publicClient: read('publicClient') })
  return Object.keys(set).length === 0 ? undefined : { ...before.redirectUris, ...set }
}

function address(value: unknown, name: string): string {
  const uri = text(value, name)
  if (!URL.canParse(uri)) throw new BadProperty(name)
  return uri
}

const groupClaims = ['None', 'SecurityGroup', 'All', 'ApplicationGroup', 'DirectoryRole'] as const

function readGroupClaims(value: unknown): (typeof groupClaims)[number] {
  const found = groupClaims.find(one => one === value)
  if (found === undefined) throw new BadProperty('groupMembershipClaims')
  return found
}
