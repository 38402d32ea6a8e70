import { cryptoFailure } from './crypto-failure.ts'
import { type HashName, hashBits } from './hash.ts'

/** The DER before the hash in a PKCS #1 v1.5 signature: RFC 8017, section 9.2, note 1. */
const prefixes: Readonly<Record<HashName, string>> = {
  md5: '3020300c06082a864886f70d020505000410',
  sha1: '3021300906052b0e03021a05000414',
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
}

/** The DigestInfo of a hash. Throws for a hash of the wrong length. */
export function digestInfo(hash: Uint8Array, name: HashName): Uint8Array {
  if (hash.length * 8 !== hashBits[name]) cryptoFailure('Bad Hash.')
  return Buffer.concat([Buffer.from(prefixes[name], 'hex'), hash])
}
