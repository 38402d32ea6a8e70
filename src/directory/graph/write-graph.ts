import { randomBytes, randomUUID } from 'node:crypto'
import type { AppRoleAssignment, DirectoryApplication, DirectoryGroup } from '../../catalog/directory.ts'
import { type Change, isSame } from '../changes/change.ts'
import { type DirectoryRequest, type DirectoryResponse, json, noStore } from '../http/exchange.ts'
import type { Services } from '../services.ts'
import { stableId, type Tenant } from '../tenant.ts'
import { applicationEntity, assignmentEntity, assignmentId, servicePrincipalEntity } from './entities.ts'
import { type GraphCaller, requirePermission } from './graph-caller.ts'
import { badRequest, denied, type GraphError, graphError, isGraphError, notFound } from './graph-error.ts'
import { bodyOf } from './read-graph.ts'
import { readPatch } from './read-patch.ts'

type Written = DirectoryResponse | GraphError

/** A write that Graph takes here, or undefined when the path is none that is written to. */
export function writeGraph(
  services: Services,
  caller: GraphCaller,
  request: DirectoryRequest,
  path: readonly string[],
): Written | undefined {
  const [name, id, what, item, ref] = withId(services.tenant, path)
  const { method } = request
  const shape = `${method} ${[name, id === undefined ? '' : '{}', what ?? '', item === undefined ? '' : item === '$ref' ? '$ref' : '{}', ref ?? ''].filter(part => part !== '').join('/')}`
  const write = writes.get(shape)
  if (write === undefined) return undefined
  // a person's token writes nothing: this directory knows no administrators
  if (caller.user !== undefined) return denied()
  return requirePermission(caller, ...write.permissions) ?? write.run({ services, request, id: id ?? '', item: item ?? '' })
}

/** `applications(appId='…')` is `applications/{id}`. */
function withId(tenant: Tenant, path: readonly string[]): readonly string[] {
  const [, name, appId = ''] = /^(applications|servicePrincipals)\(appId='([^']*)'\)$/.exec(path[0] ?? '') ?? []
  if (name === undefined) return path
  const app = tenant.applications.get(appId.toLowerCase())
  return [name, (name === 'applications' ? app?.id : app?.servicePrincipalId) ?? appId, ...path.slice(1)]
}

interface Write {
  readonly services: Services
  readonly request: DirectoryRequest
  readonly id: string
  readonly item: string
}

interface Writer {
  readonly permissions: readonly string[]
  readonly run: (write: Write) => Written
}

const onApplications = ['Application.ReadWrite.All', 'Directory.ReadWrite.All']
const onAssignments = ['AppRoleAssignment.ReadWrite.All', 'Directory.ReadWrite.All']
const onMembers = ['GroupMember.ReadWrite.All', 'Group.ReadWrite.All', 'Directory.ReadWrite.All']

const writes: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ['POST applications', { permissions: onApplications, run: createApplication }],
  ['PATCH applications/{}', { permissions: onApplications, run: patchApplication }],
  ['DELETE applications/{}', { permissions: onApplications, run: deleteApplication }],
  ['POST applications/{}/addPassword', { permissions: onApplications, run: addPassword }],
  ['POST applications/{}/removePassword', { permissions: onApplications, run: removePassword }],
  ['POST servicePrincipals', { permissions: onApplications, run: createServicePrincipal }],
  ['PATCH servicePrincipals/{}', { permissions: onApplications, run: patchServicePrincipal }],
  ['POST servicePrincipals/{}/appRoleAssignedTo', { permissions: onAssignments, run: assign }],
  ['POST servicePrincipals/{}/appRoleAssignments', { permissions: onAssignments, run: assign }],
  ['POST users/{}/appRoleAssignments', { permissions: onAssignments, run: assign }],
  ['POST groups/{}/appRoleAssignments', { permissions: onAssignments, run: assign }],
  ['DELETE servicePrincipals/{}/appRoleAssignedTo/{}', { permissions: onAssignments, run: unassign }],
  ['DELETE servicePrincipals/{}/appRoleAssignments/{}', { permissions: onAssignments, run: unassign }],
  ['DELETE users/{}/appRoleAssignments/{}', { permissions: onAssignments, run: unassign }],
  ['DELETE groups/{}/appRoleAssignments/{}', { permissions: onAssignments, run: unassign }],
  ['POST groups/{}/members/$ref', { permissions: onMembers, run: addMember }],
  ['DELETE groups/{}/members/{}/$ref', { permissions: onMembers, run: removeMember }],
])

