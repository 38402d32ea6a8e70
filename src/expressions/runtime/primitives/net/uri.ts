import { makeArray } from '../../../types/arrays.ts'
import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import { netType, type Ref, type Value } from '../../../types/values.ts'
import { badArgument, outOfRange, required } from '../errors/argument-errors.ts'
import { compareBy } from '../text/compare-strings.ts'
import { defaultPort, hostKind, isSchemeName, parseUri, resolveUri, type UriParts } from './parse-uri.ts'
import { escapeData, escapeUri, plainPart, readablePart, unescapeData } from './uri-escape.ts'

const kinds = { relativeOrAbsolute: 0, absolute: 1, relative: 2 } as const

function badUri(message: string): never {
  return fail('System.UriFormatException', message)
}

/** System.Uri: absolute when it has parts, else the text of a relative reference. */
export class Uri {
  readonly original: string
  readonly own: UriParts | undefined

  constructor(original: string, own: UriParts | undefined) {
    this.original = original
    this.own = own
  }

  get parts(): UriParts {
    return this.own ?? fail('System.InvalidOperationException', 'This operation is not supported for a relative URI.')
  }

  get absolute(): string {
    const { path, query, fragment } = this.parts
    return `${schemeAndAuthority(this.parts, true)}${path}${query}${fragment}`
  }

  netToString(): string {
    if (this.own === undefined) return this.original
    const { path, query, fragment } = this.own
    return `${schemeAndAuthority(this.own, true)}${readablePart(path)}${readablePart(query)}${readablePart(fragment)}`
  }

  netEquals(other: Value): boolean {
    const theirs = typeof other === 'string' ? tryMake(other, kinds.relativeOrAbsolute) : other
    if (!(theirs instanceof Uri) || (this.own === undefined) !== (theirs.own === undefined)) return false
    if (this.own === undefined) return this.original === theirs.original
    return comparable(this.parts) === comparable(theirs.parts)
  }

  netHashCode(): number {
    let hash = 5381
    for (const char of this.own === undefined ? this.original : comparable(this.own))
      hash = (hash * 33 + (char.codePointAt(0) ?? 0)) | 0
    return hash
  }
}

/** Fragment and user do not count. */
const comparable = (parts: UriParts) => `${parts.scheme}://${parts.host}:${parts.port}${parts.path}${parts.query}`

/** `http://user@host:81`; for a scheme without `//` what stands before the path. */
export function schemeAndAuthority({ scheme, hasAuthority, userInfo, host, port }: UriParts, withUser: boolean): string {
  const user = withUser && userInfo !== '' ? `${userInfo}@` : ''
  const suffix = port === -1 || port === defaultPort(scheme) ? '' : `:${port}`
  return `${scheme}:${hasAuthority ? '//' : ''}${user}${host}${suffix}`
}

const authorityOf = ({ scheme, host, port }: UriParts) => (port === -1 || port === defaultPort(scheme) ? host : `${host}:${port}`)

function make(text: string | null, kind: number): Uri {
  const given = required(text, 'uriString')
  const parsed = parseUri(given)
  if (parsed === 'malformed') return badUri(whyMalformed(given))
  if (parsed === 'relative') {
    if (kind === kinds.absolute)
      return badUri(
        given.trim() === '' ? 'Invalid URI: The URI is empty.' : 'Invalid URI: The format of the URI could not be determined.',
      )
    return new Uri(given, undefined)
  }
  if (kind !== kinds.relative) return new Uri(given, parsed)
  // a Windows path may stand as a relative reference, a URI with a scheme may not
  return /^[A-Za-z]:\\/.test(given)
    ? new Uri(given, undefined)
    : badUri("A relative URI cannot be created because the 'uriString' parameter represents an absolute URI.")
}

