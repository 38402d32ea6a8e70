import { entraRefusal, isRefusal } from '../entra-errors.ts'
import { type DirectoryRequest, type DirectoryResponse, readForm } from '../http/exchange.ts'
import { newIds } from '../http/ids.ts'
import { sameText } from '../oidc/same-text.ts'
import { errorPage } from '../pages/error-page.ts'
import type { Services } from '../services.ts'
import type { SignIn } from '../sign-in.ts'
import { advance, cancel } from './advance.ts'
import { askPassword } from './ask-password.ts'
import { checkPassword } from './check-password.ts'
import { isSameOrigin, readCookie, setCookie } from './cookies.ts'
import type { Interaction } from './interaction.ts'
import { askMore, showChallenge, showFactor } from './second-factor.ts'
import { addToSession, sessionCookie, signedIn, strengthen } from './sessions.ts'
import { subjectOf } from './subject.ts'

type Form = ReadonlyMap<string, string>

interface Step {
  readonly services: Services
  readonly request: DirectoryRequest
  readonly interaction: Interaction
  readonly form: Form
}

const steps: ReadonlyMap<string, (step: Step) => Promise<DirectoryResponse>> = new Map([
  ['sign-in', signIn],
  ['account', pickAccount],
  ['factor', giveFactor],
  ['challenge', giveChallenge],
  ['consent', consent],
])

/** `POST /interaction/{id}/{step}`: a form of one of the pages. Taken only from the browser and the page that it was made for. */
export async function takeStep(
  services: Services,
  request: DirectoryRequest,
  id: string,
  name: string,
): Promise<DirectoryResponse> {
  const form = readForm(request.body)
  const interaction = services.stores.interactions.get(id, services.now())
  if (interaction === undefined || form === undefined || !isOwnForm(request, interaction, form))
    return errorPage(
      { ...entraRefusal(90023, 'the sign-in has ended, or the form is not of this browser'), mend: 'Begin the sign-in anew.' },
      newIds(services),
    )
  interaction.session = sessionCookie(request) // another tab may have signed in meanwhile
  if (form.get('answer') === 'cancel') return cancel(services, interaction)
  const step = steps.get(name)
  if (step === undefined) return errorPage(entraRefusal(90023, 'there is no such step'), newIds(services))
  return step({ services, request, interaction, form })
}

/** Cookie, hidden field and, where the browser tells it, origin: all three (CSRF, and signing somebody else in). */
function isOwnForm(request: DirectoryRequest, interaction: Interaction, form: Form): boolean {
  return (
    isSameOrigin(request) &&
    sameText(readCookie(request, 'browser') ?? '', interaction.browser) &&
    sameText(form.get('csrf') ?? '', interaction.csrf)
  )
}

async function signIn({ services, request, interaction, form }: Step): Promise<DirectoryResponse> {
  const username = form.get('username') ?? ''
  const user = checkPassword(services, username, form.get('password') ?? '')
  if (isRefusal(user)) return askPassword(services, interaction, username, user)
  const added = addToSession(services, interaction.session, user, request.ipAddress)
  interaction.session = added.name
  return goOn(services, interaction, added.signIn)
}

/** On with a sign-in whose session has a new name. */
async function goOn(services: Services, interaction: Interaction, signIn: SignIn): Promise<DirectoryResponse> {
  interaction.signIn = signIn
  const response = await advance(services, interaction, signIn)
  const cookies = interaction.session === undefined ? [] : [setCookie('session', interaction.session)]
  return { ...response, headers: [...response.headers, ...cookies] }
}

async function pickAccount({ services, interaction, form }: Step): Promise<DirectoryResponse> {
  const { goal } = interaction
  // prompt=login wants the password, whatever the form says
  const mustSignIn = goal.kind === 'authorize' && goal.request.prompt === 'login'
  const picked = signedIn(services, interaction.session).find(({ user }) => user.id === form.get('account'))
  if (picked === undefined || mustSignIn) return askPassword(services, interaction, '', undefined)
  interaction.signIn = picked.signIn
  return advance(services, interaction, picked.signIn)
}

async function giveFactor({ services, interaction, form }: Step): Promise<DirectoryResponse> {
  const { signIn } = interaction
  const user = signIn === undefined ? undefined : services.tenant.users.get(signIn.userId)
  const client = subjectOf(services, interaction)?.client
  if (signIn === undefined || user === undefined || client === undefined) return askPassword(services, interaction, '', undefined)
  const shown = showFactor(services, user, signIn, form.get('otc') ?? '')
  if (isRefusal(shown)) return askMore(interaction, { user, client }, 'secondFactor', shown)
  interaction.session = strengthen(services, interaction.session, shown)
  return goOn(services, interaction, shown)
}

async function giveChallenge({ services, interaction }: Step): Promise<DirectoryResponse> {
  if (interaction.signIn === undefined) return askPassword(services, interaction, '', undefined)
  const shown = showChallenge(interaction.signIn)
  interaction.session = strengthen(services, interaction.session, shown)
  return goOn(services, interaction, shown)
}

async function consent({ services, interaction, form }: Step): Promise<DirectoryResponse> {
  if (interaction.signIn === undefined) return askPassword(services, interaction, '', undefined)
  const resourceId = form.get('answer') === 'accept' ? form.get('resource') : undefined
  const said = resourceId === undefined ? undefined : { resourceId, forAll: form.get('forAll') === 'yes' }
  return advance(services, interaction, interaction.signIn, said)
}
