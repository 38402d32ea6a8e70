import { X509Certificate } from 'node:crypto'
import type { Catalog } from '../../catalog/catalog.ts'
import { NetCertificate } from '../../expressions/runtime/data/crypto/certificate.ts'
import { type TrustStore, trustStore } from '../../expressions/runtime/data/crypto/trust-store.ts'
import { NetException } from '../../expressions/types/exceptions.ts'

/** What a caller showed on its connection: its certificate, and those that it sent along to link it to a root. One object a connection. */
export interface ShownCertificate {
  readonly certificate: X509Certificate
  readonly offered: readonly X509Certificate[]
}

/** More than any chain needs. */
const mostOffered = 10

/** The certificates of a connection, the caller's own first as node links them. */
export function shownCertificate(own: X509Certificate): ShownCertificate {
  const offered: X509Certificate[] = []
  for (let next = own.issuerCertificate; next !== undefined && offered.length < mostOffered; next = next.issuerCertificate) {
    const { raw } = next
    if (raw.equals(own.raw) || offered.some(each => each.raw.equals(raw))) break
    offered.push(next)
  }
  return { certificate: own, offered }
}

/** Callers' certificates as policies and expressions see them, judged by one configuration's authorities. */
export class CallerCertificates {
  readonly #trust: TrustStore
  readonly #known = new WeakMap<ShownCertificate, NetCertificate | 'unreadable'>()

  constructor(catalog: Catalog) {
    this.#trust = callerTrust(catalog)
  }

  /** Made once a connection. One that OpenSSL reads and .NET's rules do not is as good as none. */
  shown(from: ShownCertificate): NetCertificate | undefined {
    const known = this.#known.get(from) ?? this.#read(from)
    this.#known.set(from, known)
    return known === 'unreadable' ? undefined : known
  }

  #read({ certificate, offered }: ShownCertificate): NetCertificate | 'unreadable' {
    try {
      return new NetCertificate(certificate.raw, undefined, offered, this.#trust)
    } catch (error) {
      if (error instanceof NetException) return 'unreadable'
      throw error
    }
  }
}

/** Whom callers' certificates may come from: this machine's roots, the workspace's authorities, and those of callers alone. */
export function callerTrust({ certificateAuthorities, settings }: Catalog): TrustStore {
  return trustStore([...certificateAuthorities, ...(settings.gateway.tls?.clientAuthorities ?? [])])
}

/** `context.Deployment.Certificates`: the workspace's own, by id. */
export function heldCertificates({ certificates, certificateAuthorities }: Catalog): ReadonlyMap<string, NetCertificate> {
  const trust = trustStore(certificateAuthorities)
  return new Map(
    certificates.map(({ id, chain, key }) => {
      const [own = '', ...links] = chain
      const companions = links.map(pem => new X509Certificate(pem))
      return [id, new NetCertificate(new X509Certificate(own).raw, key, companions, trust)]
    }),
  )
}
