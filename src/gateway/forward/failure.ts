import type { ReasonCode } from '../../catalog/reason.ts'

export type BackendReason = Extract<
  ReasonCode,
  'backend.unreachable' | 'backend.timeout' | 'backend.reset' | 'backend.response' | 'request.aborted' | 'policy.failed'
>

/** Why forwarding a call can fail. */
export type ForwardReason = BackendReason | Extract<ReasonCode, 'backend.missing' | 'request.body-too-large'>

const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])
const late = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'])
/** What undici and node will not send: a header, method or path that no request can have. */
const unsendable = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'ERR_INVALID_CHAR',
  'ERR_INVALID_HTTP_TOKEN',
  'ERR_UNESCAPED_CHARACTERS',
])
const broken = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED'])

/** What went wrong between gateway and backend, by the codes of node and undici; undefined for what is no failure of the exchange but a bug. */
export function reasonOf(error: unknown): BackendReason | undefined {
  const code = codeOf(error)
  if (error instanceof Error && error.name === 'HTTPParserError') return 'backend.response'
  if (code === undefined) return undefined
  if (unsendable.has(code)) return 'policy.failed'
  if (unreachable.has(code) || code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || isCertificateFault(code))
    return 'backend.unreachable'
  if (late.has(code)) return 'backend.timeout'
  if (broken.has(code)) return 'backend.reset'
  if (code.startsWith('HPE_') || code.startsWith('UND_ERR')) return 'backend.response'
  return undefined
}

/** The code of an error, or of one that it wraps or gathers. */
export function codeOf(error: unknown): string | undefined {
  if (error === null || typeof error !== 'object') return undefined
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  if ('code' in error && typeof error.code === 'string') return error.code
  return 'cause' in error ? codeOf(error.cause) : undefined
}

/** OpenSSL's verification results, as node names them. */
function isCertificateFault(code: string): boolean {
  return /^(?:UNABLE_TO_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|PATH_LENGTH_|HOSTNAME_MISMATCH)/.test(code)
}

const idle = new WeakSet<object>()

/** Remembers that an error is of a connection that had served before: the backend may have closed it while it was idle. */
export function markIdleSocket(error: object): void {
  idle.add(error)
}

/** Whether the exchange failed because a kept connection was dead: the backend has not answered, and most likely not seen, the request. */
export function wasIdleSocket(error: unknown): boolean {
  if (error === null || typeof error !== 'object' || reasonOf(error) !== 'backend.reset') return false
  if (idle.has(error)) return true
  // undici's SocketError says what went over the connection
  const socket = 'socket' in error && error.socket !== null && typeof error.socket === 'object' ? error.socket : undefined
  return socket !== undefined && 'bytesRead' in socket && typeof socket.bytesRead === 'number' && socket.bytesRead > 0
}
