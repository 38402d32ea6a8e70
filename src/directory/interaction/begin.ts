import type { DirectoryUser } from '../../catalog/directory.ts'
import { agreedScopes } from '../consents.ts'
import { type EntraRefusal, entraRefusal, isRefusal } from '../entra-errors.ts'
import { type DirectoryRequest, type DirectoryResponse, readForm } from '../http/exchange.ts'
import { newIds } from '../http/ids.ts'
import { errorPage } from '../pages/error-page.ts'
import { accountPage, signInPage } from '../pages/sign-in-pages.ts'
import { refuseUser } from '../refuse-principal.ts'
import type { Services } from '../services.ts'
import { randomSecret } from '../stores.ts'
import { readScopes } from '../tokens/scopes.ts'
import { advance, subjectOf } from './advance.ts'
import { answerWithError } from './answer-client.ts'
import { readCookie, setCookie } from './cookies.ts'
import type { AuthorizeRequest, Interaction } from './interaction.ts'
import { readAuthorize } from './read-authorize.ts'
import { signedIn } from './sessions.ts'

/** Milliseconds that somebody may take to sign in. */
const interactionLifetime = 900_000

/** `GET` or `POST {t}/oauth2/v2.0/authorize`. */
export async function authorize(services: Services, request: DirectoryRequest, version: 1 | 2): Promise<DirectoryResponse> {
  const parameters = readForm(request.method === 'POST' ? request.body : request.query.toString())
  if (parameters === undefined) return errorPage(entraRefusal(9002313), newIds(services, request))
  const read = readAuthorize(services.tenant, parameters, version)
  if (read.kind === 'page') return errorPage(read.refusal, newIds(services, request))
  if (read.kind === 'redirect') return answerWithError(read.to, read.refusal, newIds(services, request))
  const accounts = signedIn(services, request)
  if (read.request.prompt === 'none') return silently(services, request, read.request, accounts)
  return openInteraction(services, request, { kind: 'authorize', request: read.request })
}

/** Begins to ask the person in this browser: first who it is, unless that is known. */
export async function openInteraction(
  services: Services,
  request: DirectoryRequest,
  goal: Interaction['goal'],
): Promise<DirectoryResponse> {
  const browser = readCookie(request, 'browser') ?? randomSecret()
  const interaction: Interaction = { id: randomSecret(), browser, csrf: randomSecret(), goal, userId: undefined }
  services.stores.interactions.set(interaction.id, interaction, services.now() + interactionLifetime)
  const response = await firstPage(services, interaction, signedIn(services, request))
  return { ...response, headers: [...response.headers, setCookie('browser', browser)] }
}

function firstPage(
  services: Services,
  interaction: Interaction,
  accounts: readonly DirectoryUser[],
): Promise<DirectoryResponse> | DirectoryResponse {
  const asked = interaction.goal.kind === 'authorize' ? interaction.goal.request : undefined
  const hinted = matchingHint(accounts, asked?.loginHint)
  if (asked?.prompt === 'login' || accounts.length === 0)
    return askPassword(services, interaction, asked?.loginHint ?? '', undefined)
  if (asked?.loginHint !== undefined && hinted === undefined)
    return askPassword(services, interaction, asked.loginHint, undefined)
  // a device's code may be somebody else's: whoever enters it says who they are
  const known = asked?.prompt === 'select_account' || interaction.goal.kind === 'device' ? undefined : (hinted ?? only(accounts))
  if (known === undefined) return askAccount(services, interaction, accounts)
  interaction.userId = known.id
  return advance(services, interaction, known, false)
}

const only = <T>(all: readonly T[]): T | undefined => (all.length === 1 ? all[0] : undefined)

function matchingHint(accounts: readonly DirectoryUser[], hint: string | undefined): DirectoryUser | undefined {
  return hint === undefined ? undefined : accounts.find(user => user.userPrincipalName.toLowerCase() === hint.toLowerCase())
}

export function askPassword(
  services: Services,
  interaction: Interaction,
  username: string,
  fault: EntraRefusal | undefined,
): DirectoryResponse {
  const subject = subjectOf(services, interaction)
  if (subject === undefined) return errorPage(entraRefusal(70020), newIds(services))
  return signInPage({ form: interaction, application: subject.client.displayName, username, fault })
}

function askAccount(services: Services, interaction: Interaction, accounts: readonly DirectoryUser[]): DirectoryResponse {
  const subject = subjectOf(services, interaction)
  if (subject === undefined) return errorPage(entraRefusal(70020), newIds(services))
  return accountPage(interaction, subject.client.displayName, accounts)
}

/** `prompt=none`: an answer without a page, or an error that says which page would be needed. */
async function silently(
  services: Services,
  request: DirectoryRequest,
  asked: AuthorizeRequest,
  accounts: readonly DirectoryUser[],
): Promise<DirectoryResponse> {
  const user = asked.loginHint === undefined ? only(accounts) : matchingHint(accounts, asked.loginHint)
  const ids = newIds(services, request)
  if (user === undefined) return answerWithError(asked, entraRefusal(accounts.length > 1 ? 16000 : 50058), ids)
  const goal = { kind: 'authorize', request: asked } as const
  const interaction: Interaction = { id: randomSecret(), browser: '', csrf: '', goal, userId: user.id }
  const refusal = silentRefusal(services, interaction, user)
  return refusal === undefined ? advance(services, interaction, user, false) : answerWithError(asked, refusal, ids)
}

function silentRefusal(services: Services, interaction: Interaction, user: DirectoryUser): EntraRefusal | undefined {
  const subject = subjectOf(services, interaction)
  if (subject === undefined) return entraRefusal(70020)
  const scopes = readScopes(services.tenant, subject.client, subject.scope)
  if (isRefusal(scopes)) return scopes
  const refused = refuseUser(services.tenant, user, scopes.resource) ?? refuseUser(services.tenant, user, subject.client)
  if (refused !== undefined) return { ...refused, error: 'interaction_required' }
  const { lacking } = agreedScopes(services.stores.consents, user.id, subject.client, scopes)
  // at this place the client has to learn that a page is needed, not that its grant is bad
  return lacking.length === 0
    ? undefined
    : { ...entraRefusal(65001, subject.client.appId, subject.client.displayName), error: 'consent_required' }
}