const created = (body: unknown): DirectoryResponse => json(201, body, noStore)
const nothing: DirectoryResponse = { status: 204, headers: noStore, body: '' }

function make({ services }: Write, change: Change, answer: () => DirectoryResponse): Written {
  return services.change(change)
    ? answer()
    : graphError(409, 'Directory_QuotaExceeded', 'The local directory keeps no more changes.')
}

function createApplication(write: Write): Written {
  const body = bodyOf(write.request)
  if (typeof body?.displayName !== 'string') return badRequest('displayName is missing.')
  const appId = randomUUID()
  const application = emptyApplication(write.services.tenant, appId, body.displayName)
  const patch = readPatch(body, application)
  if (isGraphError(patch)) return patch
  const taken = takenIdentifier(write.services.tenant, application, patch.identifierUris ?? [])
  return (
    taken ??
    make(write, { kind: 'add-application', application: { ...application, ...patch } }, () =>
      created(applicationEntity({ ...application, ...patch })),
    )
  )
}

function emptyApplication(tenant: Tenant, appId: string, displayName: string): DirectoryApplication {
  return {
    id: stableId(tenant.id, 'application', appId),
    servicePrincipalId: stableId(tenant.id, 'servicePrincipal', appId),
    appId,
    displayName,
    identifierUris: [],
    appRoles: [],
    api: { requestedAccessTokenVersion: 1, oauth2PermissionScopes: [], preAuthorizedApplications: [] },
    redirectUris: { web: [], spa: [], publicClient: [] },
    isFallbackPublicClient: false,
    passwordCredentials: [],
    keyCredentials: [],
    federatedIdentityCredentials: [],
    appRoleAssignmentRequired: false,
  }
}

/** Two applications by one name would make a token's audience a matter of luck. */
function takenIdentifier(tenant: Tenant, own: DirectoryApplication, uris: readonly string[]): GraphError | undefined {
  const taken = uris.find(uri => (tenant.resources.get(uri)?.appId ?? own.appId) !== own.appId)
  if (taken === undefined) return undefined
  return graphError(
    400,
    'Request_BadRequest',
    `Another object with the same value for property identifierUris already exists: ${taken}`,
  )
}

function applicationOf({ services, id }: Write): DirectoryApplication | GraphError {
  return services.tenant.document.applications.find(app => app.id === id) ?? notFound(id)
}

function patchApplication(write: Write): Written {
  const app = applicationOf(write)
  if (isGraphError(app)) return app
  const patch = readPatch(bodyOf(write.request) ?? {}, app)
  if (isGraphError(patch)) return patch
  const taken = takenIdentifier(write.services.tenant, app, patch.identifierUris ?? [])
  return taken ?? make(write, { kind: 'patch-application', appId: app.appId, patch }, () => nothing)
}

function deleteApplication(write: Write): Written {
  const app = applicationOf(write)
  return isGraphError(app) ? app : make(write, { kind: 'remove-application', appId: app.appId }, () => nothing)
}

const twoYears = 2 * 365 * 86_400_000

/** The secret is in this answer and in no other. */
function addPassword(write: Write): Written {
  const app = applicationOf(write)
  if (isGraphError(app)) return app
  const asked = bodyOf(write.request)?.passwordCredential as { displayName?: unknown; endDateTime?: unknown } | undefined
  const until =
    typeof asked?.endDateTime === 'string' ? asked.endDateTime : new Date(write.services.now() + twoYears).toISOString()
  if (Number.isNaN(Date.parse(until))) return badRequest("Invalid value specified for property 'endDateTime'.")
  const secretText = randomBytes(30).toString('base64url')
  const passwordCredentials = [...app.passwordCredentials, { secretText, endDateTime: until }]
  const displayName = typeof asked?.displayName === 'string' ? asked.displayName.slice(0, 120) : null
  const keyId = stableId(app.appId, 'password', String(app.passwordCredentials.length))
  const answer = { keyId, displayName, hint: secretText.slice(0, 3), secretText, endDateTime: until }
  return make(write, { kind: 'patch-application', appId: app.appId, patch: { passwordCredentials } }, () =>
    json(200, answer, noStore),
  )
}

