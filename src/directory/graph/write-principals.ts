import { randomUUID } from 'node:crypto'
import type { DirectoryGroup, DirectoryUser } from '../../catalog/directory.ts'
import { findUser } from '../tenant.ts'
import { nulled } from './body-values.ts'
import { groupEntity, userEntity } from './entities.ts'
import { badRequest, type GraphError, isGraphError, notFound } from './graph-error.ts'
import { writing } from './permissions.ts'
import { lastSegment, readGroupPatch, readUserPatch } from './read-principal-patch.ts'
import { principalTypeOf } from './write-assignments.ts'
import { created, make, nothing, type Write, type Writer, type Written } from './writer.ts'

export const principalWriters: Readonly<Record<string, Writer>> = {
  'POST users': { needs: writing.users, run: createUser },
  'PATCH users/{}': { needs: writing.users, run: patchUser },
  'DELETE users/{}': { needs: writing.users, run: deleteUser },
  'POST groups': { needs: writing.groups, run: createGroup },
  'PATCH groups/{}': { needs: writing.groups, run: patchGroup },
  'DELETE groups/{}': { needs: writing.groups, run: deleteGroup },
  'POST groups/{}/members/$ref': { needs: writing.members, run: addMember },
  'DELETE groups/{}/members/{}/$ref': { needs: writing.members, run: removeMember },
}

/** As Graph asks for them when a user is created. */
const neededOfUser = ['accountEnabled', 'displayName', 'mailNickname', 'userPrincipalName', 'passwordProfile'] as const

function createUser(write: Write): Written {
  const { body, services } = write
  const missing = neededOfUser.find(name => body[name] === undefined || body[name] === null)
  if (missing !== undefined) return badRequest(`A value is required for property '${missing}' of resource 'User'.`)
  const patch = readUserPatch(body, services.tenant, undefined)
  if (isGraphError(patch)) return patch
  const { userPrincipalName, displayName, password, accountEnabled } = patch
  if (userPrincipalName === undefined || displayName === undefined || password === undefined)
    return badRequest("A value is required for property 'passwordProfile' of resource 'User'.")
  const user = { ...patch, id: randomUUID(), userPrincipalName, displayName, password, accountEnabled: accountEnabled ?? true }
  return make(write, [{ kind: 'add-user', user }], () => created(write, userEntity(user)))
}

function userOf({ services: { tenant }, id }: Write): DirectoryUser | GraphError {
  return tenant.users.get(id) ?? tenant.users.get(id.toLowerCase()) ?? findUser(tenant, id) ?? notFound(id)
}

function patchUser(write: Write): Written {
  const user = userOf(write)
  if (isGraphError(user)) return user
  const patch = readUserPatch(write.body, write.services.tenant, user.id)
  if (isGraphError(patch)) return patch
  const clear = nulled(write.body, ['givenName', 'surname', 'mail', 'country', 'preferredLanguage', 'otherMails'])
  return make(write, [{ kind: 'patch-user', userId: user.id, patch, clear }], () => nothing)
}

function deleteUser(write: Write): Written {
  const user = userOf(write)
  return isGraphError(user) ? user : make(write, [{ kind: 'remove-principal', id: user.id }], () => nothing)
}

function createGroup(write: Write): Written {
  const read = readGroupPatch(write.body)
  if (isGraphError(read)) return read
  const { displayName } = read.patch
  if (displayName === undefined) return badRequest("A value is required for property 'displayName' of resource 'Group'.")
  const unknown = read.members.find(id => principalTypeOf(write.services.tenant, id) === undefined)
  if (unknown !== undefined) return notFound(unknown)
  const group: DirectoryGroup = { ...read.patch, id: randomUUID(), displayName, members: [...new Set(read.members)] }
  return make(write, [{ kind: 'add-group', group }], () => created(write, groupEntity(group)))
}

function groupOf({ services: { tenant }, id }: Write): DirectoryGroup | GraphError {
  return tenant.groups.get(id) ?? tenant.groups.get(id.toLowerCase()) ?? notFound(id)
}

/** What it sets, and members that it adds. */
function patchGroup(write: Write): Written {
  const group = groupOf(write)
  const read = readGroupPatch(write.body)
  if (isGraphError(group)) return group
  if (isGraphError(read)) return read
  for (const member of read.members) {
    const fault = memberFault(write, group, member)
    if (fault !== undefined) return fault
  }
  const { patch, members } = read
  return make(
    write,
    [
      ...(Object.keys(patch).length === 0 ? [] : [{ kind: 'patch-group', groupId: group.id, patch } as const]),
      ...members.map(memberId => ({ kind: 'add-member', groupId: group.id, memberId }) as const),
    ],
    () => nothing,
  )
}

function deleteGroup(write: Write): Written {
  const group = groupOf(write)
  return isGraphError(group) ? group : make(write, [{ kind: 'remove-principal', id: group.id }], () => nothing)
}

function memberFault({ services }: Write, group: DirectoryGroup, memberId: string): GraphError | undefined {
  if (principalTypeOf(services.tenant, memberId) === undefined) return notFound(memberId)
  if (memberId === group.id) return badRequest('A group cannot be a member of itself.')
  return group.members.includes(memberId)
    ? badRequest("One or more added object references already exist for the following modified properties: 'members'.")
    : undefined
}

function addMember(write: Write): Written {
  const group = groupOf(write)
  if (isGraphError(group)) return group
  const memberId = lastSegment(String(write.body['@odata.id'] ?? ''))
  return memberFault(write, group, memberId) ?? make(write, [{ kind: 'add-member', groupId: group.id, memberId }], () => nothing)
}

function removeMember(write: Write): Written {
  const group = groupOf(write)
  if (isGraphError(group)) return group
  if (!group.members.includes(write.item)) return notFound(write.item)
  return make(write, [{ kind: 'remove-member', groupId: group.id, memberId: write.item }], () => nothing)
}
