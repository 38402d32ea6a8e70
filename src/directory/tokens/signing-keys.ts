import { createHash, createPrivateKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { makeCertificate } from '../certificates/make-certificate.ts'
import { keepState, replaceState } from '../state-files.ts'

/** A key that the directory signs tokens with, published with its self-signed certificate as Entra's are. */
export interface DirectoryKey {
  /** base64url SHA-1 of the certificate: `kid` and `x5t` alike. */
  readonly kid: string
  readonly privateKey: KeyObject
  /** Public members of its JWK. */
  readonly n: string
  readonly e: string
  /** The certificate, base64 DER. */
  readonly certificate: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

/** The key that signs, the one that will, and those that did and may still be needed: all of them are published. */
export interface DirectoryKeys {
  readonly signing: DirectoryKey
  readonly all: readonly DirectoryKey[]
}

const file = 'directory-keys.json'
/** Former keys that stay published. */
const maxFormer = 2
const day = 86_400_000
/** Seconds. */
const defaultLifetime = 90 * 24 * 3600

interface StoredKey {
  /** RSA private key. */
  readonly jwk: JsonWebKey
  readonly certificate: string
  readonly createdAt: number
}

interface StoredKeys {
  readonly version: 1
  readonly signing: StoredKey
  /** Published ahead: the next to sign. */
  readonly next: StoredKey
  /** Still published, newest first: tokens that they signed may be about. */
  readonly former: readonly StoredKey[]
}

/** Opens the keys of a state folder, making them the first time; with a lifetime (seconds), rolling over when the signing key is older. */
export function openSigningKeys(state: string, now: number, lifetime = Number.POSITIVE_INFINITY): DirectoryKeys {
  const keys = read(parse(keepState(state, file, () => firstKeys(now))))
  return now - keys.signing.createdAt > lifetime * 1000 ? rollOver(state, now) : keys
}

/** The key that was published ahead signs from now on; a new one is published ahead; the former one stays published. */
export function rollOver(state: string, now: number): DirectoryKeys {
  const { signing, next, former } = parse(keepState(state, file, () => firstKeys(now)))
  const rolled: StoredKeys = {
    version: 1,
    signing: { ...next, createdAt: now },
    next: makeKey(now),
    former: [signing, ...former].slice(0, maxFormer),
  }
  replaceState(state, file, write(rolled))
  return read(rolled)
}

const firstKeys = (now: number) => write({ version: 1, signing: makeKey(now), next: makeKey(now), former: [] })

const write = (keys: StoredKeys) => `${JSON.stringify(keys, null, 2)}\n`

/** The keys as they stand at each call, rolled over by age: read again when the file changed (a rollover by another process) and each minute. */
export function liveSigningKeys(state: string, now: () => number, lifetime = defaultLifetime): () => DirectoryKeys {
  let [keys, readAt, changedAt]: [DirectoryKeys, number, number] = [openSigningKeys(state, now(), lifetime), now(), 0]
  return () => {
    const changed = statSync(join(state, file), { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (changed === changedAt && now() - readAt < 60_000) return keys
    keys = openSigningKeys(state, now(), lifetime)
    readAt = now()
    changedAt = changed
    return keys
  }
}

function parse(text: string): StoredKeys {
  const stored = JSON.parse(text) as StoredKeys // this file is written by `write` alone
  if (stored.signing === undefined || stored.next === undefined)
    throw new Error(`${file} in the state folder holds no signing keys; remove it to make new ones`)
  return stored
}

function read({ signing, next, former }: StoredKeys): DirectoryKeys {
  const current = openKey(signing)
  return { signing: current, all: [current, openKey(next), ...former.map(openKey)] }
}

function openKey({ jwk, certificate, createdAt }: StoredKey): DirectoryKey {
  const kid = createHash('sha1').update(Buffer.from(certificate, 'base64')).digest('base64url')
  return {
    kid,
    privateKey: createPrivateKey({ key: jwk, format: 'jwk' }),
    n: jwk.n ?? '',
    e: jwk.e ?? '',
    certificate,
    createdAt,
  }
}

function makeKey(now: number): StoredKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const subject = 'Gatehouse local directory token signing'
  const certificate = makeCertificate({
    subject,
    issuer: subject,
    publicKey,
    issuerKey: privateKey,
    notBefore: new Date(now - day),
    notAfter: new Date(now + 5 * 365 * day),
    use: { kind: 'signer' },
  })
  return { jwk: privateKey.export({ format: 'jwk' }), certificate: certificate.toString('base64'), createdAt: now }
}
