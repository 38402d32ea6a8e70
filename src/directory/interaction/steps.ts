import { entraRefusal } from '../entra-errors.ts'
import { type DirectoryRequest, type DirectoryResponse, readForm } from '../http/exchange.ts'
import { newIds } from '../http/ids.ts'
import { sameText } from '../oidc/same-text.ts'
import { errorPage } from '../pages/error-page.ts'
import type { Services } from '../services.ts'
import { advance, cancel } from './advance.ts'
import { askPassword } from './begin.ts'
import { checkPassword } from './check-password.ts'
import { readCookie } from './cookies.ts'
import type { Interaction } from './interaction.ts'
import { addToSession, signedIn } from './sessions.ts'

type Form = ReadonlyMap<string, string>

/** `POST /interaction/{id}/{step}`: a form of one of the pages. Taken only from the browser and the page that it was made for. */
export async function takeStep(
  services: Services,
  request: DirectoryRequest,
  id: string,
  step: string,
): Promise<DirectoryResponse> {
  const form = readForm(request.body)
  const interaction = services.stores.interactions.get(id, services.now())
  if (interaction === undefined || form === undefined || !isOwnForm(request, interaction, form))
    return errorPage(
      { ...entraRefusal(90023, 'the sign-in has ended, or the form is not of this browser'), mend: 'Begin the sign-in anew.' },
      newIds(services),
    )
  if (form.get('answer') === 'cancel') return cancel(services, interaction)
  switch (step) {
    case 'sign-in':
      return signIn(services, request, interaction, form)
    case 'account':
      return pickAccount(services, request, interaction, form)
    case 'consent':
      return consent(services, interaction, form)
    default:
      return errorPage(entraRefusal(90023, 'there is no such step'), newIds(services))
  }
}

/** Cookie, hidden field and, where the browser tells it, origin: all three (CSRF, and signing somebody else in). */
function isOwnForm(request: DirectoryRequest, interaction: Interaction, form: Form): boolean {
  const origin = request.headers.get('origin')
  const isSameOrigin = origin === undefined || origin === 'null' || origin === request.origin
  return (
    isSameOrigin &&
    sameText(readCookie(request, 'browser') ?? '', interaction.browser) &&
    sameText(form.get('csrf') ?? '', interaction.csrf)
  )
}

async function signIn(
  services: Services,
  request: DirectoryRequest,
  interaction: Interaction,
  form: Form,
): Promise<DirectoryResponse> {
  const username = form.get('username') ?? ''
  const user = checkPassword(services, username, form.get('password') ?? '')
  if ('kind' in user) return askPassword(services, interaction, username, user)
  interaction.userId = user.id
  const cookie = addToSession(services, request, user.id)
  const response = await advance(services, interaction, user, false)
  return { ...response, headers: [...response.headers, cookie] }
}

async function pickAccount(
  services: Services,
  request: DirectoryRequest,
  interaction: Interaction,
  form: Form,
): Promise<DirectoryResponse> {
  const { goal } = interaction
  // prompt=login wants the password, whatever the form says
  const mustSignIn = goal.kind === 'authorize' && goal.request.prompt === 'login'
  const user = signedIn(services, request).find(one => one.id === form.get('account'))
  if (user === undefined || mustSignIn) return askPassword(services, interaction, '', undefined)
  interaction.userId = user.id
  return advance(services, interaction, user, false)
}

async function consent(services: Services, interaction: Interaction, form: Form): Promise<DirectoryResponse> {
  const user = interaction.userId === undefined ? undefined : services.tenant.users.get(interaction.userId)
  if (user === undefined) return askPassword(services, interaction, '', undefined)
  return advance(services, interaction, user, form.get('answer') === 'accept')
}
