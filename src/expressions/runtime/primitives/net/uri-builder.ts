import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { netType, type Value } from '../../../types/values.ts'
import { outOfRange, required } from '../errors/argument-errors.ts'
import { absoluteUri, tryMake, type Uri } from './uri.ts'
import { escapedPart } from './uri-escape.ts'

/** System.UriBuilder: parts that are set one by one. Query and fragment keep their mark, as the Framework's getters show them. */
export class UriBuilder {
  scheme = 'http'
  userName = ''
  password = ''
  host = 'localhost'
  port = -1
  path = '/'
  query = ''
  fragment = ''

  static from(uri: Uri): UriBuilder {
    const builder = new UriBuilder()
    const { scheme, userInfo, host, port, path, query, fragment } = uri.parts
    const [name = '', password = ''] = userInfo.split(':')
    return Object.assign(builder, { scheme, userName: name, password, host, port, path, query, fragment })
  }

  netToString(): string {
    const user = this.userName === '' ? '' : `${this.userName}${this.password === '' ? '' : `:${this.password}`}@`
    const port = this.port === -1 || this.host === '' ? '' : `:${this.port}`
    const path = this.path.startsWith('/') ? this.path : `/${this.path}`
    return `${this.scheme}://${user}${this.host}${port}${path}${this.query}${this.fragment}`
  }

  get uri(): Uri {
    return absoluteUri(this.netToString(), 'uri')
  }

  netEquals(other: Value): boolean {
    return other instanceof UriBuilder && this.uri.netEquals(other.uri)
  }

  netHashCode(): number {
    return this.uri.netHashCode()
  }
}

const marked = (mark: string, text: string | null) => (text === null || text === '' ? '' : mark + text)

function setScheme(self: UriBuilder, text: string | null): void {
  const scheme = (text ?? '').replace(/:.*$/s, '').toLowerCase()
  self.scheme = scheme
}

function setPort(self: UriBuilder, port: number): void {
  if (port < -1 || port > 65_535) outOfRange('value')
  self.port = port
}

/** Setting a query adds its mark, also when the text brings one. */
function build(scheme: string | null, host: string | null, port = -1, path = '/', extra = ''): UriBuilder {
  const builder = new UriBuilder()
  setScheme(builder, scheme)
  builder.host = host ?? ''
  setPort(builder, port)
  builder.path = escapedPart(path.replaceAll('\\', '/'))
  const hash = extra.indexOf('#')
  if (extra.startsWith('?')) builder.query = escapedPart(hash < 0 ? extra : extra.slice(0, hash))
  if (hash >= 0) builder.fragment = escapedPart(extra.slice(hash))
  return builder
}

export const uriBuilderType: DefinedType = defineType('class System.UriBuilder', {
  'new()': () => new UriBuilder(),
  'new(string uri)': (text: string | null) => {
    const given = required(text, 'uri')
    return UriBuilder.from(tryMake(given, 1) ?? absoluteUri(given, 'uri'))
  },
  'new(Uri uri)': (uri: Uri | null) => UriBuilder.from(required(uri, 'uri')),
  'new(string schemeName, string hostName)': (scheme: string | null, host: string | null) => build(scheme, host),
  'new(string scheme, string host, int portNumber)': (scheme: string | null, host: string | null, port: number) =>
    build(scheme, host, port),
  'new(string scheme, string host, int port, string pathValue)': (
    scheme: string | null,
    host: string | null,
    port: number,
    path: string | null,
  ) => build(scheme, host, port, path ?? '/'),
  'new(string scheme, string host, int port, string path, string extraValue)': (
    scheme: string | null,
    host: string | null,
    port: number,
    path: string | null,
    extra: string | null,
  ) => build(scheme, host, port, path ?? '/', extra ?? ''),
  'string Scheme { get; set; }': { get: (self: UriBuilder) => self.scheme, set: setScheme },
  'string UserName { get; set; }': {
    get: (self: UriBuilder) => self.userName,
    set(self: UriBuilder, text: string | null) {
      self.userName = text ?? ''
    },
  },
  'string Password { get; set; }': {
    get: (self: UriBuilder) => self.password,
    set(self: UriBuilder, text: string | null) {
      self.password = text ?? ''
    },
  },
  'string Host { get; set; }': {
    get: (self: UriBuilder) => self.host,
    set(self: UriBuilder, text: string | null) {
      self.host = text?.includes(':') === true && !text.startsWith('[') ? `[${text}]` : (text ?? '')
    },
  },
  'int Port { get; set; }': { get: (self: UriBuilder) => self.port, set: setPort },
  'string Path { get; set; }': {
    get: (self: UriBuilder) => self.path,
    set(self: UriBuilder, text: string | null) {
      self.path = text === null || text === '' ? '/' : escapedPart(text.replaceAll('\\', '/'))
    },
  },
  'string Query { get; set; }': {
    get: (self: UriBuilder) => self.query,
    set(self: UriBuilder, text: string | null) {
      self.query = marked('?', text)
    },
  },
  'string Fragment { get; set; }': {
    get: (self: UriBuilder) => self.fragment,
    set(self: UriBuilder, text: string | null) {
      self.fragment = marked('#', text)
    },
  },
  'Uri Uri { get; }': (self: UriBuilder) => self.uri,
  'string ToString()': (self: UriBuilder) => self.netToString(),
  'bool Equals(object rparam)': (self: UriBuilder, other: Value) => self.netEquals(other),
  'int GetHashCode()': (self: UriBuilder) => self.netHashCode(),
})

Object.defineProperty(UriBuilder.prototype, netType, { value: uriBuilderType.of() })
