import type { DirectoryUser } from '../../catalog/directory.ts'
import { isAdministrator, needsAdministrator } from '../administrators.ts'
import { agreedScopes } from '../consents.ts'
import { type EntraRefusal, entraRefusal, isRefusal } from '../entra-errors.ts'
import type { DirectoryResponse } from '../http/exchange.ts'
import { newIds } from '../http/ids.ts'
import { consentPage } from '../pages/consent-page.ts'
import { errorPage } from '../pages/error-page.ts'
import { notePage } from '../pages/sign-in-pages.ts'
import { refuseUnmet, unmetBy, type Wish } from '../refuse-access.ts'
import { refuseUser } from '../refuse-principal.ts'
import type { Services } from '../services.ts'
import type { SignIn } from '../sign-in.ts'
import { grantedNames, isOpenidScope, type RequestedScopes, readScopes } from '../tokens/scopes.ts'
import { answerAdminConsent, answerWithCode, answerWithError } from './answer-client.ts'
import { askPassword } from './ask-password.ts'
import type { Interaction } from './interaction.ts'
import { askMore } from './second-factor.ts'
import { noteClient } from './sessions.ts'
import { type Subject, subjectOf } from './subject.ts'

/** What the person said about consent. */
export type ConsentSaid = 'not-asked' | 'accepted' | 'accepted-for-all'

/** Goes on with somebody who signed in: asks for what conditional access demands and for consent where it is due, refuses, or answers the client. */
export async function advance(
  services: Services,
  interaction: Interaction,
  signIn: SignIn,
  said: ConsentSaid,
): Promise<DirectoryResponse> {
  const { tenant } = services
  const subject = subjectOf(services, interaction)
  const user = tenant.users.get(signIn.userId)
  if (subject === undefined) return fail(services, entraRefusal(70020))
  if (user === undefined) return fail(services, entraRefusal(50034, signIn.userId, tenant.domain), interaction)
  const scopes = readScopes(tenant, subject.client, subject.scope)
  if (isRefusal(scopes)) return fail(services, scopes)
  // an API's demand for an assignment, and the client's own, are refused on the page: the person may be the wrong one
  const refused = refuseUser(tenant, user, scopes.resource) ?? refuseUser(tenant, user, subject.client)
  if (refused !== undefined) return fail(services, refused, interaction)
  const { client, claims } = subject
  return (
    demanded(services, interaction, { user, client, scopes, claims, signIn, now: services.now() }) ??
    askedToConsent(services, interaction, user, subject, scopes, said) ??
    finish(services, interaction, user, signIn)
  )
}

/** The page of what conditional access still wants, or its refusal. */
function demanded(services: Services, interaction: Interaction, wish: Wish): DirectoryResponse | undefined {
  const unmet = unmetBy(services.tenant, wish)
  if (unmet === undefined) return undefined
  switch (unmet.lack) {
    case 'freshness':
      return askPassword(services, interaction, wish.user.userPrincipalName, undefined)
    case 'secondFactor':
    case 'otherChallenge':
      return askMore(interaction, wish, unmet.lack, undefined)
    default:
      return fail(services, refuseUnmet(unmet, wish), interaction)
  }
}

/** The page that asks for consent, or says that only an administrator can give it. After agreeing, nothing: it is written down. */
function askedToConsent(
  { tenant, stores, now }: Services,
  interaction: Interaction,
  user: DirectoryUser,
  { client, asksConsent, wantsAdmin }: Subject,
  scopes: RequestedScopes,
  said: ConsentSaid,
): DirectoryResponse | undefined {
  const agreed = agreedScopes(stores.consents, user.id, client, scopes)
  const shown = asksConsent || wantsAdmin ? grantedNames(agreed.scopes).filter(name => !isOpenidScope(name)) : agreed.lacking
  if (shown.length === 0 && !asksConsent && !wantsAdmin) return undefined
  const isAdmin = isAdministrator(tenant, user.id)
  const mayAgree = isAdmin || (!wantsAdmin && shown.every(name => !needsAdministrator(scopes.resource, name)))
  if (!mayAgree) return errorPage(entraRefusal(90094, client.displayName), newIds({ now }), interaction)
  if (said === 'not-asked') {
    const form = { id: interaction.id, csrf: interaction.csrf }
    const application = client.displayName
    // where nobody is named an administrator, everybody counts as one, and is not asked to speak for others unasked
    const canAgreeForAll = isAdmin && (wantsAdmin || tenant.document.directoryRoles !== undefined)
    return consentPage({ form, application, user, resource: scopes.resource, scopes: shown, canAgreeForAll, wantsAdmin })
  }
  const forAll = isAdmin && said === 'accepted-for-all'
  stores.consents.give(forAll ? undefined : user.id, client, scopes.resource, shown)
  return undefined
}

async function finish(
  services: Services,
  interaction: Interaction,
  user: DirectoryUser,
  signIn: SignIn,
): Promise<DirectoryResponse> {
  const { stores, tenant, now } = services
  stores.interactions.delete(interaction.id)
  const { goal } = interaction
  if (goal.kind === 'adminConsent') return answerAdminConsent(goal.request, tenant.id)
  if (goal.kind === 'authorize') {
    noteClient(services, interaction.session, goal.request.clientId)
    return answerWithCode(services, goal.request, { user, signIn })
  }
  const device = stores.devices.get(goal.deviceId, now())
  if (device === undefined || device.state !== 'pending') return fail(services, entraRefusal(70020))
  stores.devices.set(goal.deviceId, { ...device, state: signIn }, device.until)
  return notePage('You are signed in', 'You may close this window and go back to your device or app.')
}

/** The person would not go on. */
export function cancel(services: Services, interaction: Interaction): DirectoryResponse {
  const { stores, now } = services
  stores.interactions.delete(interaction.id)
  const { goal } = interaction
  if (goal.kind !== 'device') return answerWithError(goal.request, entraRefusal(65004), newIds(services))
  const device = stores.devices.get(goal.deviceId, now())
  if (device?.state === 'pending') stores.devices.set(goal.deviceId, { ...device, state: 'declined' }, device.until)
  return notePage('Cancelled', 'The device or app was told that you declined. You may close this window.')
}

function fail(services: Services, refusal: EntraRefusal, interaction?: Interaction): DirectoryResponse {
  return errorPage(refusal, newIds(services), interaction)
}
