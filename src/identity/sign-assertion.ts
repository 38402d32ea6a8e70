import { randomUUID, X509Certificate } from 'node:crypto'
import { SignJWT } from 'jose'
import type { CredentialSource } from './credential-source.ts'

/** Seconds that an assertion holds: it is made anew for each request. */
const lifetime = 600
/** Clocks differ, and a token endpoint may be strict. */
const leeway = 60

/**
 * What proves an application by its certificate ("Microsoft identity platform application authentication certificate credentials"): a JWT that
 * names the certificate by its SHA-256 thumbprint. `now` in milliseconds since 1970.
 */
export function signAssertion(
  { tokenEndpoint, clientId, certificate, key }: Extract<CredentialSource, { kind: 'certificate' }>,
  now: number,
): Promise<string> {
  const thumbprint = Buffer.from(new X509Certificate(certificate).fingerprint256.replaceAll(':', ''), 'hex').toString('base64url')
  const seconds = Math.floor(now / 1000)
  return new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: key.asymmetricKeyType === 'ec' ? 'ES256' : 'PS256', typ: 'JWT', 'x5t#S256': thumbprint })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(tokenEndpoint)
    .setNotBefore(seconds - leeway)
    .setExpirationTime(seconds + lifetime)
    .sign(key)
}
