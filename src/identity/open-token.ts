import { compactDecrypt, type JWEContentEncryptionAlgorithm, type JWEKeyManagementAlgorithm } from 'jose'
import type { TokenHeader } from './compact-token.ts'

/** A key that tokens may be encrypted with: a shared secret. Private keys of certificates are not known here. */
export interface OpeningKey {
  readonly id?: string
  readonly secret: Uint8Array
}

/** Shared-key management (RFC 7518 §4.1) only: with asymmetric keys or passwords nobody could tell who encrypted. */
const management: JWEKeyManagementAlgorithm[] = ['dir', 'A128KW', 'A192KW', 'A256KW']
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
): Promise<Uint8Array | undefined> {
  const named = keys.filter(key => key.id !== undefined && key.id === header.kid)
  const tried = named.length > 0 ? named : keys.filter(key => key.id === undefined || header.kid === undefined)
  for (const key of tried) {
    const options = { keyManagementAlgorithms: management, contentEncryptionAlgorithms: encryption, maxDecompressedLength: 0 }
    const opened = await compactDecrypt(token, key.secret, options).catch(() => undefined) // a wrong key, or not meant for us
    if (opened !== undefined) return opened.plaintext
  }
  return undefined
}
