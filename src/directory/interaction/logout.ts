import { issuerOf } from '../cloud.ts'
import { type DirectoryRequest, type DirectoryResponse, readForm, redirect } from '../http/exchange.ts'
import { signedOutPage } from '../pages/signed-out-page.ts'
import type { Services } from '../services.ts'
import type { Session } from '../stores.ts'
import { findApplication, findUser } from '../tenant.ts'
import { userOfLoginHint } from '../tokens/optional-claims.ts'
import { clearCookie } from './cookies.ts'
import { redirectTarget } from './redirect-uri.ts'
import { endSession, sessionCookie } from './sessions.ts'

/**
 * OpenID Connect RP-Initiated Logout: ends the browser's session, or with a `logout_hint` that account's part of it; tells the clients that were
 * signed in to at their `logoutUrl` (Front-Channel Logout); goes on only to an address that some application registered.
 */
export function logout(services: Services, request: DirectoryRequest): DirectoryResponse {
  const parameters = readForm(request.method === 'POST' ? request.body : request.query.toString())
  const userId = hintedUser(services, parameters?.get('logout_hint'))
  const ended = endSession(services, sessionCookie(request), userId)
  const target = parameters?.get('post_logout_redirect_uri')
  const isKnown =
    target !== undefined && [...services.tenant.applications.values()].some(app => redirectTarget(app, target) !== undefined)
  const next = isKnown ? withState(target, parameters?.get('state')) : undefined
  const frames = ended === undefined ? [] : frontChannels(services, ended)
  const response = next !== undefined && frames.length === 0 ? redirect(next) : signedOutPage(frames, next)
  const isLeft = userId !== undefined && ended !== undefined && ended.signIns.length > 1
  return isLeft ? response : { ...response, headers: [...response.headers, clearCookie('session')] }
}

/** The account that is meant, by name or by the claim `login_hint`; undefined: all of them. */
function hintedUser({ tenant }: Services, hint: string | undefined): string | undefined {
  if (hint === undefined) return undefined
  return tenant.users.get(userOfLoginHint(hint) ?? '')?.id ?? findUser(tenant, hint)?.id
}

/** Where the clients of a session want to be told, with who tells and of which session. */
function frontChannels({ tenant }: Services, { clients, sid }: Session): readonly string[] {
  return clients.flatMap(appId => {
    const url = findApplication(tenant, appId)?.logoutUrl
    if (url === undefined || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return []
    const told = new URL(url)
    told.searchParams.set('iss', issuerOf(tenant, 2))
    told.searchParams.set('sid', sid)
    return [told.href]
  })
}

function withState(uri: string, state: string | undefined): string {
  return state === undefined ? uri : `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state })}`
}
