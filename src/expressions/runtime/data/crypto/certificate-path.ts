import type { X509Certificate } from 'node:crypto'
import { spend } from '../../../types/budget.ts'
import { type CertificateExtension, extensionsOf } from './certificate-extensions.ts'
import { childAt, childrenOf, oidOf, readDer } from './der.ts'
import { isSignedBy, orUndefined } from './signed-by.ts'
import type { TrustStore } from './trust-store.ts'

export interface PathOptions {
  /** Certificates that came with it, or are at hand: they may link it to a root, and are believed in nothing. */
  readonly offered: readonly X509Certificate[]
  readonly trust: TrustStore
  /** Milliseconds since 1970: each authority on the way must be valid then. The certificate's own dates are the caller's affair. */
  readonly now: number
  /** An extended key usage that the certificate, and each authority that names any, must allow: an object identifier. */
  readonly usage?: string
}

const longestPath = 10
/** Whoever offers certificates may make them all fit one another: so many signatures are looked at. */
const mostSignatures = 40

/**
 * The certificates that lead from one to a root that is trusted, itself first and the root last; undefined when there is no way. After
 * RFC 5280, section 6.1, without policies: what a certificate calls critical and is not understood here (name constraints among it) closes its way.
 */
export function findPath(leaf: X509Certificate, options: PathOptions): readonly X509Certificate[] | undefined {
  const search = { ...options, signatures: 0 }
  return isUsable(extensionsOf(leaf.raw), options.usage) ? step(leaf, [leaf], search) : undefined
}

interface Search extends PathOptions {
  signatures: number
}

function step(at: X509Certificate, path: readonly X509Certificate[], search: Search): readonly X509Certificate[] | undefined {
  for (const root of search.trust.rootsNamed(at.issuer)) {
    if (root.raw.equals(at.raw)) return isValidAt(root, search.now) || path.length === 1 ? path : undefined
    if (isValidAt(root, search.now) && leadsTo(at, root, search)) return [...path, root]
  }
  if (path.length >= longestPath) return undefined
  for (const next of [...search.offered, ...search.trust.links]) {
    if (next.subject !== at.issuer || path.some(each => each.raw.equals(next.raw))) continue
    if (!isValidAt(next, search.now) || !mayVouch(next, path, search.usage) || !leadsTo(at, next, search)) continue
    const found = step(next, [...path, next], search)
    if (found !== undefined) return found
  }
  return undefined
}

/** Names, key identifiers and the issuer's key usage fit (X509_check_issued), and so does the signature. */
function leadsTo(certificate: X509Certificate, issuer: X509Certificate, search: Search): boolean {
  if (!certificate.checkIssued(issuer)) return false
  search.signatures++
  if (search.signatures > mostSignatures || isWeak(certificate, issuer)) return false
  spend(2000)
  return isSignedBy(certificate, issuer)
}

/** Signatures by MD2, MD5 and SHA-1: others can be made that fit them. */
const weakSignatures = new Set([
  '1.2.840.113549.1.1.2',
  '1.2.840.113549.1.1.4',
  '1.2.840.113549.1.1.5',
  '1.2.840.10040.4.3',
  '1.2.840.10045.4.1',
])
const leastRsaBits = 2048

function isWeak(certificate: X509Certificate, issuer: X509Certificate): boolean {
  const algorithm = childrenOf(readDer(certificate.raw))[1]
  const key = orUndefined(() => issuer.publicKey)
  const bits = key?.asymmetricKeyDetails?.modulusLength ?? leastRsaBits
  return (
    key === undefined ||
    algorithm === undefined ||
    weakSignatures.has(oidOf(childAt(algorithm, 0).content)) ||
    bits < leastRsaBits
  )
}

function isValidAt({ validFrom, validTo }: X509Certificate, now: number): boolean {
  return now >= Date.parse(validFrom) && now <= Date.parse(validTo)
}

function mayVouch(authority: X509Certificate, path: readonly X509Certificate[], usage: string | undefined): boolean {
  if (!authority.ca) return false
  const extensions = extensionsOf(authority.raw)
  const pathLength = extensions.flatMap(({ pathLength: limit }) => limit ?? []).at(0)
  // authorities below this one; those that renew themselves do not count (section 4.2.1.9)
  const below = path.slice(1).filter(({ subject, issuer }) => subject !== issuer).length
  return (pathLength === undefined || below <= pathLength) && isUsable(extensions, usage)
}

const anyUsage = '2.5.29.37.0'

function isUsable(extensions: readonly CertificateExtension[], usage: string | undefined): boolean {
  if (extensions.some(({ critical, understood }) => critical && !understood)) return false
  const named = extensions.flatMap(({ usages }) => (usages === undefined ? [] : [usages])).at(0)
  return usage === undefined || named === undefined || named.includes(usage) || named.includes(anyUsage)
}
