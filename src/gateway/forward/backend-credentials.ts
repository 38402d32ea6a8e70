import type { Backend } from '../../catalog/catalog.ts'

/** Adds a backend entity's header, query and authorization credentials; gives the path to ask with. `headers` is a flat list. */
export function applyCredentials(backend: Backend | undefined, headers: string[], path: string): string {
  const credentials = backend?.credentials
  if (credentials === undefined) return path
  for (const [name, values] of Object.entries(credentials.header)) setHeader(headers, name, values)
  const { authorization } = credentials
  if (authorization !== undefined) setHeader(headers, 'Authorization', [`${authorization.scheme} ${authorization.parameter}`])
  const query = Object.entries(credentials.query).flatMap(([name, values]) =>
    values.map(value => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  )
  return query.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${query.join('&')}`
}

/** Sets a field of a flat list: it wins over what the caller sent under that name. */
export function setHeader(headers: string[], name: string, values: readonly string[]): void {
  const lower = name.toLowerCase()
  for (let i = headers.length - 2; i >= 0; i -= 2) if (headers[i]?.toLowerCase() === lower) headers.splice(i, 2)
  for (const value of values) headers.push(name, value)
}
