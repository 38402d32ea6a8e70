import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import type { Catalog } from '../catalog/catalog.ts'
import { fieldInUtf8 } from '../explain/as-sent.ts'
import { ListenerSecurity } from '../gateway/listen/listener-security.ts'
import type { Incoming } from '../gateway/run/serve-call.ts'
import type { ShownCertificate } from '../gateway/run/shown-certificate.ts'
import { Headers } from '../policies/context/headers.ts'
import { type Arguments, UsageError } from './command.ts'
import { bodyFrom } from './explain-data.ts'

/** The call that `explain` is asked about, as its caller would send it. */
export function requestFrom(args: Arguments, catalog: Catalog, cwd: string): Incoming {
  const url = args.text('url')
  if (url === undefined) throw new UsageError('--url says which call is meant (or --request-id, for one that was made)')
  const data = args.text('data')
  const method = (args.text('method') ?? (data === undefined ? 'GET' : 'POST')).toUpperCase()
  const peer = args.text('ip') ?? '127.0.0.1'
  if (isIP(peer) === 0) throw new UsageError(`--ip ${peer} is no IP address`)
  const { scheme, host, path, query } = partsOf(url)
  const { listen } = catalog.settings.gateway
  const headers = new Headers(args.texts('header').flatMap(headerFrom))
  if (!headers.has('host')) headers.append('Host', host ?? `${listen.host}:${listen.port}`)
  const token = args.text('token')
  if (token !== undefined) {
    if (headers.has('authorization'))
      throw new UsageError('--token and a header Authorization say the same thing: give one of them')
    headers.append('Authorization', `Bearer ${token.trim()}`)
  }
  const certificate = certificateFrom(args.text('certificate'), cwd)
  refuseUnconnected({ scheme, certificate }, catalog)
  const body = bodyFrom(data, headers, cwd)
  return { method, path, query, headers, body, peer, scheme: scheme ?? 'http', certificate, startedAt: Date.now() }
}

/** Path and query as they would be sent, not tidied up as a URL parser does: routing judges their spelling. */
function partsOf(url: string) {
  const [, scheme, host, rest = ''] = /^(?:(https?):\/\/([^/?#]+))?([^#]*)/i.exec(url) ?? []
  const target = rest === '' || rest.startsWith('?') ? `/${rest}` : rest
  if (!/^\/[\x21-\x7e]*$/.test(target))
    throw new UsageError('--url is http://HOST/PATH or /PATH, percent-encoded as it would be sent')
  const mark = target.indexOf('?')
  return {
    scheme: schemeOf(scheme),
    host,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark),
  }
}

function schemeOf(text: string | undefined): Incoming['scheme'] | undefined {
  if (text === undefined) return undefined
  return text.toLowerCase() === 'https' ? 'https' : 'http'
}

/** A connection that does not come about brings no call. */
function refuseUnconnected(
  { scheme, certificate }: { readonly scheme: Incoming['scheme'] | undefined; readonly certificate: Incoming['certificate'] },
  catalog: Catalog,
): void {
  const { tls } = catalog.settings.gateway
  if (certificate !== undefined && (tls === undefined || tls.clientCertificate === 'none'))
    throw new UsageError('--certificate: the gateway asks no caller for one, so none is shown (gateway.tls.clientCertificate)')
  if (tls === undefined) return
  if (scheme === 'http') throw new UsageError('--url: the gateway speaks HTTPS alone (gateway.tls), and no call comes in by http')
  const refused = new ListenerSecurity(tls, catalog).refusalOf(certificate, Date.now())
  if (refused === undefined) return
  throw new UsageError(`the gateway breaks off a connection with ${refused} (tls.handshake): --certificate says what is shown`)
}

/** What the caller would show on its connection. No private key is read: nobody is asked to prove anything here. */
function certificateFrom(file: string | undefined, cwd: string): ShownCertificate | undefined {
  if (file === undefined) return undefined
  let text: string
  try {
    text = readFileSync(resolve(cwd, file), 'latin1')
  } catch {
    throw new UsageError(`--certificate ${file} cannot be read`)
  }
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? []
  try {
    const [certificate, ...offered] = blocks.map(block => new X509Certificate(block))
    if (certificate !== undefined) return { certificate, offered }
  } catch {
    // told below: a damaged certificate is none
  }
  throw new UsageError(`--certificate ${file} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)`)
}

function headerFrom(text: string): [string, string] {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([^\r\n]*)$/.exec(text) ?? []
  if (name === undefined || value === undefined) throw new UsageError("--header takes 'Name: value'")
  return [name, fieldInUtf8(value)]
}

/** The texts of a call that must not be shown again: its credentials and what its query says. */
export function secretsOf({ headers, query }: Incoming, { subscriptions }: Catalog): readonly string[] {
  const authorization = headers.get('authorization') ?? ''
  const token = authorization.replace(/^\S+\s+/, '')
  const keys = subscriptions.flatMap(({ primaryKey, secondaryKey }) => [primaryKey ?? '', secondaryKey ?? ''])
  const inQuery = [...new URLSearchParams(query).values()].filter(value => value.length >= 16)
  return [authorization, token, ...token.split('.'), ...keys, ...inQuery].filter(text => text.length >= 12)
}
