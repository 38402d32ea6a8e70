import { constants, type X509Certificate } from 'node:crypto'
import type { TLSSocket, TlsOptions } from 'node:tls'
import type { Catalog } from '../../catalog/catalog.ts'
import type { ListenerTls } from '../../catalog/settings.ts'
import { findPath } from '../../expressions/runtime/data/crypto/certificate-path.ts'
import { ownTrust, type TrustStore } from '../../expressions/runtime/data/crypto/trust-store.ts'
import { startBudget } from '../../expressions/types/budget.ts'
import { NetException } from '../../expressions/types/exceptions.ts'
import { type ShownCertificate, shownCertificate } from '../run/shown-certificate.ts'

/** Extended key usage of callers (RFC 5280, section 4.2.1.12). */
const clientAuth = '1.3.6.1.5.5.7.3.2'
/** Following one chain takes a tenth of it. */
const steps = 1_000_000

/** The TLS side of one listener: its options, what each connection showed, and whether that is enough. */
export class ListenerSecurity {
  readonly options: TlsOptions
  readonly #asks: boolean
  /** Whom a required certificate must come from; undefined: none is required. */
  #required: TrustStore | undefined
  readonly #connections = new WeakMap<object, ShownCertificate | 'none'>()

  constructor(tls: ListenerTls, catalog: Catalog) {
    this.#asks = tls.clientCertificate !== 'none'
    this.#required = requiredTrust(tls, catalog)
    // whether a certificate will do is decided in `secured`, where the whole chain is at hand
    this.options = { ...tlsContext(tls, catalog), requestCert: this.#asks, rejectUnauthorized: false }
  }

  /** Connections from now on are judged by these authorities. */
  replace(tls: ListenerTls, catalog: Catalog): void {
    this.#required = requiredTrust(tls, catalog)
  }

  /** Notes that a connection's handshake is done; why it may not go on, or undefined when it may. */
  secured(socket: TLSSocket, now: number): string | undefined {
    const own = this.#asks ? socket.getPeerX509Certificate() : undefined
    const shown = own === undefined ? undefined : shownCertificate(own)
    this.#connections.set(socket, shown ?? 'none')
    return this.refusalOf(shown, now)
  }

  /** Why a connection on which that was shown may not go on; undefined when it may. */
  refusalOf(shown: ShownCertificate | undefined, now: number): string | undefined {
    if (this.#required === undefined) return undefined
    if (shown === undefined) return 'no client certificate'
    return isFrom(shown, this.#required, now) ? undefined : 'a client certificate of no authority that is named'
  }

  isSecured(socket: object): boolean {
    return this.#connections.has(socket)
  }

  /** Undefined when the caller showed none. */
  certificateOf(socket: object): ShownCertificate | undefined {
    const shown = this.#connections.get(socket)
    return shown === 'none' ? undefined : shown
  }
}

/** What a reload may change on a listener that runs. */
export function tlsContext(tls: ListenerTls, catalog: Pick<Catalog, 'certificateAuthorities'>): TlsOptions {
  const { chain, key, minVersion, clientCertificate } = tls
  return {
    cert: chain.join('\n'),
    key: key.export({ type: 'pkcs8', format: 'pem' }),
    minVersion,
    honorCipherOrder: true,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    ...(clientCertificate === 'none' ? {} : askingContext(authoritiesOf(tls, catalog))),
  }
}

/** An empty list (of 2000-01-01, of an authority "nobody" whose key was thrown away) that says nothing of anybody. */
const emptyList =
  '-----BEGIN X509 CRL-----\nMIGYMEACAQEwCgYIKoZIzj0EAwIwETEPMA0GA1UEAwwGbm9ib2R5Fw0wMDAxMDEwMDAwMDBaFw0wMDAxMDIwMDAwMDBaMAoGCCqGSM49BAMCA0gAMEUCICjLqqYNOxDDTxMl+I+TvW/KCi21924FAzDbuuCzEVrRAiEA+QMS9WecoF5gW4WzhxpkDuqVeU4KBYRhtr9C3J7Z1xQ=\n-----END X509 CRL-----\n'

/**
 * Asking callers for a certificate. Node keeps the chain that came with one only while OpenSSL's own verification does not succeed; a list of
 * revocations that no chain is found in makes sure of that, and findPath verifies instead. Sessions are not resumed: a resumed one has no chain.
 * The authorities' names tell callers which of their certificates to show.
 */
function askingContext(authorities: readonly string[]): TlsOptions {
  return {
    crl: emptyList,
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
    ...(authorities.length === 0 ? {} : { ca: [...authorities] }),
  }
}

function authoritiesOf({ clientAuthorities }: ListenerTls, { certificateAuthorities }: Pick<Catalog, 'certificateAuthorities'>) {
  return [...certificateAuthorities, ...clientAuthorities]
}

function requiredTrust(tls: ListenerTls, catalog: Catalog): TrustStore | undefined {
  return tls.clientCertificate === 'require' ? ownTrust(authoritiesOf(tls, catalog)) : undefined
}

function isFrom({ certificate, offered }: ShownCertificate, trust: TrustStore, now: number): boolean {
  startBudget(steps)
  try {
    return isValidAt(certificate, now) && findPath(certificate, { offered, trust, now, usage: clientAuth }) !== undefined
  } catch (error) {
    if (error instanceof NetException) return false // OpenSSL reads it, and the rules for chains do not
    throw error
  }
}

function isValidAt({ validFrom, validTo }: X509Certificate, now: number): boolean {
  return now >= Date.parse(validFrom) && now <= Date.parse(validTo)
}
