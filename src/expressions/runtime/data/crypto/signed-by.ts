import type { X509Certificate } from 'node:crypto'

/**
 * Whether a certificate names another as its issuer and carries its signature. Keys of kinds that OpenSSL does not know, which it tells only when they
 * are used, have signed nothing.
 */
export function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && (orUndefined(() => certificate.verify(issuer.publicKey)) ?? false)
}

/** What node:crypto makes of data that others wrote; undefined when it throws one of its own errors, which have codes. */
export function orUndefined<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}
