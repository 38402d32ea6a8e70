import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { isObject } from './json-object.ts'

/** A key that tokens may be signed with, imported once, with the algorithms that fit its type and nothing else. */
export interface SigningKey {
  readonly id?: string
  readonly thumbprint?: string
  /** Entra's `issuer` member of a key: whose tokens it may sign, perhaps with `{tenantid}`. */
  readonly issuer?: string
  readonly algorithms: readonly string[]
  readonly key: KeyObject | Uint8Array
  /** Same for the same key material: tells whether a refreshed set still holds it. */
  readonly identity: string
}

/** Keys read out of a set; more are not looked at. */
const maxKeys = 100
/** jose refuses smaller RSA keys (NIST SP 800-131A); they count as absent. */
const minRsaBits = 2048

const rsaAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const curveAlgorithms = new Map([
  ['prime256v1', 'ES256'],
  ['secp384r1', 'ES384'],
  ['secp521r1', 'ES512'],
])

/** The signature keys of a JWK set (RFC 7517 §5); undefined when it is no set. Keys of other kinds are left out, as §5 says. */
export function keysOfSet(document: unknown): SigningKey[] | undefined {
  if (!isObject(document) || !Array.isArray(document.keys)) return undefined
  return document.keys.slice(0, maxKeys).flatMap(jwk => keyOfJwk(jwk) ?? [])
}

function keyOfJwk(jwk: unknown): SigningKey | undefined {
  if (!isObject(jwk) || (jwk.use !== undefined && jwk.use !== 'sig')) return undefined
  // a published symmetric key would let every reader of the set sign tokens
  if (jwk.kty !== 'RSA' && jwk.kty !== 'EC') return undefined
  const [kty, n, e, crv, x, y] = [jwk.kty, jwk.n, jwk.e, jwk.crv, jwk.x, jwk.y].map(text =>
    typeof text === 'string' ? text : '',
  )
  const key = kty === 'RSA' ? { kty, n: n!, e: e! } : { kty: kty!, crv: crv!, x: x!, y: y! } // map keeps the length
  const imported = importKey(() => createPublicKey({ format: 'jwk', key }))
  if (imported === undefined) return undefined
  const named = { id: jwk.kid, thumbprint: jwk.x5t, issuer: jwk.issuer }
  const texts = Object.fromEntries(Object.entries(named).filter(([, text]) => typeof text === 'string' && text !== ''))
  const algorithms = typeof jwk.alg === 'string' ? imported.algorithms.filter(alg => alg === jwk.alg) : imported.algorithms
  return algorithms.length === 0 ? undefined : { ...imported, ...texts, algorithms }
}

/** An RSA key from its base64url or base64 modulus and exponent; undefined when they are none, or too short a key. */
export function keyOfModulus(n: string, e: string, id?: string): SigningKey | undefined {
  const key = { kty: 'RSA', n: toBase64url(n), e: toBase64url(e) }
  return withId(
    importKey(() => createPublicKey({ format: 'jwk', key })),
    id,
  )
}

/** The public key of a certificate in PEM; its validity is not looked at, as Azure does not. */
export function keyOfCertificate(pem: string, id?: string): SigningKey | undefined {
  return withId(
    importKey(() => new X509Certificate(pem).publicKey),
    id,
  )
}

/** A shared secret. HMAC with a secret shorter than the hash is refused by RFC 7518 §3.2; the algorithms follow its length. */
export function keyOfSecret(secret: Uint8Array, id?: string): SigningKey | undefined {
  const algorithms = [256, 384, 512].filter(bits => secret.length * 8 >= bits).map(bits => `HS${bits}`)
  if (algorithms.length === 0) return undefined
  return withId({ algorithms, key: Uint8Array.from(secret), identity: '' }, id)
}

function withId(key: SigningKey | undefined, id: string | undefined): SigningKey | undefined {
  return key === undefined || id === undefined ? key : { ...key, id }
}

const toBase64url = (text: string) => text.trim().replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

function importKey(read: () => KeyObject): SigningKey | undefined {
  let key: KeyObject
  try {
    key = read()
  } catch {
    return undefined // not a key: the same as absent
  }
  const algorithms = algorithmsOf(key)
  if (algorithms === undefined) return undefined
  return { algorithms, key, identity: key.export({ format: 'der', type: 'spki' }).toString('base64') }
}

function algorithmsOf(key: KeyObject): readonly string[] | undefined {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType === 'rsa') return (modulusLength ?? 0) >= minRsaBits ? rsaAlgorithms : undefined
  const algorithm = key.asymmetricKeyType === 'ec' ? curveAlgorithms.get(namedCurve ?? '') : undefined
  return algorithm === undefined ? undefined : [algorithm]
}
