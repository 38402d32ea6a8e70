/** A request as endpoints see it: read whole, within its caps. */
export interface DirectoryRequest {
  readonly method: string
  /** Decoded parts of the path, without empty ones. */
  readonly path: readonly string[]
  readonly query: URLSearchParams
  /** Fields by lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  /** The body; empty for a request without one. */
  readonly body: string
  /** `https://localhost:8443`: how the caller names this server, when it is one of the names that it may go by. */
  readonly origin: string
  readonly ipAddress: string
}

export interface DirectoryResponse {
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

export function json(status: number, body: unknown, headers: DirectoryResponse['headers'] = []): DirectoryResponse {
  return { status, headers: [['Content-Type', 'application/json; charset=utf-8'], ...headers], body: JSON.stringify(body) }
}

export function redirect(location: string, headers: DirectoryResponse['headers'] = []): DirectoryResponse {
  return { status: 302, headers: [['Location', location], ['Cache-Control', 'no-store'], ...headers], body: '' }
}

/** Must not be kept by anyone: tokens, codes, pages of a sign-in (RFC 6749 §5.1). */
export const noStore: DirectoryResponse['headers'] = [
  ['Cache-Control', 'no-store'],
  ['Pragma', 'no-cache'],
]

/**
 * The fields of a form (application/x-www-form-urlencoded), each at most once (RFC 6749 §3.2); undefined when one stands twice.
 * A field without a value counts as absent.
 */
export function readForm(body: string): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(body)) {
    if (fields.has(name)) return undefined
    if (value !== '') fields.set(name, value)
  }
  return fields
}
