import type { DirectoryUser } from '../../catalog/directory.ts'
import { type EntraRefusal, entraRefusal, isRefusal } from '../entra-errors.ts'
import type { DirectoryResponse } from '../http/exchange.ts'
import { newIds } from '../http/ids.ts'
import { errorPage } from '../pages/error-page.ts'
import { notePage } from '../pages/sign-in-pages.ts'
import { refuseUnmet, unmetBy, type Wish } from '../refuse-access.ts'
import { refuseUser } from '../refuse-principal.ts'
import type { Services } from '../services.ts'
import type { SignIn } from '../sign-in.ts'
import { readScopesOfEach } from '../tokens/scopes.ts'
import { answerAdminConsent, answerWithCode, answerWithError } from './answer-client.ts'
import { askConsent, type ConsentSaid } from './ask-consent.ts'
import { askPassword } from './ask-password.ts'
import type { Interaction } from './interaction.ts'
import { askMore } from './second-factor.ts'
import { noteClient } from './sessions.ts'
import { subjectOf } from './subject.ts'

/** Goes on with somebody who signed in: asks for what conditional access demands and for consent where it is due, refuses, or answers the client. */
export async function advance(
  services: Services,
  interaction: Interaction,
  signIn: SignIn,
  said?: ConsentSaid,
): Promise<DirectoryResponse> {
  const { tenant } = services
  const subject = subjectOf(services, interaction)
  const user = tenant.users.get(signIn.userId)
  if (subject === undefined) return fail(services, entraRefusal(70020))
  if (user === undefined) return fail(services, entraRefusal(50034, signIn.userId, tenant.domain), interaction)
  const wanted = readScopesOfEach(tenant, subject.client, subject.scopes)
  if (isRefusal(wanted)) return fail(services, wanted)
  const [scopes] = wanted
  if (scopes === undefined) return fail(services, entraRefusal(900144, 'scope'))
  // an API's demand for an assignment, and the client's own, are refused on the page: the person may be the wrong one
  const refused = refuseUser(tenant, user, scopes.resource) ?? refuseUser(tenant, user, subject.client)
  if (refused !== undefined) return fail(services, refused, interaction)
  const { client, claims } = subject
  return (
    demanded(services, interaction, { user, client, scopes, claims, signIn, now: services.now() }) ??
    askConsent(services, interaction, user, subject, wanted, said) ??
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
