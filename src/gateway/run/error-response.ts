import { STATUS_CODES } from 'node:http'
import { Body } from '../../policies/context/body.ts'
import type { ResponseMessage } from '../../policies/context/call-context.ts'
import { Headers } from '../../policies/context/headers.ts'

/**
 * API Management's error body: `{"statusCode":404,"message":"Resource not found"}`. The id of a call's record goes along in X-Request-Id: it is all
 * that a caller learns of the details.
 */
export function errorResponse(
  statusCode: number,
  message: string,
  { headers = [], requestId, challenge }: ErrorDetails = {},
): ResponseMessage {
  const list = new Headers(['Content-Type', 'application/json'])
  if (requestId !== undefined) list.append('X-Request-Id', requestId)
  for (const [name, value] of headers) list.set(name, value)
  if (challenge !== undefined && !list.has('WWW-Authenticate')) list.append('WWW-Authenticate', challenge)
  return {
    statusCode,
    statusReason: STATUS_CODES[statusCode] ?? '',
    headers: list,
    body: Body.of(JSON.stringify({ statusCode, message })),
  }
}

export interface ErrorDetails {
  readonly headers?: readonly (readonly [string, string])[] | undefined
  readonly requestId?: string
  /** `WWW-Authenticate`, unless the headers have one. */
  readonly challenge?: string | undefined
}
