import { isIPv4, isIPv6 } from 'node:net'
import { type Canonical, canonicalFor, readablePart } from './uri-escape.ts'

/** An absolute URI in its parts, each canonical (escaped as AbsoluteUri has it). */
export interface UriParts {
  /** Lower case. */
  readonly scheme: string
  /** Whether `//` stands behind the scheme. */
  readonly hasAuthority: boolean
  readonly userInfo: string
  /** Lower case; an IPv6 address in brackets. */
  readonly host: string
  /** -1 when the scheme has none of its own and none was written. */
  readonly port: number
  readonly path: string
  /** With its `?`, or empty. */
  readonly query: string
  /** With its `#`, or empty. */
  readonly fragment: string
}

const ports: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443],
  ['ftp', 21],
  ['ws', 80],
  ['wss', 443],
  ['gopher', 70],
  ['ldap', 389],
  ['nntp', 119],
  ['telnet', 23],
  ['mailto', 25],
  ['net.tcp', 808],
])
const withAuthority = new Set(['http', 'https', 'ftp', 'ws', 'wss', 'gopher', 'ldap', 'nntp', 'telnet', 'net.tcp', 'net.pipe'])

export const defaultPort = (scheme: string): number => ports.get(scheme) ?? -1
export const isSchemeName = (text: string): boolean => /^[A-Za-z][A-Za-z0-9+.-]*$/.test(text)

/** `malformed`: begins like an absolute URI and is none; `relative`: nothing that begins like one. */
export type Parsed = UriParts | 'malformed' | 'relative'

const longest = 65_519

/** Reads an absolute URI as System.Uri of .NET Framework does. */
export function parseUri(text: string): Parsed {
  const given = text.trim()
  if (given.length > longest) return 'malformed'
  const canonical = canonicalFor(given)
  const drive = /^[A-Za-z]:[\\/]/.exec(given)
  if (drive !== null) return filePath(`/${given.replaceAll('\\', '/')}`, canonical)
  const unc = /^\\\\([^\\/]+)(.*)$/s.exec(given)
  if (unc?.[1] !== undefined)
    return { ...filePath((unc[2] ?? '').replaceAll('\\', '/') || '/', canonical), host: unc[1].toLowerCase() }
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(given)
  if (match?.[1] === undefined) return 'relative'
  return parseAfterScheme(match[1].toLowerCase(), match[2] ?? '', canonical)
}

function filePath(path: string, canonical: Canonical): UriParts {
  return {
    scheme: 'file',
    hasAuthority: true,
    userInfo: '',
    host: '',
    port: -1,
    path: canonical(withoutDots(path)),
    query: '',
    fragment: '',
  }
}

function parseAfterScheme(scheme: string, rest: string, canonical: Canonical): Parsed {
  if (scheme === 'file') return parseFile(rest, canonical)
  const slashes = /^(?:\/\/|\\\\)/.test(rest)
  if (!slashes && withAuthority.has(scheme)) return 'relative'
  if (!slashes) return scheme === 'mailto' ? parseMail(rest, canonical) : opaque(scheme, rest, canonical)
  return parseHierarchy(scheme, rest.slice(2), canonical)
}

function parseFile(rest: string, canonical: Canonical): Parsed {
  const path = rest.replaceAll('\\', '/')
  if (!path.startsWith('//')) return 'malformed'
  const [, host = '', tail = ''] = /^\/\/([^/]*)(.*)$/s.exec(path) ?? []
  const { path: plain, query, fragment } = cut(tail || '/')
  return {
    ...filePath(plain, canonical),
    host: host.toLowerCase(),
    query: '',
    fragment: canonical(fragment),
    path: canonical(withoutDots(plain) + query),
  }
}

/** `urn:isbn:1`: no authority, everything up to the query is the path. */
function opaque(scheme: string, rest: string, canonical: Canonical): UriParts {
  const { path, query, fragment } = cut(rest)
  return {
    scheme,
    hasAuthority: false,
    userInfo: '',
    host: '',
    port: -1,
    path: canonical(path),
    query: canonical(query),
    fragment: canonical(fragment),
  }
}

function parseMail(rest: string, canonical: Canonical): Parsed {
  const { path, query, fragment } = cut(rest)
  const at = path.lastIndexOf('@')
  if (at < 0) return { ...opaque('mailto', rest, canonical), port: 25 }
  const host = path.slice(at + 1)
  if (!isHost(host)) return 'malformed'
  return {
    scheme: 'mailto',
    hasAuthority: false,
    userInfo: canonical(path.slice(0, at)),
    host: host.toLowerCase(),
    port: 25,
    path: '',
    query: canonical(query),
    fragment: canonical(fragment),
  }
}