function whyMalformed(text: string): string {
  if (/:\/\/(?:[^/?#@]*@)?[^/?#:]*:[^/?#]*[^0-9/?#]/.test(text) || /:\d{5,}/.test(text))
    return 'Invalid URI: Invalid port specified.'
  return 'Invalid URI: The hostname could not be parsed.'
}

export function tryMake(text: string | null, kind: number): Uri | undefined {
  if (text === null) return undefined
  const parsed = parseUri(text)
  if (parsed === 'malformed') return undefined
  if (parsed === 'relative') return kind === kinds.absolute ? undefined : new Uri(text, undefined)
  return kind === kinds.relative ? undefined : new Uri(text, parsed)
}

export function combine(base: Uri | null, reference: string): Uri {
  const from = required(base, 'baseUri')
  if (from.own === undefined) return outOfRange('baseUri')
  const resolved = resolveUri(from.own, reference)
  return typeof resolved === 'string' ? badUri(whyMalformed(reference)) : new Uri(reference, resolved)
}

function into(result: Ref, made: Uri | undefined): boolean {
  result.value = made ?? null
  return made !== undefined
}

function segmentsOf({ path }: UriParts): string[] {
  return path === '' ? [] : (path.match(/[^/]*\/|[^/]+$/g) ?? [])
}

function leftPart({ parts }: Uri, partial: number): string {
  if (partial === 0) return `${parts.scheme}:${parts.hasAuthority ? '//' : ''}`
  const authority = parts.hasAuthority && parts.host !== '' ? schemeAndAuthority(parts, true) : ''
  if (partial === 1) return authority
  return `${schemeAndAuthority(parts, true)}${parts.path}${partial === 3 ? parts.query : ''}`
}

/** The parts that a UriComponents value names, put together; KeepDelimiter (0x40000000) keeps a single part's mark. */
function components(self: Uri, wanted: number, format: number): string {
  const { parts } = self
  const has = (bit: number) => (wanted & bit) !== 0
  const show = format === 2 ? plainPart : format === 3 ? readablePart : (text: string) => text
  const portText = has(8) && (has(0x80) || parts.port !== defaultPort(parts.scheme)) ? `:${parts.port}` : ''
  if (wanted === 0x80 || wanted === 8) return parts.port === defaultPort(parts.scheme) && wanted === 8 ? '' : String(parts.port)
  let text = ''
  if (has(1)) text += has(2 | 4 | 8 | 16) ? `${parts.scheme}:${parts.hasAuthority ? '//' : ''}` : parts.scheme
  if (has(2) && parts.userInfo !== '') text += has(4) ? `${show(parts.userInfo)}@` : show(parts.userInfo)
  if (has(4)) text += parts.host
  text += portText
  const before = text !== ''
  if (has(16)) text += before || has(0x40000000) || wanted !== 16 ? show(parts.path) : show(parts.path.replace(/^\//, ''))
  if (has(32)) text += wanted === 32 ? show(parts.query.replace(/^\?/, '')) : show(parts.query)
  if (has(64)) text += wanted === 64 ? show(parts.fragment.replace(/^#/, '')) : show(parts.fragment)
  return text
}

function relativeBetween(self: Uri, other: Uri | null): Uri {
  const to = required(other, 'uri')
  const [a, b] = [self.parts, to.parts]
  if (a.scheme !== b.scheme || a.host !== b.host || a.port !== b.port) return to
  const [from, target] = [a.path.split('/'), b.path.split('/')]
  let common = 0
  while (common < from.length - 1 && common < target.length - 1 && from[common] === target[common]) common++
  const up = '../'.repeat(from.length - 1 - common)
  const down = target.slice(common).join('/')
  const path = up + down === '' && a.path !== b.path ? './' : a.path === b.path ? '' : up + down
  return new Uri(path + b.query + b.fragment, undefined)
}

function isWellFormed(text: string | null, kind: number): boolean {
  if (text === null) return false
  const made = tryMake(text, kind)
  if (made === undefined) return false
  // the blanks around an absolute one are no part of it
  const given = typeof parseUri(text) === 'string' ? text : text.trim()
  if (/%(?![0-9a-f]{2})|[\s<>"{}|\\^`]/i.test(given)) return false
  return (given.match(/#/g) ?? []).length <= 1
}

const same = (a: Uri | null, b: Uri | null) => (a === null || b === null ? a === b : a.netEquals(b))
const part = (read: (parts: UriParts) => unknown) => (self: Uri) => read(self.parts)

const isHex = (unit: number) => /^[0-9a-fA-F]$/.test(String.fromCharCode(unit))
const hexAt = (text: string, index: number) => /^%[0-9a-fA-F]{2}/.test(text.slice(index, index + 3))

function compareParts(a: Uri | null, b: Uri | null, parts: number, format: number, comparison: number): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1
  return compareBy(comparison, components(a, parts, format), components(b, parts, format))
}

export const uriType: DefinedType = defineType('class System.Uri', {
  'const string UriSchemeHttp': { constant: 'http' },
  'const string UriSchemeHttps': { constant: 'https' },
  'const string UriSchemeGopher': { constant: 'gopher' },
  'const string UriSchemeNews': { constant: 'news' },
  'const string UriSchemeNntp': { constant: 'nntp' },
  'const string UriSchemeNetTcp': { constant: 'net.tcp' },
  'const string UriSchemeNetPipe': { constant: 'net.pipe' },
  'const string UriSchemeFtp': { constant: 'ftp' },
  'const string UriSchemeFile': { constant: 'file' },
  'const string UriSchemeMailto': { constant: 'mailto' },
  'const string SchemeDelimiter': { constant: '://' },
  'new(string uriString)': (text: string | null) => make(text, kinds.absolute),
  'new(string uriString, UriKind uriKind)': make,
  'new(Uri baseUri, string relativeUri)': (base: Uri | null, reference: string | null) => combine(base, reference ?? ''),
  'new(Uri baseUri, Uri relativeUri)': (base: Uri | null, reference: Uri | null) =>
    combine(base, required(reference, 'relativeUri').original),
  'static bool TryCreate(string uriString, UriKind uriKind, out Uri result)': (text: string | null, kind: number, result: Ref) =>
    into(result, tryMake(text, kind)),
  'static bool TryCreate(Uri baseUri, string relativeUri, out Uri result)': (
    base: Uri | null,
    reference: string | null,
    result: Ref,
  ) => {
    const resolved = base?.own === undefined ? 'malformed' : resolveUri(base.own, reference ?? '')
    return into(result, typeof resolved === 'string' ? undefined : new Uri(reference ?? '', resolved))
  },
  'static bool TryCreate(Uri baseUri, Uri relativeUri, out Uri result)': (
    base: Uri | null,
    reference: Uri | null,
    result: Ref,
  ) => {
    const resolved = base?.own === undefined || reference === null ? 'malformed' : resolveUri(base.own, reference.original)
    return into(result, typeof resolved === 'string' ? undefined : new Uri(reference?.original ?? '', resolved))
  },
  'static string EscapeDataString(string stringToEscape)': (text: string | null) => escapeData(required(text, 'stringToEscape')),
  'static string EscapeUriString(string stringToEscape)': (text: string | null) => escapeUri(required(text, 'stringToEscape')),
  'static string UnescapeDataString(string stringToUnescape)': (text: string | null) =>
    unescapeData(required(text, 'stringToUnescape')),
  'static bool IsWellFormedUriString(string uriString, UriKind uriKind)': isWellFormed,
  'static bool CheckSchemeName(string schemeName)': (name: string | null) => name !== null && isSchemeName(name),
  'static UriHostNameType CheckHostName(string name)': (name: string | null) => {
    const parsed = name === null || name === '' ? 'malformed' : parseUri(`http://${name.includes(':') ? `[${name}]` : name}/`)
    return typeof parsed === 'string' ? 0 : hostKinds[hostKind(parsed)]
  },
  'static bool IsHexDigit(char character)': (unit: number) => isHex(unit),
  'static int FromHex(char digit)': (unit: number) =>
    isHex(unit) ? Number.parseInt(String.fromCharCode(unit), 16) : badArgument('Argument is not a hexadecimal digit.', 'digit'),
  'static bool IsHexEncoding(string pattern, int index)': (text: string | null, index: number) =>
    hexAt(required(text, 'pattern'), index),
  'static char HexUnescape(string pattern, ref int index)': (text: string | null, index: Ref<number>) => {
    const pattern = required(text, 'pattern')
    if (index.value < 0 || index.value >= pattern.length) return outOfRange('index')
    if (!hexAt(pattern, index.value)) return pattern.charCodeAt(index.value++)
    index.value += 3
    return Number.parseInt(pattern.slice(index.value - 2, index.value), 16)
  },
  'static int Compare(Uri uri1, Uri uri2, UriComponents partsToCompare, UriFormat compareFormat, StringComparison comparisonType)':
    compareParts,
  'static string HexEscape(char character)': (char: number) =>
    char > 255 ? outOfRange('character') : `%${char.toString(16).toUpperCase().padStart(2, '0')}`,
  'string AbsoluteUri { get; }': (self: Uri) => self.absolute,
  'string AbsolutePath { get; }': part(({ path, scheme }) => (scheme === 'file' ? path.replace(/^\/(?=[A-Za-z]:)/, '') : path)),
  'string PathAndQuery { get; }': part(
    ({ path, query, scheme }) => (scheme === 'file' ? path.replace(/^\/(?=[A-Za-z]:)/, '') : path) + query,
  ),
  'string Query { get; }': part(({ query }) => query),
  'string Fragment { get; }': part(({ fragment }) => fragment),
  'string Host { get; }': part(({ host }) => host),
  'string DnsSafeHost { get; }': part(({ host }) => host.replace(/^\[|\]$/g, '')),
  'string IdnHost { get; }': part(({ host }) => host.replace(/^\[|\]$/g, '')),
  'int Port { get; }': part(({ port }) => port),
  'bool IsDefaultPort { get; }': part(({ port, scheme }) => port === defaultPort(scheme)),
  'string Scheme { get; }': part(({ scheme }) => scheme),
  'string Authority { get; }': part(authorityOf),
  'string UserInfo { get; }': part(({ userInfo }) => userInfo),
  'string LocalPath { get; }': part(({ path, scheme }) =>
    scheme === 'file' && /^\/[A-Za-z]:/.test(path) ? plainPart(path.slice(1)).replaceAll('/', '\\') : plainPart(path),
  ),
  'string[] Segments { get; }': (self: Uri) => makeArray(lookupType('System.String'), segmentsOf(self.parts)),
  'string OriginalString { get; }': (self: Uri) => self.original,
  'bool IsAbsoluteUri { get; }': (self: Uri) => self.own !== undefined,
  'bool IsFile { get; }': part(({ scheme }) => scheme === 'file'),
  'bool IsUnc { get; }': part(({ scheme, host }) => scheme === 'file' && host !== ''),
  'bool IsLoopback { get; }': part(
    ({ host, scheme }) => (scheme === 'file' && host === '') || /^(?:localhost|loopback|127(?:\.\d+){3}|\[::1\])$/.test(host),
  ),
  'bool UserEscaped { get; }': () => false,
  'UriHostNameType HostNameType { get; }': part(parts => hostKinds[hostKind(parts)]),
  'string GetLeftPart(UriPartial part)': leftPart,
  'string GetComponents(UriComponents components, UriFormat format)': components,
  'bool IsBaseOf(Uri uri)': (self: Uri, other: Uri | null) => {
    const [a, b] = [self.parts, required(other, 'uri').own]
    if (b === undefined) return true
    return (
      a.scheme === b.scheme &&
      a.host === b.host &&
      a.port === b.port &&
      b.path.startsWith(a.path.slice(0, a.path.lastIndexOf('/') + 1))
    )
  },
  'Uri MakeRelativeUri(Uri uri)': relativeBetween,
  'bool IsWellFormedOriginalString()': (self: Uri) => isWellFormed(self.original, kinds.relativeOrAbsolute),
  'string ToString()': (self: Uri) => self.netToString(),
  'bool Equals(object comparand)': (self: Uri, other: Value) => self.netEquals(other),
  'int GetHashCode()': (self: Uri) => self.netHashCode(),
  'static bool operator ==(Uri uri1, Uri uri2)': same,
  'static bool operator !=(Uri uri1, Uri uri2)': (a: Uri | null, b: Uri | null) => !same(a, b),
})

const hostKinds = { Unknown: 0, Basic: 1, Dns: 2, IPv4: 3, IPv6: 4 } as const

Object.defineProperty(Uri.prototype, netType, { value: uriType.of() })

/** For UriBuilder: the URI of a text that must be absolute. */
export function absoluteUri(text: string | null, parameter: string): Uri {
  const given = required(text, parameter)
  const made = tryMake(given, kinds.absolute) ?? tryMake(`http://${given}`, kinds.absolute)
  return made ?? badArgument('The URI is not absolute.', parameter)
}
