import { randomUUID } from 'node:crypto'
import type { ErrorIds } from '../entra-errors.ts'
import type { DirectoryRequest } from './exchange.ts'

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Ids of one occasion; the client's own `client-request-id` when it sent one that is a GUID. */
export function newIds(services: { now(): number }, request?: DirectoryRequest): ErrorIds {
  const form = new URLSearchParams(request?.method === 'POST' ? request.body : '')
  const sent =
    request?.headers.get('client-request-id') ?? request?.query.get('client-request-id') ?? form.get('client-request-id') ?? ''
  return { traceId: randomUUID(), correlationId: guid.test(sent) ? sent : randomUUID(), now: services.now() }
}
