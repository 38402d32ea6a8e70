import { X509Certificate } from 'node:crypto'
import { getCACertificates, rootCertificates } from 'node:tls'

/** Whom a chain of certificates may end with, and what may link it to them. */
export interface TrustStore {
  rootsNamed(subject: string): readonly X509Certificate[]
  readonly links: readonly X509Certificate[]
}

/** This machine's roots, as Node has them, and certificates in PEM besides: those that issued themselves are roots, the others links. */
export function trustStore(pems: readonly string[]): TrustStore {
  const own = ownTrust(pems)
  return { ...own, rootsNamed: subject => [...own.rootsNamed(subject), ...machineTrust.rootsNamed(subject)] }
}

/** The same without this machine's roots. */
export function ownTrust(pems: readonly string[]): TrustStore {
  const own = pems.map(pem => new X509Certificate(pem))
  const roots = bySubject(own.filter(isSelfIssued))
  return { links: own.filter(each => !isSelfIssued(each)), rootsNamed: subject => roots.get(subject) ?? [] }
}

const isSelfIssued = ({ subject, issuer }: X509Certificate) => subject === issuer

function bySubject(certificates: readonly X509Certificate[]): ReadonlyMap<string, readonly X509Certificate[]> {
  const named = new Map<string, X509Certificate[]>()
  for (const each of certificates) named.set(each.subject, [...(named.get(each.subject) ?? []), each])
  return named
}

/** Trusted wherever nothing else is said. */
export const machineTrust: TrustStore = { links: [], rootsNamed: subject => machineRoots().get(subject) ?? [] }

let known: ReadonlyMap<string, readonly X509Certificate[]> | undefined

/** Read when first needed. Versions of Node before 22.15 tell their bundled roots only. */
function machineRoots(): ReadonlyMap<string, readonly X509Certificate[]> {
  known ??= bySubject((getCACertificates?.('default') ?? rootCertificates).map(pem => new X509Certificate(pem)))
  return known
}