function parseHierarchy(scheme: string, rest: string, canonical: Canonical): Parsed {
  const end = rest.search(/[/\\?#]/)
  const authority = end < 0 ? rest : rest.slice(0, end)
  const parts = cut(end < 0 ? '' : rest.slice(end))
  // FTP knows no query
  const { path, query, fragment } =
    scheme === 'ftp' ? { ...parts, path: `${parts.path || '/'}${parts.query.replaceAll('?', '%3F')}`, query: '' } : parts
  const at = authority.lastIndexOf('@')
  const [, host = '', portText] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(authority.slice(at + 1)) ?? []
  const port = portText === undefined || portText === '' ? defaultPort(scheme) : portNumber(portText)
  if (port === undefined || !(host === '' ? !withAuthority.has(scheme) : isHost(host))) return 'malformed'
  const slashed = withAuthority.has(scheme) ? path.replaceAll('\\', '/') : path
  return {
    scheme,
    hasAuthority: true,
    userInfo: at < 0 ? '' : canonical(authority.slice(0, at)),
    host: host.toLowerCase(),
    port,
    path: canonical(withoutDots(slashed === '' && withAuthority.has(scheme) ? '/' : slashed)),
    query: canonical(query),
    fragment: canonical(fragment),
  }
}

function cut(text: string): { readonly path: string; readonly query: string; readonly fragment: string } {
  const hash = text.indexOf('#')
  const fragment = hash < 0 ? '' : text.slice(hash)
  const before = hash < 0 ? text : text.slice(0, hash)
  const mark = before.indexOf('?')
  return { path: mark < 0 ? before : before.slice(0, mark), query: mark < 0 ? '' : before.slice(mark), fragment }
}

function portNumber(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined
}

function isHost(host: string): boolean {
  if (host.startsWith('[')) return host.endsWith(']') && isIPv6(host.slice(1, -1).replace(/%.*$/, ''))
  return host !== '' && host.length <= 255 && !/[\s!"#$%&'()*+,/:;<=>?@[\\\]^`{|}]/.test(host)
}

export type HostKind = 'Unknown' | 'Basic' | 'Dns' | 'IPv4' | 'IPv6'

export function hostKind({ host, hasAuthority }: Pick<UriParts, 'host' | 'hasAuthority'>): HostKind {
  if (host === '') return hasAuthority ? 'Basic' : 'Unknown'
  if (host.startsWith('[')) return 'IPv6'
  return isIPv4(host) ? 'IPv4' : 'Dns'
}

/** RFC 3986 §5.2.4; a segment of escaped dots counts as dots, empty segments stay. */
export function withoutDots(path: string): string {
  if (!/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(path)) return path
  const kept: string[] = []
  const segments = path.split('/')
  segments.forEach((segment, i) => {
    const plain = segment.replace(/%2e/gi, '.')
    const isLast = i === segments.length - 1
    if (plain === '..') {
      if (kept.length > 1) kept.pop()
      if (isLast) kept.push('')
    } else if (plain === '.') {
      if (isLast) kept.push('')
    } else kept.push(segment)
  })
  return kept.join('/')
}

/** RFC 3986 §5.2.2: a reference against an absolute URI. */
export function resolveUri(base: UriParts, reference: string): Parsed {
  const own = parseUri(reference)
  if (typeof own !== 'string' && !reference.startsWith('\\')) return own
  if (own === 'malformed') return own
  const given = reference.trim()
  if (given.startsWith('//')) return parseUri(`${base.scheme}:${given}`)
  const { path, query, fragment } = cut(combine(base, given))
  const plain = withoutDots(path)
  const part = canonicalFor(base.userInfo + plain + query + fragment)
  return { ...base, userInfo: part(base.userInfo), path: part(plain), query: part(query), fragment: part(fragment) }
}

/** What follows the authority, as the text that .NET then reads anew. Of the base it takes what stays, in part in its readable form. */
function combine({ path, query, fragment }: UriParts, given: string): string {
  if (given === '') return readablePart(path + query + fragment).trimEnd()
  if (given.startsWith('?')) return path + given
  if (given.startsWith('#')) return path + query + given
  return given.startsWith('/') ? given : readablePart(path.slice(0, path.lastIndexOf('/') + 1)) + given
}
