import type { DirectoryGroup, DirectoryUser } from '../../catalog/directory.ts'
import { directoryKeys } from '../../workspace/known-keys.ts'
import { findUser, type Tenant } from '../tenant.ts'
import { type Body, BodyValues, definedOnly, reading, strangeProperty, when } from './body-values.ts'
import { badRequest, type GraphError } from './graph-error.ts'

const ofUsers = new BodyValues('User')
const ofGroups = new BodyValues('Group')

const writableOfUser = new Set<string>([
  'accountEnabled',
  'displayName',
  'givenName',
  'surname',
  'mail',
  'otherMails',
  'userPrincipalName',
  'userType',
  'country',
  'preferredLanguage',
  'passwordProfile',
  'mailNickname',
  ...directoryKeys.user.ignored,
])

export type UserPatch = Partial<Omit<DirectoryUser, 'id'>>

/** Reads what a POST or PATCH of a user sets; names and addresses have to be free and of the tenant's domain. */
export function readUserPatch(body: Body, tenant: Tenant, id: string | undefined): UserPatch | GraphError {
  const strange = strangeProperty(body, writableOfUser)
  if (strange !== undefined) return strange
  const text = (name: string) => when(body[name], value => ofUsers.text(value, name))
  const patch = reading(() => {
    const profile = when(body.passwordProfile, value =>
      ofUsers.objectOf(value, 'passwordProfile', [
        ...directoryKeys.passwordProfile.read,
        ...directoryKeys.passwordProfile.ignored,
      ]),
    )
    const mustChange = when(profile?.forceChangePasswordNextSignIn, value => ofUsers.flag(value, 'passwordProfile'))
    return definedOnly({
      accountEnabled: when(body.accountEnabled, value => ofUsers.flag(value, 'accountEnabled')),
      displayName: text('displayName'),
      givenName: text('givenName'),
      surname: text('surname'),
      mail: text('mail'),
      otherMails: when(body.otherMails, value => ofUsers.texts(value, 'otherMails')),
      userPrincipalName: text('userPrincipalName'),
      userType: when(body.userType, value => ofUsers.choice(value, 'userType', ['Member', 'Guest'])),
      country: text('country'),
      preferredLanguage: text('preferredLanguage'),
      password: when(profile?.password, value => ofUsers.text(value, 'passwordProfile')),
      passwordProfile: mustChange === undefined ? undefined : { forceChangePasswordNextSignIn: mustChange },
    })
  })
  if ('kind' in patch) return patch
  return (patch.userPrincipalName === undefined ? undefined : nameFault(patch.userPrincipalName, tenant, id)) ?? patch
}

function nameFault(name: string, tenant: Tenant, id: string | undefined): GraphError | undefined {
  const domain = /^[^@\s]+@([^@\s]+)$/.exec(name)?.[1]?.toLowerCase()
  if (domain === undefined) return badRequest('Property userPrincipalName is invalid.')
  if (domain !== tenant.domain)
    return badRequest(
      'The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.',
    )
  const taken = findUser(tenant, name)
  return taken === undefined || taken.id === id
    ? undefined
    : badRequest('Another object with the same value for property userPrincipalName already exists.')
}

const writableOfGroup = new Set<string>([
  'displayName',
  'securityEnabled',
  'members@odata.bind',
  'owners@odata.bind',
  ...directoryKeys.group.ignored,
])

export interface GroupPatch {
  readonly patch: Partial<Pick<DirectoryGroup, 'displayName' | 'securityEnabled'>>
  /** Object ids of members to add. */
  readonly members: readonly string[]
}

/** Members that one request adds, as in Graph. */
const maxBound = 20

/** Reads what a POST or PATCH of a group sets. This directory has no mail-enabled groups and no rules of membership. */
export function readGroupPatch(body: Body): GroupPatch | GraphError {
  const strange = strangeProperty(body, writableOfGroup)
  if (strange !== undefined) return strange
  return reading(() => {
    if (body.mailEnabled === true) throw ofGroups.bad('mailEnabled')
    const types = when(body.groupTypes, value => ofGroups.texts(value, 'groupTypes')) ?? []
    if (types.length > 0) throw ofGroups.bad('groupTypes')
    const bound = when(body['members@odata.bind'], value => ofGroups.texts(value, 'members@odata.bind')) ?? []
    if (bound.length > maxBound) throw ofGroups.bad('members@odata.bind')
    const patch = definedOnly({
      displayName: when(body.displayName, value => ofGroups.text(value, 'displayName')),
      securityEnabled: when(body.securityEnabled, value => ofGroups.flag(value, 'securityEnabled')),
    })
    return { patch, members: bound.map(lastSegment) }
  })
}

/** The object id at the end of `https://graph.microsoft.com/v1.0/directoryObjects/{id}`. */
export function lastSegment(address: string): string {
  return address.split('/').at(-1) ?? ''
}
