import { readClaimsRequest } from '../../claims-request.ts'
import { type EntraRefusal, entraRefusal } from '../../entra-errors.ts'
import { randomSecret } from '../../stores.ts'
import type { GrantRequest, TokenAnswer } from '../token-answer.ts'
import { answerFor, refuseProof } from './user-answer.ts'

/** RFC 8628 §3.4. A client that polls too often is not told to slow down: Microsoft's own would give up. */
export async function grantDeviceCode(request: GrantRequest): Promise<TokenAnswer | EntraRefusal> {
  const { services, client, form } = request
  const { stores } = services
  const code = form.get('device_code') ?? form.get('code')
  if (code === undefined) return entraRefusal(900144, 'device_code')
  const id = stores.deviceCodes.peek(code)?.value ?? ''
  const device = stores.devices.peek(id)?.value
  if (device === undefined || device.clientId !== client.appId) return entraRefusal(70018)
  if (services.now() >= device.until) return entraRefusal(70020)
  const refused = refuseProof(request, undefined)
  if (refused !== undefined) return refused
  const { state, scope, claims } = device
  if (state === 'pending') return entraRefusal(70016)
  stores.devices.delete(id)
  if (state === 'declined') return { ...entraRefusal(65004), error: 'authorization_declined' }
  return answerFor(request, {
    signIn: state,
    scope,
    ...(claims === undefined ? {} : { claims: readClaimsRequest(claims) }),
    family: randomSecret(),
    redirectType: undefined,
    refresh: 'as-asked',
  })
}
