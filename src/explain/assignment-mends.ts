import type { ClaimDemand } from '../access/demand.ts'
import type { DirectoryApplication } from '../catalog/directory.ts'
import { groupsHeldNow, rolesHeldNow } from './held-now.ts'
import {
  apiApplication,
  applicationName,
  declarable,
  demandOf,
  joined,
  type Mends,
  type Refused,
  receivedOf,
  wanted,
} from './refused.ts'

/** Mends of what somebody must be assigned to. */
export const assignmentMends: Mends = { 'token.role': roleMend, 'token.group': groupMend }

function roleMend(refused: Refused): string | undefined {
  const asked = wanted(refused, 'roles')
  if (asked === undefined || asked.values.length === 0) return undefined
  const { named, found } = apiApplication(refused)
  const api = named === '' ? 'the API’s application' : `the application ${named}`
  const declared = found?.appRoles.map(({ value }) => value)
  const { demand: roles, first } = declarable('app role', asked, declared, api)
  const since = rolesHeldNow(refused)
  if (since.length > 0)
    return `${capital(whoIs(refused, false))} has the app role ${since.join(' and ')} of ${api} ${sinceIssued(refused)}`
  const kind = kindOf(refused)
  const open = kind === undefined || found === undefined ? roles.values : roles.values.filter(role => mayHold(found, role, kind))
  const isHopeless = open.length === 0 || (roles.match === 'all' && open.length < roles.values.length)
  if (isHopeless && kind !== undefined) {
    const closed = roles.values.filter(role => !open.includes(role))
    return notFor(kind, joined({ ...roles, values: closed }), api)
  }
  const assigned = `An administrator of the directory assigns the app role ${joined({ ...roles, values: open })} of ${api} to ${whoIs(refused)}`
  const groups = demandOf(refused)?.unless?.find(({ claim }) => claim === 'groups')
  const instead =
    groups === undefined || kind === 'Application'
      ? ''
      : `, or an owner of the group ${joined(byName(groups, refused))} adds them to it`
  return `${first}${assigned}${instead}; then get a new token.`
}

/** Another token of the same caller would say the same. */
function notFor(kind: 'User' | 'Application', roles: string, api: string): string {
  const owner = `the owner of ${api} adds ${kind} to its allowedMemberTypes, and an administrator assigns it`
  return kind === 'User'
    ? `The app role ${roles} of ${api} is for applications only: an application that has it calls with a token of its own (client credentials); or ${owner}.`
    : `The app role ${roles} of ${api} is for users and groups only: a user who has it signs in to the client; or ${owner}.`
}

/** A role that the directory does not know is not judged. */
function mayHold({ appRoles }: DirectoryApplication, value: string, kind: 'User' | 'Application'): boolean {
  const role = appRoles.find(one => one.value === value)
  return role === undefined || role.allowedMemberTypes.includes(kind)
}

/** Undefined when the call says too little to tell a user from an application. */
function kindOf({ record: { caller } }: Refused): 'User' | 'Application' | undefined {
  if (caller?.userPrincipalName !== undefined || caller?.scopes !== undefined) return 'User'
  return caller?.clientApplication === undefined ? undefined : 'Application'
}

function groupMend(refused: Refused): string | undefined {
  const groups = wanted(refused, 'groups')
  if (groups === undefined || groups.values.length === 0) return undefined
  const since = groupsHeldNow(refused)
  if (since.length > 0)
    return `${capital(whoIs(refused, false))} is in the group ${byName({ ...groups, values: since }, refused).values.join(' and ')} ${sinceIssued(refused)}`
  const isOverage = receivedOf(refused).some(text => text.includes('too many'))
  const then = isOverage
    ? 'the token names none of more than 200 groups: have the gateway ask Microsoft Graph (a managed identity with GroupMember.Read.All), or ask for an app role in place of the group'
    : 'then get a new token'
  return `An owner of the group adds ${whoIs(refused, false)} to the group ${joined(byName(groups, refused))}; ${then}.`
}

/** Groups by what people call them, as far as the directory is at hand. */
function byName(groups: ClaimDemand, { catalog: { directory } }: Refused): ClaimDemand {
  const name = (id: string) => {
    const found = directory?.groups.find(group => group.id === id.toLowerCase())
    return found === undefined ? id : `${found.displayName} (${id})`
  }
  return { ...groups, values: groups.values.map(name) }
}

function sinceIssued({ claims }: Refused): string {
  const at = typeof claims?.iat === 'number' && claims.iat < 8.64e12 ? ` (${new Date(claims.iat * 1000).toISOString()})` : ''
  return `since the token was issued${at}: get a new token, a cached one does not do.`
}

const capital = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

function whoIs(refused: Refused, orGroup = true): string {
  const { caller } = refused.record
  const user = caller?.userPrincipalName
  if (user !== undefined) return `user ${user}${orGroup ? ', or to a group of theirs' : ''}`
  if (caller?.scopes !== undefined) return `user ${caller.objectId ?? ''}`.trim()
  return caller?.clientApplication === undefined
    ? 'the caller'
    : `application ${applicationName(caller.clientApplication, refused)}`
}
