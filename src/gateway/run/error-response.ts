import type { ReasonCode } from '../../catalog/reason.ts'
import { Body } from '../../policies/context/body.ts'
import type { ResponseMessage } from '../../policies/context/call-context.ts'
import { Headers } from '../../policies/context/headers.ts'

/** API Management's error body: `{"statusCode":404,"message":"Resource not found"}`. */
export function errorResponse(
  statusCode: number,
  message: string,
  reason: ReasonCode,
  headers: readonly (readonly [string, string])[] = [],
): ResponseMessage {
  const list = new Headers(['Content-Type', 'application/json'])
  for (const [name, value] of headers) list.set(name, value)
  const challenge = challengeFor(statusCode, reason)
  if (challenge !== undefined && !list.has('WWW-Authenticate')) list.append('WWW-Authenticate', challenge)
  return { statusCode, statusReason: '', headers: list, body: Body.of(JSON.stringify({ statusCode, message })) }
}

/** RFC 6750 §3: how a caller is told to bring a (better) token. What exactly was wrong is for the record. */
function challengeFor(statusCode: number, reason: ReasonCode): string | undefined {
  if (!reason.startsWith('token.')) return undefined
  if (statusCode === 401) return reason === 'token.missing' ? 'Bearer' : 'Bearer error="invalid_token"'
  return statusCode === 403 ? 'Bearer error="insufficient_scope"' : undefined
}
