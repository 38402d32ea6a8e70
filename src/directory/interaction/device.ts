import { randomInt, randomUUID } from 'node:crypto'
import { type EntraRefusal, entraRefusal, isRefusal } from '../entra-errors.ts'
import { type DirectoryRequest, type DirectoryResponse, json, noStore, readForm } from '../http/exchange.ts'
import { sameText } from '../oidc/same-text.ts'
import { devicePage } from '../pages/sign-in-pages.ts'
import type { Services } from '../services.ts'
import { type DeviceGrant, randomSecret } from '../stores.ts'
import { findApplication } from '../tenant.ts'
import { readScopes } from '../tokens/scopes.ts'
import { openInteraction } from './begin.ts'
import { isSameOrigin, readCookie, setCookie } from './cookies.ts'

/** Letters and digits that nobody mistakes for one another, and that make no words. */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ23456789'
const userCodeLength = 9

/** `POST {t}/oauth2/v2.0/devicecode` (RFC 8628 §3.1): a code to poll with, and one to type. */
export function beginDevice(services: Services, request: DirectoryRequest, version: 1 | 2): DirectoryResponse | EntraRefusal {
  const form = readForm(request.body)
  if (form === undefined) return entraRefusal(9002313)
  const clientId = form.get('client_id')
  if (clientId === undefined) return entraRefusal(900144, 'client_id')
  const client = findApplication(services.tenant, clientId)
  if (client === undefined) return entraRefusal(700016, clientId, services.tenant.document.tenant.displayName)
  const resource = form.get('resource')
  const scope = version === 1 && resource !== undefined ? `${resource}/.default openid` : form.get('scope')
  if (scope === undefined) return entraRefusal(900144, 'scope')
  const scopes = readScopes(services.tenant, client, scope)
  if (isRefusal(scopes)) return scopes
  const { deviceCodeLifetime, devicePollInterval } = services.lifetimes
  const until = services.now() + deviceCodeLifetime * 1000
  const [id, deviceCode, userCode] = [randomUUID(), randomSecret(), randomUserCode()]
  const claims = form.get('claims')
  const optional = claims === undefined ? {} : { claims }
  const device: DeviceGrant = { clientId: client.appId, scope, ...optional, until, state: 'pending' }
  services.stores.devices.set(id, device, until)
  services.stores.deviceCodes.set(deviceCode, id, until)
  services.stores.userCodes.set(userCode, id, until)
  const uri = `${request.origin}/devicelogin`
  const message = `To sign in, use a web browser to open the page ${uri} and enter the code ${userCode} to authenticate.`
  const number = (value: number) => (version === 1 ? String(value) : value)
  const codes = { user_code: userCode, device_code: deviceCode }
  const uris = version === 1 ? { verification_url: uri } : { verification_uri: uri }
  return json(
    200,
    { ...codes, ...uris, expires_in: number(deviceCodeLifetime), interval: number(devicePollInterval), message },
    noStore,
  )
}

function randomUserCode(): string {
  return Array.from({ length: userCodeLength }, () => alphabet[randomInt(alphabet.length)]).join('')
}

/** `GET /devicelogin`: where the code is typed. Its hidden field is the mark of the browser, which no other site can read or send. */
export function deviceEntry(request: DirectoryRequest): DirectoryResponse {
  return entryPage(readCookie(request, 'browser') ?? randomSecret(), request.query.get('otc') ?? '', undefined)
}

function entryPage(browser: string, userCode: string, fault: EntraRefusal | undefined): DirectoryResponse {
  const response = devicePage({ id: '', csrf: browser }, userCode, fault)
  return { ...response, headers: [...response.headers, setCookie('browser', browser)] }
}

/** `POST /devicelogin`: a right code leads to the sign-in. Tries are counted by address, for a code is short. */
export function enterDeviceCode(services: Services, request: DirectoryRequest): Promise<DirectoryResponse> | DirectoryResponse {
  const { stores, now } = services
  const form = readForm(request.body)
  const browser = readCookie(request, 'browser')
  if (form === undefined || browser === undefined || !isSameOrigin(request) || !sameText(form.get('csrf') ?? '', browser))
    return deviceEntry(request)
  const typed = (form.get('otc') ?? '').toUpperCase().replace(/[\s-]/g, '')
  const isLocked = stores.deviceEntries.isLocked(request.ipAddress, now())
  const deviceId = (isLocked ? undefined : stores.userCodes.get(typed, now())) ?? ''
  if (stores.devices.get(deviceId, now())?.state === 'pending')
    return openInteraction(services, request, { kind: 'device', deviceId })
  stores.deviceEntries.fail(request.ipAddress, now())
  const fault = { ...entraRefusal(70018), message: 'That code did not work. Check it and try again.' }
  return entryPage(browser, typed, isLocked ? entraRefusal(50053) : fault)
}
