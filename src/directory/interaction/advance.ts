import type { DirectoryApplication, DirectoryUser } from '../../catalog/directory.ts'
import { agreedScopes } from '../consents.ts'
import { type EntraRefusal, entraRefusal, isRefusal } from '../entra-errors.ts'
import type { DirectoryResponse } from '../http/exchange.ts'
import { newIds } from '../http/ids.ts'
import { errorPage } from '../pages/error-page.ts'
import { consentPage, notePage } from '../pages/sign-in-pages.ts'
import { refuseUser } from '../refuse-principal.ts'
import type { Services } from '../services.ts'
import { findApplication } from '../tenant.ts'
import { grantedNames, isOpenidScope, type RequestedScopes, readScopes } from '../tokens/scopes.ts'
import { answerWithCode, answerWithError } from './answer-client.ts'
import type { Interaction } from './interaction.ts'

/** What an interaction is about: who asks, and for which scopes. */
export interface Subject {
  readonly client: DirectoryApplication
  readonly scope: string
  readonly asksConsent: boolean
}

/** Undefined when the device code that it is for has ended. */
export function subjectOf({ stores, tenant, now }: Services, { goal }: Interaction): Subject | undefined {
  const device = goal.kind === 'device' ? stores.devices.get(goal.deviceCode, now()) : undefined
  const asked = goal.kind === 'authorize' ? goal.request : device
  const client = asked === undefined ? undefined : findApplication(tenant, asked.clientId)
  if (asked === undefined || client === undefined) return undefined
  return { client, scope: asked.scope, asksConsent: goal.kind === 'authorize' && goal.request.prompt === 'consent' }
}

/** Goes on with somebody who signed in: asks for consent where it is due, refuses, or lets the client have its answer. */
export async function advance(
  services: Services,
  interaction: Interaction,
  user: DirectoryUser,
  consented: boolean,
): Promise<DirectoryResponse> {
  const subject = subjectOf(services, interaction)
  if (subject === undefined) return failDevice(services, entraRefusal(70020))
  const { client, scope } = subject
  const scopes = readScopes(services.tenant, client, scope)
  if (isRefusal(scopes)) return errorPage(scopes, newIds(services))
  // an API's demand for an assignment, and the client's own, are refused on the page: the person may be the wrong one
  const refused = refuseUser(services.tenant, user, scopes.resource) ?? refuseUser(services.tenant, user, client)
  if (refused !== undefined) return errorPage(refused, newIds(services))
  const lacking = lackingConsent(services, user, subject, scopes, consented)
  if (lacking.length === 0) return finish(services, interaction, user)
  const form = { id: interaction.id, csrf: interaction.csrf }
  return consentPage({ form, application: client.displayName, user, api: scopes.resource.displayName, scopes: lacking })
}

/** What the person has to agree to; after agreeing, nothing: it is written down. */
function lackingConsent(
  { stores }: Services,
  user: DirectoryUser,
  { client, asksConsent }: Subject,
  scopes: RequestedScopes,
  consented: boolean,
): readonly string[] {
  const agreed = agreedScopes(stores.consents, user.id, client, scopes)
  const shown = asksConsent ? grantedNames(agreed.scopes).filter(name => !isOpenidScope(name)) : agreed.lacking
  if (!consented) return shown
  stores.consents.give(user.id, client, scopes.resource, shown)
  return []
}

async function finish(services: Services, interaction: Interaction, user: DirectoryUser): Promise<DirectoryResponse> {
  const { stores, now } = services
  stores.interactions.delete(interaction.id)
  if (interaction.goal.kind === 'authorize') return answerWithCode(services, interaction.goal.request, user)
  const device = stores.devices.get(interaction.goal.deviceCode, now())
  if (device === undefined || device.state !== 'pending') return failDevice(services, entraRefusal(70020))
  device.state = { userId: user.id }
  return notePage('You are signed in', 'You may close this window and go back to your device or app.')
}

/** The person would not go on. */
export function cancel(services: Services, interaction: Interaction): DirectoryResponse {
  const { stores, now } = services
  stores.interactions.delete(interaction.id)
  const refusal = entraRefusal(65004)
  if (interaction.goal.kind === 'authorize') return answerWithError(interaction.goal.request, refusal, newIds(services))
  const device = stores.devices.get(interaction.goal.deviceCode, now())
  if (device?.state === 'pending') device.state = 'declined'
  return notePage('Cancelled', 'The device or app was told that you declined. You may close this window.')
}

function failDevice(services: Services, refusal: EntraRefusal): DirectoryResponse {
  return errorPage(refusal, newIds(services))
}
