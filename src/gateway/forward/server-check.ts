import type { X509Certificate } from 'node:crypto'
import type { ClientRequestArgs } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ConnectionOptions, checkServerIdentity, connect, type TLSSocket } from 'node:tls'
import type { ServerPins } from '../../catalog/catalog.ts'
import { isSignedBy } from '../../expressions/runtime/data/crypto/signed-by.ts'

/** How an https backend must prove itself. */
export interface ServerTrust {
  /** Whether the certificate must be from a known authority, and whether it must be for this host. */
  readonly verifyChain: boolean
  readonly verifyName: boolean
  /** Present: only these certificates are believed. */
  readonly pins?: ServerPins | undefined
}

/** Whether a connection is looked at once it stands: what Node's own verification does not do. */
export function needsCheck({ verifyChain, verifyName, pins }: ServerTrust): boolean {
  return pins !== undefined || (!verifyChain && verifyName)
}

/** What is wrong with the server's certificate; undefined when it will do. */
export function checkServer(socket: TLSSocket, host: string, { verifyName, pins }: ServerTrust, now: number): Error | undefined {
  const own = socket.getPeerX509Certificate()
  if (own === undefined) return failure('the backend showed no certificate')
  if (pins === undefined) return verifyName ? checkServerIdentity(host, own.toLegacyObject()) : undefined
  return isPinned(own, socket.authorized, pins, now)
    ? undefined
    : failure('the backend’s certificate is none of those that are named')
}

function isPinned(own: X509Certificate, authorized: boolean, { thumbprints, names }: ServerPins, now: number): boolean {
  if (thumbprints.includes(thumbprintOf(own))) return true
  const isValid = now >= Date.parse(own.validFrom) && now <= Date.parse(own.validTo)
  return (
    isValid &&
    names.some(({ name, issuerThumbprint }) => {
      if (!hasCommonName(own, name)) return false
      return issuerThumbprint === undefined ? authorized : isIssuedBy(own, issuerThumbprint)
    })
  )
}

/** A certificate that issued itself is its own authority. */
function isIssuedBy(own: X509Certificate, thumbprint: string): boolean {
  if (thumbprintOf(own) === thumbprint) return true
  const { issuerCertificate: issuer } = own
  return issuer !== undefined && thumbprintOf(issuer) === thumbprint && isSignedBy(own, issuer)
}

function hasCommonName({ subject }: X509Certificate, name: string): boolean {
  return subject.split('\n').some(line => line.startsWith('CN=') && line.slice(3).toLowerCase() === name.toLowerCase())
}

function thumbprintOf({ fingerprint }: X509Certificate): string {
  return fingerprint.replaceAll(':', '')
}

/** Counts as a backend that cannot be reached, as Node's own faults of certificates do. */
function failure(message: string): Error {
  return Object.assign(new Error(message), { code: 'ERR_TLS_CERT_NOT_BELIEVED' })
}

/** `createConnection` of node:https: hands the connection over once it was looked at. */
export function checkedConnection(trust: ServerTrust, tls: ConnectionOptions) {
  return (
    options: ClientRequestArgs & { readonly servername?: string },
    done: (error: Error | null, socket: Duplex) => void,
  ): undefined => {
    const host = options.host ?? 'localhost'
    const named = options.servername ?? host
    const isName = !/^[\d.]+$|:/.test(named)
    const socket: TLSSocket = connect(
      { ...tls, host, port: Number(options.port ?? 443), ...(isName ? { servername: named } : {}) },
      () => {
        const error = checkServer(socket, named, trust, Date.now())
        socket.off('error', fail)
        if (error === undefined) done(null, socket)
        else fail(error)
      },
    )
    const fail = (error: Error) => {
      socket.destroy()
      done(error, socket)
    }
    socket.once('error', fail)
    return undefined
  }
}
