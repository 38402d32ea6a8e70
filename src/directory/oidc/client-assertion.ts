import { createHash, X509Certificate } from 'node:crypto'
import { compactVerify, decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose'
import type { DirectoryApplication } from '../../catalog/directory.ts'
import { type EntraRefusal, entraRefusal } from '../entra-errors.ts'
import type { Services } from '../services.ts'
import type { Tenant } from '../tenant.ts'
import type { ProvenClient } from './proven-client.ts'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
/** Seconds that clocks may differ; MSAL rounds `nbf` up to half a second into the future. */
const skew = 300
const maxAssertion = 16 * 1024

/**
 * A JWT in a secret's place (RFC 7523): one that the client signed with a registered certificate, or one that a federated issuer made
 * for it. The same assertion may come again until it expires: Microsoft's clients do so.
 */
export async function checkAssertion(
  services: Services,
  client: DirectoryApplication,
  assertion: string,
  type: string | undefined,
): Promise<ProvenClient | EntraRefusal> {
  if (type !== assertionType) return entraRefusal(900144, 'client_assertion_type')
  const claims = assertion.length > maxAssertion ? undefined : claimsOf(assertion)
  if (claims === undefined) return entraRefusal(700027, 'The assertion is no JSON web token.')
  const isOwn = claims.iss === client.appId && claims.sub === client.appId
  const refused = isOwn
    ? await checkCertificate(services, client, assertion, claims)
    : await checkFederation(services, client, assertion, claims)
  return refused ?? { kind: 'client', client, proof: 'assertion' }
}

function claimsOf(assertion: string): JWTPayload | undefined {
  try {
    return decodeJwt(assertion)
  } catch {
    return undefined // whatever it is, it is no token
  }
}

async function checkCertificate(
  services: Services,
  client: DirectoryApplication,
  assertion: string,
  claims: JWTPayload,
): Promise<EntraRefusal | undefined> {
  const certificate = registeredCertificate(client, assertion)
  if (certificate === undefined)
    return entraRefusal(700027, 'No registered certificate has the thumbprint x5t or x5t#S256 names.')
  const options = { algorithms: ['RS256', 'PS256'] }
  const verified = await compactVerify(assertion, certificate.publicKey, options).catch(() => undefined) // any failure: not its signature
  if (verified === undefined) return entraRefusal(700027, 'The signature does not fit the certificate.')
  const now = services.now()
  if (now > certificate.validToDate.valueOf()) return entraRefusal(700027, 'The certificate is expired.')
  if (!isInTime(claims, now / 1000)) return entraRefusal(700024)
  if (!isTokenEndpoint(services, claims.aud))
    return entraRefusal(700027, 'The audience is not the token endpoint of this tenant.')
  return undefined
}

function isInTime({ nbf, exp }: JWTPayload, now: number): boolean {
  return typeof exp === 'number' && now < exp + skew && (nbf === undefined || now + skew >= nbf)
}

/** The registered certificate that the assertion's header names by its thumbprint. */
function registeredCertificate(client: DirectoryApplication, assertion: string): X509Certificate | undefined {
  const header: Record<string, unknown> = decodeProtectedHeader(assertion)
  for (const { key } of client.keyCredentials) {
    const der = Buffer.from(key, 'base64')
    const thumbprint = (hash: string) => createHash(hash).update(der).digest('base64url')
    if (header.x5t !== thumbprint('sha1') && header['x5t#S256'] !== thumbprint('sha256')) continue
    try {
      return new X509Certificate(der)
    } catch {
      return undefined // registered, but no certificate
    }
  }
  return undefined
}

/** Token endpoint of either version, or issuer, by any name of this server and of the tenant. */
function isTokenEndpoint({ tenant, isOwnHost }: Services, audience: unknown): boolean {
  const text = Array.isArray(audience) && audience.length === 1 ? audience[0] : audience
  if (typeof text !== 'string' || !URL.canParse(text)) return false
  const url = new URL(text)
  const [name = '', ...rest] = url.pathname.split('/').slice(1)
  const places = new Set(['oauth2/v2.0/token', 'oauth2/token', 'v2.0', ''])
  return url.protocol === 'https:' && isOwnHost(url.hostname) && namesTenant(tenant, name) && places.has(rest.join('/'))
}

function namesTenant({ id, domain }: Tenant, name: string): boolean {
  return [id, domain, 'common', 'organizations'].some(known => known.toLowerCase() === name.toLowerCase())
}

/** Workload identity: issuer, subject and audience must be those of a federated credential, the signature that of the issuer's keys. */
async function checkFederation(
  services: Services,
  client: DirectoryApplication,
  assertion: string,
  claims: JWTPayload,
): Promise<EntraRefusal | undefined> {
  const audiences = Array.isArray(claims.aud) ? claims.aud : [claims.aud]
  const credential = client.federatedIdentityCredentials.find(
    one =>
      one.issuer === claims.iss && one.subject === claims.sub && one.audiences.some(audience => audiences.includes(audience)),
  )
  if (credential === undefined) return entraRefusal(700213, String(claims.sub ?? ''))
  const judged = await services.federation.verify(assertion, credential.issuer, credential.audiences, services.now())
  return judged.kind === 'verified' ? undefined : entraRefusal(700223, judged.message)
}
