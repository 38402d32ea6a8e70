import type { Backend, Catalog, NamedValue } from '../../catalog/catalog.ts'
import { clientCertificate } from '../../policies/certificates/client-certificate.ts'
import type { ClientCertificate } from '../../policies/connection.ts'

/** A backend with all that it names at hand. */
export interface ServedBackend extends Backend {
  /** What the gateway shows to it. */
  readonly shows?: ClientCertificate
  /** A named value or certificate that it needs and that is not at hand: no call is sent without what it should carry. */
  readonly lacks?: string
}

/** The catalog with the values of named values in its backends' URLs, credentials and proxies. */
export function withBackendValues(catalog: Catalog): Catalog {
  const values = new Map(catalog.namedValues.map(one => [one.displayName, one]))
  if (!catalog.backends.some(backend => JSON.stringify(backend).includes('{{'))) return catalog
  return { ...catalog, backends: catalog.backends.map(backend => withValues(backend, values)) }
}

export function servedBackends({ backends, certificates }: Catalog): ReadonlyMap<string, ServedBackend> {
  return new Map(
    backends.map((backend): [string, ServedBackend] => {
      const id = backend.credentials?.certificateId
      const held = certificates.find(one => one.id === id)
      const shows = held === undefined ? undefined : clientCertificate(held)
      const lacks = id !== undefined && shows === undefined ? `the certificate ${id}` : unfilledIn(backend)
      return [backend.name, { ...backend, ...(shows === undefined ? {} : { shows }), ...(lacks === undefined ? {} : { lacks }) }]
    }),
  )
}

const reference = /\{\{\s*([\w.-]+)\s*\}\}/g

function withValues(backend: Backend, values: ReadonlyMap<string, NamedValue>): Backend {
  const fill = (text: string) => text.replace(reference, (whole, name: string) => values.get(name)?.value ?? whole)
  const fillAll = (lists: Readonly<Record<string, readonly string[]>>) =>
    Object.fromEntries(Object.entries(lists).map(([name, texts]) => [name, texts.map(fill)]))
  const { credentials, proxy } = backend
  const authorization = credentials?.authorization
  return {
    ...backend,
    url: fill(backend.url),
    ...(credentials === undefined
      ? {}
      : {
          credentials: {
            ...credentials,
            header: fillAll(credentials.header),
            query: fillAll(credentials.query),
            ...(authorization === undefined
              ? {}
              : { authorization: { scheme: fill(authorization.scheme), parameter: fill(authorization.parameter) } }),
          },
        }),
    ...(proxy === undefined
      ? {}
      : {
          proxy: {
            url: fill(proxy.url),
            ...(proxy.username === undefined ? {} : { username: fill(proxy.username) }),
            ...(proxy.password === undefined ? {} : { password: fill(proxy.password) }),
          },
        }),
  }
}

function unfilledIn({ url, credentials, proxy }: Backend): string | undefined {
  const { header = {}, query = {}, authorization } = credentials ?? {}
  const texts = [
    url,
    ...Object.values(header).flat(),
    ...Object.values(query).flat(),
    authorization?.scheme ?? '',
    authorization?.parameter ?? '',
    proxy?.url ?? '',
    proxy?.username ?? '',
    proxy?.password ?? '',
  ]
  for (const text of texts) {
    const [, name] = /\{\{\s*([\w.-]+)\s*\}\}/.exec(text) ?? []
    if (name !== undefined) return `a value of the named value ${name}`
  }
  return undefined
}
