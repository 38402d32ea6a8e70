import type { Voucher } from './check-claims.ts'
import type { TokenHeader } from './compact-token.ts'
import type { OpeningKey } from './open-token.ts'
import type { KeySnapshot, RemoteKeySet } from './remote-key-set.ts'
import { keyOfCertificate, keyOfModulus, keyOfSecret, type SigningKey } from './signing-key.ts'
import type { KeySource, TokenRules } from './token-verifier.ts'

/** The keys of one set of rules: those that are written there, imported once, and those that are published somewhere. */
export interface KeyRing {
  readonly written: readonly SigningKey[]
  readonly published: readonly RemoteKeySet[]
  readonly opening: readonly OpeningKey[]
}

export type RemoteKeySets = (kind: 'openid-config' | 'jwks', url: string) => RemoteKeySet

export function makeRing(rules: TokenRules, remote: RemoteKeySets): KeyRing {
  return {
    written: rules.keys.flatMap(source => writtenKey(source) ?? []),
    published: rules.keys.flatMap(source => ('url' in source ? [remote(source.kind, source.url)] : [])),
    opening: rules.decryptionKeys.flatMap(source => openingKey(source) ?? []),
  }
}

/** The key that a source spells out; undefined for a published one and for what is no usable key. */
export function writtenKey(source: KeySource): SigningKey | undefined {
  switch (source.kind) {
    case 'symmetric':
      return keyOfSecret(source.key, source.keyId)
    case 'rsa':
      return keyOfModulus(source.n, source.e, source.keyId)
    case 'certificate':
      return keyOfCertificate(source.pem, source.keyId)
    case 'private':
    case 'openid-config':
    case 'jwks':
      return undefined
  }
}

function openingKey(source: KeySource): OpeningKey | undefined {
  if (source.kind !== 'symmetric' && source.kind !== 'private') return undefined
  const { keyId } = source
  const key = source.kind === 'symmetric' ? { secret: source.key } : { privateKey: source.key }
  return keyId === undefined ? key : { ...key, id: keyId }
}

/** What the published sets hold at `now`; those without an answer yet are left out. */
export function snapshotsOf(ring: KeyRing, now: number): KeySnapshot[] {
  return ring.published.flatMap(set => set.current(now) ?? [])
}

/**
 * The keys that may have signed a token with this header: those of its key id (or certificate thumbprint), sets that name its issuer
 * first. Keys without an id of their own in the policy, and every key for a token that names none, are all tried.
 */
export function vouchersFor(header: TokenHeader, ring: KeyRing, sets: readonly KeySnapshot[]): Voucher[] {
  const published = sets.flatMap(set => set.keys.filter(key => isNamed(key, header)).map(key => ({ key, set })))
  const named = ring.written.filter(key => key.id !== undefined && key.id === header.kid)
  const written = named.length > 0 ? named : ring.written.filter(key => key.id === undefined || header.kid === undefined)
  return [...published, ...written.map(key => ({ key, set: undefined }))]
}

function isNamed(key: SigningKey, { kid, x5t }: TokenHeader): boolean {
  if (kid !== undefined) return key.id === kid || (key.id === undefined && key.thumbprint === kid)
  return x5t === undefined || key.thumbprint === undefined || key.thumbprint === x5t
}
