import { randomUUID } from 'node:crypto'
import { bareApplication } from '../../catalog/bare-application.ts'
import type { DirectoryApplication } from '../../catalog/directory.ts'
import { stableId } from '../stable-id.ts'
import type { Tenant } from '../tenant.ts'
import { BodyValues, nulled, reading, when } from './body-values.ts'
import { applicationEntity, federatedEntity, servicePrincipalEntity } from './entities.ts'
import { badRequest, type GraphError, graphError, isGraphError, notFound } from './graph-error.ts'
import { writing } from './permissions.ts'
import { readPatch } from './read-patch.ts'
import { created, make, nothing, type Write, type Writer, type Written } from './writer.ts'

export const applicationWriters: Readonly<Record<string, Writer>> = {
  'POST applications': { needs: writing.applications, run: createApplication },
  'PATCH applications/{}': { needs: writing.applications, run: patchApplication },
  'DELETE applications/{}': { needs: writing.applications, run: deleteApplication },
  'POST applications/{}/federatedIdentityCredentials': { needs: writing.applications, run: addFederation },
  'DELETE applications/{}/federatedIdentityCredentials/{}': { needs: writing.applications, run: removeFederation },
  'POST servicePrincipals': { needs: writing.applications, run: createServicePrincipal },
  'PATCH servicePrincipals/{}': { needs: writing.applications, run: patchServicePrincipal },
}

export function applicationOf({ services, id }: Write): DirectoryApplication | GraphError {
  return services.tenant.document.applications.find(app => app.id === id.toLowerCase()) ?? notFound(id)
}

function createApplication(write: Write): Written {
  const { body, services } = write
  if (typeof body.displayName !== 'string') return badRequest('displayName is missing.')
  const application = emptyApplication(services.tenant, randomUUID(), body.displayName)
  const patch = readPatch(body, application)
  if (isGraphError(patch)) return patch
  const taken = takenIdentifier(services.tenant, application, patch.identifierUris ?? [])
  const whole = { ...application, ...patch }
  return taken ?? make(write, [{ kind: 'add-application', application: whole }], () => created(write, applicationEntity(whole)))
}

function emptyApplication(tenant: Tenant, appId: string, displayName: string): DirectoryApplication {
  return {
    ...bareApplication,
    id: stableId(tenant.id, 'application', appId),
    servicePrincipalId: stableId(tenant.id, 'servicePrincipal', appId),
    appId,
    displayName,
    api: { requestedAccessTokenVersion: 1, oauth2PermissionScopes: [], preAuthorizedApplications: [] },
  }
}

function takenIdentifier(tenant: Tenant, own: DirectoryApplication, uris: readonly string[]): GraphError | undefined {
  const taken = uris.find(uri => {
    const holder = tenant.resources.get(uri)
    return holder !== undefined && holder.appId !== own.appId
  })
  if (taken === undefined) return undefined
  return badRequest(`Another object with the same value for property identifierUris already exists: ${taken}`)
}

function patchApplication(write: Write): Written {
  const app = applicationOf(write)
  if (isGraphError(app)) return app
  const patch = readPatch(write.body, app)
  if (isGraphError(patch)) return patch
  const taken = takenIdentifier(write.services.tenant, app, patch.identifierUris ?? [])
  const clear = nulled(write.body, ['optionalClaims'])
  return taken ?? make(write, [{ kind: 'patch-application', appId: app.appId, patch, clear }], () => nothing)
}

function deleteApplication(write: Write): Written {
  const app = applicationOf(write)
  return isGraphError(app) ? app : make(write, [{ kind: 'remove-application', appId: app.appId }], () => nothing)
}

const federated = new BodyValues('FederatedIdentityCredential')
/** As many as Graph lets an application have. */
const maxFederated = 20

function addFederation(write: Write): Written {
  const app = applicationOf(write)
  if (isGraphError(app)) return app
  const { body } = write
  const credential = reading(() => ({
    name: federated.text(body.name, 'name'),
    issuer: federated.text(body.issuer, 'issuer'),
    subject: federated.text(body.subject, 'subject'),
    audiences: when(body.audiences, value => federated.texts(value, 'audiences')) ?? ['api://AzureADTokenExchange'],
  }))
  if (isGraphError(credential)) return credential
  const all = app.federatedIdentityCredentials
  if (all.some(one => one.name === credential.name))
    return graphError(
      409,
      'Request_MultipleObjectsWithSameKeyValue',
      'FederatedIdentityCredential with that name already exists.',
    )
  if (all.length >= maxFederated) return badRequest(`An application has at most ${maxFederated} federated identity credentials.`)
  const patch = { federatedIdentityCredentials: [...all, credential] }
  return make(write, [{ kind: 'patch-application', appId: app.appId, patch }], () =>
    created(write, federatedEntity(app, credential)),
  )
}

function removeFederation(write: Write): Written {
  const app = applicationOf(write)
  if (isGraphError(app)) return app
  const isMeant = (one: DirectoryApplication['federatedIdentityCredentials'][number]) =>
    one.name === write.item || federatedEntity(app, one).id === write.item
  const all = app.federatedIdentityCredentials
  if (!all.some(isMeant)) return notFound(write.item)
  const patch = { federatedIdentityCredentials: all.filter(one => !isMeant(one)) }
  return make(write, [{ kind: 'patch-application', appId: app.appId, patch }], () => nothing)
}

/** Every application here has its service principal from the start. */
function createServicePrincipal(write: Write): Written {
  const { appId } = write.body
  const app = typeof appId === 'string' ? write.services.tenant.applications.get(appId.toLowerCase()) : undefined
  return app === undefined ? badRequest('appId names no application.') : created(write, servicePrincipalEntity(app))
}

function patchServicePrincipal(write: Write): Written {
  const app = write.services.tenant.document.applications.find(one => one.servicePrincipalId === write.id.toLowerCase())
  if (app === undefined) return notFound(write.id)
  const required = write.body.appRoleAssignmentRequired
  if (typeof required !== 'boolean' || Object.keys(write.body).length !== 1)
    return badRequest('Only appRoleAssignmentRequired can be written here.')
  const patch = { appRoleAssignmentRequired: required }
  return make(write, [{ kind: 'patch-application', appId: app.appId, patch }], () => nothing)
}
