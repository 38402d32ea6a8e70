import { transitiveGroups } from '../tenant.ts'
import type { Found } from './found.ts'
import { badRequest, type GraphError, graphError } from './graph-error.ts'
import { bodyOf, type Reading } from './reading.ts'
import { findRelation } from './relations.ts'

/** Actions that tell which groups (and roles) a user, a group or a service principal is in, nested ones too. */
const actions = new Set(['getMemberGroups', 'getMemberObjects', 'checkMemberGroups', 'checkMemberObjects'])

export const isMembershipAction = (name: string) => actions.has(name)

const maxChecked = 20

export function answerMembership(name: string, reading: Reading, id: string): Found | GraphError {
  const { request } = reading
  if (request.method !== 'POST')
    return graphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.')
  const body = bodyOf(request) ?? {}
  switch (name) {
    case 'getMemberGroups':
    case 'getMemberObjects':
      if (typeof body.securityEnabledOnly !== 'boolean')
        return badRequest("Parameter 'securityEnabledOnly' is missing or invalid.")
      return { kind: 'values', values: memberIds(reading, id, body.securityEnabledOnly, name === 'getMemberObjects') }
    case 'checkMemberGroups':
      return check(body.groupIds, 'groupIds', memberIds(reading, id, false, false))
    default:
      return check(body.ids, 'ids', memberIds(reading, id, false, true))
  }
}

/** `securityEnabledOnly` leaves roles out too, as Graph does. */
function memberIds(reading: Reading, id: string, securityEnabledOnly: boolean, withRoles: boolean): readonly string[] {
  const groups = transitiveGroups(reading.tenant, id).filter(group => !securityEnabledOnly || group.securityEnabled !== false)
  const ids = groups.map(group => group.id)
  if (!withRoles || securityEnabledOnly) return ids
  const all = findRelation('user', 'transitiveMemberOf')?.read(reading, id) ?? []
  return [...ids, ...all.filter(one => one['@odata.type'] === '#microsoft.graph.directoryRole').map(one => String(one.id))]
}

function check(asked: unknown, name: string, own: readonly string[]): Found | GraphError {
  if (!Array.isArray(asked) || asked.length === 0 || asked.length > maxChecked)
    return badRequest(`Parameter '${name}' takes a list of 1 to ${maxChecked} ids.`)
  return { kind: 'values', values: asked.filter(one => typeof one === 'string' && own.includes(one)) }
}
