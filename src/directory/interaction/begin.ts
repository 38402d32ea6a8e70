import type { DirectoryUser } from '../../catalog/directory.ts'
import { entraRefusal } from '../entra-errors.ts'
import { type DirectoryRequest, type DirectoryResponse, readForm } from '../http/exchange.ts'
import { newIds } from '../http/ids.ts'
import { errorPage } from '../pages/error-page.ts'
import type { Services } from '../services.ts'
import { randomSecret } from '../stores.ts'
import { userOfLoginHint } from '../tokens/optional-claims.ts'
import { advance } from './advance.ts'
import { answerWithError } from './answer-client.ts'
import { askAccount, askPassword } from './ask-password.ts'
import { readCookie, setCookie } from './cookies.ts'
import type { AuthorizeRequest, Interaction } from './interaction.ts'
import { readAuthorize } from './read-authorize.ts'
import { type SignedIn, sessionCookie, signedIn } from './sessions.ts'
import { silently } from './silently.ts'

/** Milliseconds that somebody may take to sign in. */
const interactionLifetime = 900_000

/** `GET` or `POST {t}/oauth2/v2.0/authorize`. */
export async function authorize(services: Services, request: DirectoryRequest, version: 1 | 2): Promise<DirectoryResponse> {
  const parameters = readForm(request.method === 'POST' ? request.body : request.query.toString())
  if (parameters === undefined) return errorPage(entraRefusal(9002313), newIds(services, request))
  const read = readAuthorize(services.tenant, parameters, version)
  if (read.kind === 'page') return errorPage(read.refusal, newIds(services, request))
  if (read.kind === 'redirect') return answerWithError(read.to, read.refusal, newIds(services, request))
  if (read.request.prompt === 'none') {
    const accounts = signedIn(services, sessionCookie(request))
    const hinted = matchingHint(accounts, read.request)
    const known = hasHint(read.request) ? hinted : only(accounts)
    return silently(
      services,
      request,
      read.request,
      known ?? entraRefusal(accounts.length > 1 && !hasHint(read.request) ? 16000 : 50058),
    )
  }
  return openInteraction(services, request, { kind: 'authorize', request: read.request })
}

/** Begins to ask the person in this browser: first who it is, unless that is known. */
export async function openInteraction(
  services: Services,
  request: DirectoryRequest,
  goal: Interaction['goal'],
): Promise<DirectoryResponse> {
  const browser = readCookie(request, 'browser') ?? randomSecret()
  const interaction: Interaction = {
    id: randomSecret(),
    browser,
    csrf: randomSecret(),
    goal,
    signIn: undefined,
    session: sessionCookie(request),
    agreedTo: new Set(),
  }
  services.stores.interactions.set(interaction.id, interaction, services.now() + interactionLifetime)
  const response = await firstPage(services, interaction)
  return { ...response, headers: [...response.headers, setCookie('browser', browser)] }
}

function firstPage(services: Services, interaction: Interaction): Promise<DirectoryResponse> | DirectoryResponse {
  const accounts = signedIn(services, interaction.session)
  const asked = interaction.goal.kind === 'authorize' ? interaction.goal.request : undefined
  const hinted = asked === undefined ? undefined : matchingHint(accounts, asked)
  const name = hinted?.user.userPrincipalName ?? hintedName(services, asked?.loginHint)
  if (asked?.prompt === 'login' || accounts.length === 0) return askPassword(services, interaction, name, undefined)
  if (asked?.loginHint !== undefined && hinted === undefined) return askPassword(services, interaction, name, undefined)
  // a device's code may be somebody else's: whoever enters it says who they are
  const known = asked?.prompt === 'select_account' || interaction.goal.kind === 'device' ? undefined : (hinted ?? only(accounts))
  if (known === undefined) return askAccount(services, interaction, accounts)
  interaction.signIn = known.signIn
  return advance(services, interaction, known.signIn)
}

const only = <T>(all: readonly T[]): T | undefined => (all.length === 1 ? all[0] : undefined)

const hasHint = ({ loginHint, sid }: AuthorizeRequest) => loginHint !== undefined || sid !== undefined

/** A name, or the opaque hint of an id token; or the session's id. */
function matchingHint(accounts: readonly SignedIn[], { loginHint, sid }: AuthorizeRequest): SignedIn | undefined {
  if (loginHint === undefined) return sid === undefined ? undefined : only(accounts.filter(({ signIn }) => signIn.sid === sid))
  const id = userOfLoginHint(loginHint)
  return accounts.find(({ user }) => user.id === id || user.userPrincipalName.toLowerCase() === loginHint.toLowerCase())
}

function hintedName({ tenant }: Services, hint: string | undefined): string {
  if (hint === undefined) return ''
  const user: DirectoryUser | undefined = tenant.users.get(userOfLoginHint(hint) ?? '')
  return user?.userPrincipalName ?? hint
}
