import type { IncomingMessage, ServerOptions } from 'node:http'
import type { ReasonCode } from '../../catalog/reason.ts'

/** An answer to what never became a call. */
export interface TurnedAway {
  readonly status: number
  readonly message: string
  readonly reason: ReasonCode
  /** What is wrong with it, for the record; never the caller's own text. */
  readonly received?: string | undefined
}

/**
 * How node reads requests, wherever they come from: by its strict parser, so that what cannot be read for certain is refused. `isBusy`: answers are still due on the
 * connection; a tunnel would begin in the middle of them, so it is as if none had been asked for.
 */
export function parserOptions(maxHeaderBytes: number, isBusy: (connection: object) => boolean = () => false): ServerOptions {
  return {
    maxHeaderSize: maxHeaderBytes,
    insecureHTTPParser: false,
    // looked at where the answer can have API Management's error body
    requireHostHeader: false,
    shouldUpgradeCallback: request => isWebSocket(request) && !isBusy(request.socket),
  }
}

/** What a parser's error is answered. */
export function faultOf(error: NodeJS.ErrnoException): TurnedAway {
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return { status: 431, message: 'Request Header Fields Too Large', reason: 'request.headers-too-large' }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return { status: 408, message: 'Request Timeout', reason: 'request.timeout' }
  const received = 'reason' in error && typeof error.reason === 'string' ? error.reason : undefined
  return { status: 400, message: 'Bad Request', reason: 'request.malformed', received }
}

/**
 * The only change of protocol that goes through. Any other (`h2c` above all) would be a way to speak to the backend past every policy; such a
 * call is served as if it had not asked (RFC 9110 §7.8).
 */
function isWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket'
}
