import type { DirectoryApplication } from '../../catalog/directory.ts'
import { type EntraRefusal, entraRefusal } from '../entra-errors.ts'
import type { Services } from '../services.ts'
import { findApplication } from '../tenant.ts'
import { checkAssertion } from './client-assertion.ts'
import type { ProvenClient } from './proven-client.ts'
import { sameText } from './same-text.ts'

export type Fields = ReadonlyMap<string, string>

/** Finds the client of a token request and checks whatever credential it sent. Whether `none` will do is the grant's affair. */
export async function authenticateClient(
  services: Services,
  form: Fields,
  authorization: string | undefined,
): Promise<ProvenClient | EntraRefusal> {
  const basic = basicCredentials(authorization)
  const clientId = form.get('client_id') ?? basic?.id
  if (clientId === undefined) return entraRefusal(900144, 'client_id')
  const client = findApplication(services.tenant, clientId)
  if (client === undefined) return entraRefusal(700016, clientId, services.tenant.document.tenant.displayName)
  if (basic !== undefined && basic.id.toLowerCase() !== client.appId.toLowerCase()) return entraRefusal(70002)
  const secret = form.get('client_secret') ?? basic?.secret
  const assertion = form.get('client_assertion')
  if (secret === undefined && assertion === undefined) return { kind: 'client', client, proof: 'none' }
  if (!isConfidential(client)) return entraRefusal(700025)
  if (assertion !== undefined) return checkAssertion(services, client, assertion, form.get('client_assertion_type'))
  return checkSecret(client, secret ?? '', services.now())
}

export function isConfidential(client: DirectoryApplication): boolean {
  return client.passwordCredentials.length + client.keyCredentials.length + client.federatedIdentityCredentials.length > 0
}

function checkSecret(client: DirectoryApplication, secret: string, now: number): ProvenClient | EntraRefusal {
  // every secret is compared, whichever fits, so that time tells nothing
  const fitting = client.passwordCredentials.filter(credential => sameText(credential.secretText, secret))
  if (fitting.length === 0) return entraRefusal(7000215, client.appId)
  const isLive = fitting.some(({ endDateTime }) => endDateTime === undefined || now < Date.parse(endDateTime))
  return isLive ? { kind: 'client', client, proof: 'secret' } : entraRefusal(7000222, client.appId)
}

/** `Authorization: Basic`, both parts form-encoded (RFC 6749 §2.3.1). */
function basicCredentials(authorization: string | undefined): { id: string; secret: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  const [id, secret] = [decode(text.slice(0, colon)), decode(text.slice(colon + 1))]
  return id === undefined || secret === undefined ? undefined : { id, secret }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined // a stray percent sign
  }
}