function removePassword(write: Write): Written {
  const app = applicationOf(write)
  if (isGraphError(app)) return app
  const keyId = bodyOf(write.request)?.keyId
  const index = app.passwordCredentials.findIndex((_, at) => stableId(app.appId, 'password', String(at)) === keyId)
  if (index < 0) return badRequest('No password credential found with keyId.')
  const passwordCredentials = app.passwordCredentials.filter((_, at) => at !== index)
  return make(write, { kind: 'patch-application', appId: app.appId, patch: { passwordCredentials } }, () => nothing)
}

/** Every application here has its service principal from the start. */
function createServicePrincipal({ services, request }: Write): Written {
  const appId = bodyOf(request)?.appId
  const app = typeof appId === 'string' ? services.tenant.applications.get(appId.toLowerCase()) : undefined
  return app === undefined ? badRequest('appId names no application.') : created(servicePrincipalEntity(app))
}

function patchServicePrincipal(write: Write): Written {
  const app = write.services.tenant.document.applications.find(one => one.servicePrincipalId === write.id)
  if (app === undefined) return notFound(write.id)
  const body = bodyOf(write.request) ?? {}
  const required = body.appRoleAssignmentRequired
  if (typeof required !== 'boolean' || Object.keys(body).length !== 1)
    return badRequest('Only appRoleAssignmentRequired can be written here.')
  return make(
    write,
    { kind: 'patch-application', appId: app.appId, patch: { appRoleAssignmentRequired: required } },
    () => nothing,
  )
}

function assign(write: Write): Written {
  const { tenant } = write.services
  const body = bodyOf(write.request) ?? {}
  const resource = [...tenant.applications.values()].find(app => app.servicePrincipalId === body.resourceId)
  const principalType = typeof body.principalId === 'string' ? principalTypeOf(tenant, body.principalId) : undefined
  if (resource === undefined || principalType === undefined)
    return badRequest('principalId and resourceId must name what is in this directory.')
  const appRoleId = String(body.appRoleId ?? noRole)
  const role = resource.appRoles.find(one => one.id === appRoleId)
  const needed = principalType === 'ServicePrincipal' ? 'Application' : 'User'
  if (appRoleId !== noRole && !role?.allowedMemberTypes.includes(needed))
    return badRequest('Permission being assigned was not found on application')
  const assignment: AppRoleAssignment = {
    principalId: String(body.principalId),
    principalType,
    resourceAppId: resource.appId,
    appRoleId,
  }
  if (tenant.document.appRoleAssignments.some(one => isSame(one, assignment)))
    return badRequest('Permission being assigned already exists on the object')
  return make(write, { kind: 'assign', assignment }, () => created(assignmentEntity(tenant, assignment)))
}

const noRole = '00000000-0000-0000-0000-000000000000'

function principalTypeOf({ users, groups, applications }: Tenant, id: string): AppRoleAssignment['principalType'] | undefined {
  if (users.has(id)) return 'User'
  if (groups.has(id)) return 'Group'
  return [...applications.values()].some(app => app.servicePrincipalId === id) ? 'ServicePrincipal' : undefined
}

function unassign(write: Write): Written {
  const assignment = write.services.tenant.document.appRoleAssignments.find(one => assignmentId(one) === write.item)
  return assignment === undefined ? notFound(write.item) : make(write, { kind: 'unassign', assignment }, () => nothing)
}

function groupOf({ services, id }: Write): DirectoryGroup | GraphError {
  return services.tenant.groups.get(id) ?? notFound(id)
}

function addMember(write: Write): Written {
  const group = groupOf(write)
  if (isGraphError(group)) return group
  const memberId =
    String(bodyOf(write.request)?.['@odata.id'] ?? '')
      .split('/')
      .at(-1) ?? ''
  if (principalTypeOf(write.services.tenant, memberId) === undefined) return notFound(memberId)
  if (memberId === group.id) return badRequest('A group cannot be a member of itself.')
  if (group.members.includes(memberId))
    return badRequest("One or more added object references already exist for the following modified properties: 'members'.")
  return make(write, { kind: 'add-member', groupId: group.id, memberId }, () => nothing)
}

function removeMember(write: Write): Written {
  const group = groupOf(write)
  if (isGraphError(group)) return group
  if (!group.members.includes(write.item)) return notFound(write.item)
  return make(write, { kind: 'remove-member', groupId: group.id, memberId: write.item }, () => nothing)
}
