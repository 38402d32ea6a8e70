import type { DirectoryRequest } from '../http/exchange.ts'
import type { Services } from '../services.ts'
import type { Tenant } from '../tenant.ts'
import type { GraphCaller } from './graph-caller.ts'

/** What answering a request has to go by. */
export interface Reading {
  readonly services: Services
  /** As it stands for the whole of this request. */
  readonly tenant: Tenant
  readonly caller: GraphCaller
  readonly request: DirectoryRequest
}

/** A JSON body; undefined when it is no object. */
export function bodyOf(request: DirectoryRequest): Readonly<Record<string, unknown>> | undefined {
  try {
    const body: unknown = JSON.parse(request.body)
    // an object of unknown members is what the cast says
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : undefined
  } catch {
    return undefined // not JSON
  }
}
