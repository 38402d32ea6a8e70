import { type DirectoryRequest, type DirectoryResponse, readForm, redirect } from '../http/exchange.ts'
import { notePage } from '../pages/sign-in-pages.ts'
import type { Services } from '../services.ts'
import { clearCookie } from './cookies.ts'
import { redirectTarget } from './redirect-uri.ts'
import { endSession } from './sessions.ts'

/** OpenID Connect RP-Initiated Logout: ends the browser's session; goes on only to an address that some application registered. */
export function logout(services: Services, request: DirectoryRequest): DirectoryResponse {
  endSession(services, request)
  const parameters = readForm(request.method === 'POST' ? request.body : request.query.toString())
  const target = parameters?.get('post_logout_redirect_uri')
  const isKnown =
    target !== undefined && [...services.tenant.applications.values()].some(app => redirectTarget(app, target) !== undefined)
  const response = isKnown
    ? redirect(withState(target, parameters?.get('state')))
    : notePage('You signed out', 'It is a good idea to close all browser windows.')
  return { ...response, headers: [...response.headers, clearCookie('session')] }
}

function withState(uri: string, state: string | undefined): string {
  return state === undefined ? uri : `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state })}`
}
