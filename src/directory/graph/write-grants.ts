import type { Consent } from '../consents.ts'
import type { Services } from '../services.ts'
import { findPrincipal, grantEntity, grantId } from './entities.ts'
import { badRequest, type GraphError, graphError, isGraphError, notFound } from './graph-error.ts'
import { writing } from './permissions.ts'
import { created, nothing, type Write, type Writer, type Written } from './writer.ts'

const needs = writing.grants

export const grantWriters: Readonly<Record<string, Writer>> = {
  'POST oauth2PermissionGrants': { needs, run: createGrant },
  'PATCH oauth2PermissionGrants/{}': { needs, run: patchGrant },
  'DELETE oauth2PermissionGrants/{}': { needs, run: deleteGrant },
}

const maxScope = 3850
const maxNames = 200

function createGrant(write: Write): Written {
  const { body, services } = write
  const { tenant } = services
  const [client, resource] = [body.clientId, body.resourceId].map(id => findPrincipal(tenant, String(id)))
  if (client === undefined || resource === undefined) return badRequest('clientId and resourceId must name service principals.')
  const isForAll = body.consentType === 'AllPrincipals'
  const userId = isForAll ? undefined : String(body.principalId ?? '')
  if (!isForAll && (body.consentType !== 'Principal' || userId === undefined || !tenant.users.has(userId)))
    return badRequest('consentType is AllPrincipals, or Principal with the principalId of a user.')
  const names = namesOf(body.scope)
  if (isGraphError(names)) return names
  const consent = { clientId: client.appId, resourceId: resource.appId, names, ...(userId === undefined ? {} : { userId }) }
  if (grantOf(services, grantId(consent)) !== undefined)
    return graphError(409, 'Request_MultipleObjectsWithSameKeyValue', 'Permission entry already exists.')
  services.stores.consents.give(userId, client, resource, names)
  return created(write, grantEntity(tenant, consent))
}

function namesOf(scope: unknown): readonly string[] | GraphError {
  if (typeof scope !== 'string' || scope.length > maxScope) return badRequest("Invalid value specified for property 'scope'.")
  const names = [...new Set(scope.split(' ').filter(name => name !== ''))]
  return names.length > 0 && names.length <= maxNames ? names : badRequest("Invalid value specified for property 'scope'.")
}

function grantOf(services: Services, id: string): Consent | undefined {
  return [...services.stores.consents.all()].find(consent => grantId(consent) === id)
}

function patchGrant(write: Write): Written {
  const { services, body, id } = write
  const consent = grantOf(services, id)
  if (consent === undefined) return notFound(id)
  const names = namesOf(body.scope)
  if (isGraphError(names)) return names
  const { tenant, stores } = services
  const [client, resource] = [consent.clientId, consent.resourceId].map(appId => tenant.applications.get(appId.toLowerCase()))
  if (client === undefined || resource === undefined) return notFound(id)
  stores.consents.withdraw(consent)
  stores.consents.give(consent.userId, client, resource, names)
  return nothing
}

function deleteGrant({ services, id }: Write): Written {
  const consent = grantOf(services, id)
  return consent !== undefined && services.stores.consents.withdraw(consent) ? nothing : notFound(id)
}
