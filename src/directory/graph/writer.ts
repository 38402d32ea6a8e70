import type { Change } from '../changes/change.ts'
import { type DirectoryRequest, type DirectoryResponse, json, noStore } from '../http/exchange.ts'
import type { Services } from '../services.ts'
import type { Body } from './body-values.ts'
import { type GraphError, graphError } from './graph-error.ts'
import type { Writing } from './permissions.ts'
import { bodyOf } from './reading.ts'

export type Written = DirectoryResponse | GraphError

/** A write under way: what the path names, and the body. */
export interface Write {
  readonly services: Services
  readonly request: DirectoryRequest
  /** Key of the thing that is written to; empty where one is created. */
  readonly id: string
  /** Key of what hangs on it. */
  readonly item: string
  readonly body: Body
}

export interface Writer {
  readonly needs: Writing
  readonly run: (write: Write) => Written
}

export function beginWrite(services: Services, request: DirectoryRequest, id: string, item: string): Write {
  return { services, request, id, item, body: bodyOf(request) ?? {} }
}

/** 201 with the entity that came about. */
export function created({ request }: Write, entity: Readonly<Record<string, unknown>>): DirectoryResponse {
  const { origin, path } = request
  return json(201, { '@odata.context': `${origin}/v1.0/$metadata#${path.slice(1).join('/')}/$entity`, ...entity }, noStore)
}

export const nothing: DirectoryResponse = { status: 204, headers: noStore, body: '' }

/** Makes the changes one by one and answers; past the number that is kept, no more. */
export function make({ services }: Write, changes: readonly Change[], answer: () => DirectoryResponse): Written {
  for (const change of changes)
    if (!services.change(change)) return graphError(409, 'Directory_QuotaExceeded', 'The local directory keeps no more changes.')
  return answer()
}
