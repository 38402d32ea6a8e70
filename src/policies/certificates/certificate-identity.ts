import { X509Certificate } from 'node:crypto'
import type { Certificate } from '../../catalog/catalog.ts'
import type { NetCertificate } from '../../expressions/runtime/data/crypto/certificate.ts'
import { namePart, nameParts } from '../../expressions/runtime/data/crypto/distinguished-name.ts'
import { isSignedBy } from '../../expressions/runtime/data/crypto/signed-by.ts'
import { folded, isSameName, parseName } from './distinguished-names.ts'

/** What an identity may claim of a certificate, by the policy's attribute names. */
export interface IdentityClaims {
  readonly thumbprint?: string | undefined
  readonly 'serial-number'?: string | undefined
  readonly 'common-name'?: string | undefined
  readonly subject?: string | undefined
  readonly 'dns-name'?: string | undefined
  readonly 'issuer-subject'?: string | undefined
  readonly 'issuer-thumbprint'?: string | undefined
  readonly 'issuer-certificate-id'?: string | undefined
}

/** The certificates that signed it, of all that are at hand: of those that came along, of trusted ones, and of the workspace. */
export type IssuersOf = (certificate: NetCertificate) => readonly X509Certificate[]

const commonName = '2.5.4.3'

/** Whether a certificate is as an identity claims: every claim fits. `held` are the workspace's certificates. */
export function fitsIdentity(
  certificate: NetCertificate,
  claims: IdentityClaims,
  held: readonly Certificate[],
  issuersOf: IssuersOf,
): boolean {
  const fits = (claim: string | undefined, test: (claim: string) => boolean) => claim === undefined || test(claim)
  const issuerIs = (thumbprint: string) => issuersOf(certificate).some(issuer => hexOf(issuer.fingerprint) === hexOf(thumbprint))
  return (
    fits(claims.thumbprint, text => hexOf(text) === Buffer.from(certificate.thumbprint).toString('hex')) &&
    fits(claims['serial-number'], text => numberOf(text) === numberOf(Buffer.from(certificate.serial).toString('hex'))) &&
    fits(
      claims['common-name'],
      text => folded(text) === folded(namePart(certificate.subject, commonName) ?? '') && text.trim() !== '',
    ) &&
    fits(claims.subject, text => isSameName(parseName(text) ?? [], nameParts(certificate.subject))) &&
    fits(claims['dns-name'], text => certificate.dnsNames.some(name => name.toLowerCase() === text.trim().toLowerCase())) &&
    fits(claims['issuer-subject'], text => isSameName(parseName(text) ?? [], nameParts(certificate.issuer))) &&
    fits(claims['issuer-thumbprint'], issuerIs) &&
    fits(claims['issuer-certificate-id'], id => issuerIs(held.find(one => one.id === id.trim())?.thumbprint ?? 'none'))
  )
}

/** Thumbprints are copied with spaces, colons and an invisible mark in front from where Windows shows them. */
function hexOf(text: string): string {
  return text.replace(/[^0-9a-z]/gi, '').toLowerCase()
}

function numberOf(text: string): string {
  return hexOf(text).replace(/^0+(?=.)/, '')
}

/** Finds who signed a certificate; remembered for each, since it takes signatures to tell. */
export function issuerFinder(held: readonly Certificate[]): IssuersOf {
  const own = held.flatMap(({ chain }) => (chain[0] === undefined ? [] : [new X509Certificate(chain[0])]))
  const known = new WeakMap<NetCertificate, readonly X509Certificate[]>()
  return certificate => {
    const found = known.get(certificate) ?? issuersAmong(certificate, own)
    known.set(certificate, found)
    return found
  }
}

function issuersAmong(certificate: NetCertificate, own: readonly X509Certificate[]): readonly X509Certificate[] {
  const { node, companions, trust } = certificate
  const candidates = [...companions, ...trust.links, ...trust.rootsNamed(node.issuer), ...own, node]
  return candidates.filter(each => isSignedBy(node, each))
}
