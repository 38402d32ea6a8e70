import { type EntraRefusal, entraRefusal, isRefusal } from '../entra-errors.ts'
import { type DirectoryRequest, type DirectoryResponse, readForm } from '../http/exchange.ts'
import { newIds } from '../http/ids.ts'
import { errorPage } from '../pages/error-page.ts'
import type { Services } from '../services.ts'
import { findApplication } from '../tenant.ts'
import { readScopes } from '../tokens/scopes.ts'
import { answerWithError } from './answer-client.ts'
import { openInteraction } from './begin.ts'
import type { AdminConsentRequest } from './interaction.ts'
import { redirectTarget } from './redirect-uri.ts'

/** `GET {t}/v2.0/adminconsent` and `{t}/adminconsent`: an administrator agrees to a client's scopes for everybody ("Request the permissions from a directory admin"). */
export async function adminConsent(services: Services, request: DirectoryRequest): Promise<DirectoryResponse> {
  const read = readRequest(services, request)
  if (isRefusal(read)) return errorPage(read, newIds(services, request))
  const client = findApplication(services.tenant, read.clientId)
  const scopes = client === undefined ? undefined : readScopes(services.tenant, client, read.scope)
  if (isRefusal(scopes)) return answerWithError(read, scopes, newIds(services, request))
  return openInteraction(services, request, { kind: 'adminConsent', request: read })
}

function readRequest({ tenant }: Services, { query }: DirectoryRequest): AdminConsentRequest | EntraRefusal {
  const parameters = readForm(query.toString())
  if (parameters === undefined) return entraRefusal(9002313)
  const clientId = parameters.get('client_id')
  if (clientId === undefined) return entraRefusal(900144, 'client_id')
  const client = findApplication(tenant, clientId)
  if (client === undefined) return entraRefusal(700016, clientId, tenant.document.tenant.displayName)
  const asked = parameters.get('redirect_uri')
  const target = redirectTarget(client, asked)
  if (target === undefined) return entraRefusal(50011, asked ?? '', client.appId)
  const state = parameters.get('state')
  return {
    clientId: client.appId,
    redirectUri: target.uri,
    responseMode: 'query',
    scope: parameters.get('scope') ?? `https://${tenant.cloud.graph}/.default`,
    ...(state === undefined ? {} : { state }),
  }
}
