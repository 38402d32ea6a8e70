import type { KeyObject } from 'node:crypto'
import { compactDecrypt, type JWEContentEncryptionAlgorithm, type JWEKeyManagementAlgorithm } from 'jose'
import type { TokenHeader } from './compact-token.ts'

/** A key that tokens may be encrypted for: a shared secret, or the private key of a certificate. */
export type OpeningKey = { readonly id?: string } & ({ readonly secret: Uint8Array } | { readonly privateKey: KeyObject })

/** What was inside, and whether anybody could have encrypted it: a public key is public. */
export interface OpenedToken {
  readonly payload: Uint8Array
  readonly isPublic: boolean
}

/** Key management (RFC 7518 §4.1) by a shared secret, and by a private key. Passwords, and RSA1_5 with its padding oracle, are left out. */
const bySecret: JWEKeyManagementAlgorithm[] = ['dir', 'A128KW', 'A192KW', 'A256KW']
const byPrivateKey: JWEKeyManagementAlgorithm[] = [
  'RSA-OAEP',
  'RSA-OAEP-256',
  'RSA-OAEP-384',
  'RSA-OAEP-512',
  'ECDH-ES',
  'ECDH-ES+A128KW',
  'ECDH-ES+A256KW',
]
/** "Symmetric" algorithms of the validate-jwt page, and their GCM siblings. */
const encryption: JWEContentEncryptionAlgorithm[] = [
  'A128CBC-HS256',
  'A192CBC-HS384',
  'A256CBC-HS512',
  'A128GCM',
  'A192GCM',
  'A256GCM',
]

/** The payload of an encrypted token (RFC 7516), by the first key that opens it; undefined when none does. */
export async function openToken(
  token: string,
  header: TokenHeader,
  keys: readonly OpeningKey[],
): Promise<OpenedToken | undefined> {
  const named = keys.filter(key => key.id !== undefined && key.id === header.kid)
  const tried = named.length > 0 ? named : keys.filter(key => key.id === undefined || header.kid === undefined)
  for (const key of tried) {
    const isPublic = 'privateKey' in key
    const options = {
      keyManagementAlgorithms: isPublic ? byPrivateKey : bySecret,
      contentEncryptionAlgorithms: encryption,
      maxDecompressedLength: 0,
    }
    const opened = await compactDecrypt(token, isPublic ? key.privateKey : key.secret, options).catch(() => undefined) // a wrong key, or not meant for us
    if (opened !== undefined) return { payload: opened.plaintext, isPublic }
  }
  return undefined
}
