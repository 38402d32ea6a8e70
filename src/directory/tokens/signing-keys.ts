import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
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
/** What is published at most: next, current and former keys. */
const maxKeys = 4
const day = 86_400_000
/** After this time the next key signs by itself. */
const rolloverAge = 90 * day

interface StoredKey {
  readonly privateKey: string
  readonly certificate: string
  readonly createdAt: number
}

/** Newest first: the first is published ahead of its time, the second signs. */
interface StoredKeys {
  readonly version: 1
  readonly keys: readonly StoredKey[]
}

/** Opens the keys of a state folder, making them the first time, and rolling over when the signing key has grown old. */
export function openSigningKeys(state: string, now: number): DirectoryKeys {
  const keys = read(keepState(state, file, () => write([makeKey(now), makeKey(now)])))
  return now - keys.signing.createdAt > rolloverAge ? rollOver(state, now) : keys
}

/** The key that was published ahead signs from now on; a new one is published ahead; the former one stays published. */
export function rollOver(state: string, now: number): DirectoryKeys {
  const stored = parse(keepState(state, file, () => write([makeKey(now), makeKey(now)])))
  const text = write([makeKey(now), ...stored.keys].slice(0, maxKeys))
  replaceState(state, file, text)
  return read(text)
}

/** The keys as they stand at each call: read again when the file changed (a rollover by another process) and each minute. */
export function liveSigningKeys(state: string, now: () => number): () => DirectoryKeys {
  let [keys, readAt, changedAt]: [DirectoryKeys, number, number] = [openSigningKeys(state, now()), now(), 0]
  return () => {
    const changed = statSync(join(state, file), { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (changed === changedAt && now() - readAt < 60_000) return keys
    keys = openSigningKeys(state, now())
    readAt = now()
    changedAt = changed
    return keys
  }
}

function write(keys: readonly StoredKey[]): string {
  const stored: StoredKeys = { version: 1, keys }
  return `${JSON.stringify(stored, null, 2)}\n`
}

function parse(text: string): StoredKeys {
  const stored = JSON.parse(text) as StoredKeys // this file is written by `write` alone
  if (!Array.isArray(stored.keys) || stored.keys.length < 2)
    throw new Error(`${file} in the state folder holds no signing keys; remove it to make new ones`)
  return stored
}

function read(text: string): DirectoryKeys {
  const all = parse(text).keys.map(openKey)
  return { signing: all[1]!, all } // parse saw two at least
}

function openKey({ privateKey, certificate, createdAt }: StoredKey): DirectoryKey {
  const key = createPrivateKey(privateKey)
  const { n, e } = createPublicKey(key).export({ format: 'jwk' })
  const kid = createHash('sha1').update(Buffer.from(certificate, 'base64')).digest('base64url')
  return { kid, privateKey: key, n: n ?? '', e: e ?? '', certificate, createdAt }
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
  return {
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    certificate: certificate.toString('base64'),
    createdAt: now,
  }
}
