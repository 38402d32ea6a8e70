import type { ErrorIds } from '../entra-errors.ts'
import { type DirectoryResponse, json, noStore } from '../http/exchange.ts'

/** A refusal of Microsoft Graph ("Microsoft Graph error responses"): a code that clients match on, and a sentence. */
export interface GraphError {
  readonly kind: 'graph-error'
  readonly status: 400 | 401 | 403 | 404 | 405 | 409
  readonly code: string
  readonly message: string
}

export function graphError(status: GraphError['status'], code: string, message: string): GraphError {
  return { kind: 'graph-error', status, code, message }
}

export const notFound = (name: string) =>
  graphError(
    404,
    'Request_ResourceNotFound',
    `Resource '${name.slice(0, 100)}' does not exist or one of its queried reference-property objects are not present.`,
  )

export const badRequest = (message: string) => graphError(400, 'Request_BadRequest', message)

export const unsupportedQuery = (message: string) => graphError(400, 'Request_UnsupportedQuery', message)

export const denied = () => graphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.')

export function isGraphError(value: unknown): value is GraphError {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'graph-error'
}

export function graphErrorResponse(
  { status, code, message }: GraphError,
  { traceId, correlationId, now }: ErrorIds,
): DirectoryResponse {
  const innerError = { date: new Date(now).toISOString().slice(0, 19), 'request-id': traceId, 'client-request-id': correlationId }
  const challenge = status === 401 ? ([['WWW-Authenticate', 'Bearer realm="", error="invalid_token"']] as const) : []
  return json(status, { error: { code, message, innerError } }, [...noStore, ['request-id', traceId], ...challenge])
}
