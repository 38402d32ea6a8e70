import type { AppRoleAssignment } from '../../catalog/directory.ts'
import { isSame } from '../changes/change.ts'
import { findUser, type Tenant } from '../tenant.ts'
import { assignmentEntity, assignmentId, findPrincipal } from './entities.ts'
import { badRequest, notFound } from './graph-error.ts'
import { writing } from './permissions.ts'
import { created, make, nothing, type Write, type Writer, type Written } from './writer.ts'

const needs = writing.assignments

export const assignmentWriters: Readonly<Record<string, Writer>> = {
  'POST servicePrincipals/{}/appRoleAssignedTo': { needs, run: write => assign(write, 'resourceId') },
  'POST servicePrincipals/{}/appRoleAssignments': { needs, run: write => assign(write, 'principalId') },
  'POST users/{}/appRoleAssignments': { needs, run: write => assign(write, 'principalId') },
  'POST groups/{}/appRoleAssignments': { needs, run: write => assign(write, 'principalId') },
  'DELETE servicePrincipals/{}/appRoleAssignedTo/{}': { needs, run: unassign },
  'DELETE servicePrincipals/{}/appRoleAssignments/{}': { needs, run: unassign },
  'DELETE users/{}/appRoleAssignments/{}': { needs, run: unassign },
  'DELETE groups/{}/appRoleAssignments/{}': { needs, run: unassign },
}

/** Stands for access without a role. */
const noRole = '00000000-0000-0000-0000-000000000000'

/** `ofPath`: which of the body's ids the path names too. */
function assign(write: Write, ofPath: 'principalId' | 'resourceId'): Written {
  const { tenant } = write.services
  const { body } = write
  const [principalId, resourceId] = [body.principalId, body.resourceId].map(id =>
    typeof id === 'string' ? id.toLowerCase() : '',
  )
  const resource = findPrincipal(tenant, resourceId ?? '')
  const principalType = principalTypeOf(tenant, principalId ?? '')
  if (resource === undefined || principalType === undefined || principalId === undefined)
    return badRequest('principalId and resourceId must name what is in this directory.')
  if (objectId(tenant, write.id) !== (ofPath === 'principalId' ? principalId : resourceId))
    return badRequest(`${ofPath} is not the object that the address names.`)
  const appRoleId = String(body.appRoleId ?? noRole)
  const role = resource.appRoles.find(one => one.id === appRoleId)
  const needed = principalType === 'ServicePrincipal' ? 'Application' : 'User'
  if (appRoleId !== noRole && !role?.allowedMemberTypes.includes(needed))
    return badRequest('Permission being assigned was not found on application')
  const assignment: AppRoleAssignment = { principalId, principalType, resourceAppId: resource.appId, appRoleId }
  if (tenant.document.appRoleAssignments.some(one => isSame(one, assignment)))
    return badRequest('Permission being assigned already exists on the object')
  return make(write, [{ kind: 'assign', assignment }], () => created(write, assignmentEntity(tenant, assignment)))
}

/** A user may be named by userPrincipalName. */
function objectId(tenant: Tenant, id: string): string {
  return findUser(tenant, id)?.id ?? id.toLowerCase()
}

export function principalTypeOf(tenant: Tenant, id: string): AppRoleAssignment['principalType'] | undefined {
  if (tenant.users.has(id)) return 'User'
  if (tenant.groups.has(id)) return 'Group'
  return findPrincipal(tenant, id) === undefined ? undefined : 'ServicePrincipal'
}

function unassign(write: Write): Written {
  const { tenant } = write.services
  const owner = objectId(tenant, write.id)
  const assignment = tenant.document.appRoleAssignments.find(one => assignmentId(one) === write.item)
  const resource = assignment === undefined ? undefined : tenant.applications.get(assignment.resourceAppId.toLowerCase())
  if (assignment === undefined || (assignment.principalId !== owner && resource?.servicePrincipalId !== owner))
    return notFound(write.item)
  return make(write, [{ kind: 'unassign', assignment }], () => nothing)
}
