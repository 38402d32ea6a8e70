import type { Api, Operation, VersionSet } from '../../catalog/catalog.ts'
import type { Headers } from '../../policies/context/headers.ts'
import { ApiTable } from './api-table.ts'
import { OperationTable } from './operation-table.ts'
import { parseRequestPath, type RequestPath } from './request-path.ts'

/** An API as it is routed to: `A` and `O` are what the caller keeps for an API and for an operation. */
export interface RoutedApi<A, O> {
  readonly api: Api
  readonly target: A
  readonly operations: readonly { readonly operation: Operation; readonly target: O }[]
}

export type Route<A, O> =
  | {
      readonly kind: 'operation'
      readonly api: A
      readonly operation: O
      /** Template parameters of path and query, decoded. */
      readonly parameters: ReadonlyMap<string, string>
      /** What follows the API's own path, as it was sent: begins with `/`, or is empty. */
      readonly below: string
      /** A CORS preflight, routed to the operation that it asks about. */
      readonly isPreflight: boolean
    }
  | { readonly kind: 'no-api' }
  | { readonly kind: 'no-operation'; readonly api: A }
  /** The path is not well formed, or a backend could read it as another operation's. */
  | { readonly kind: 'malformed' }

interface Entry<A, O> {
  readonly target: A
  readonly operations: OperationTable<O>
}

const noApi = { kind: 'no-api' } as const
const malformed = { kind: 'malformed' } as const

/** From a request's head to the operation that answers it. Built once when a configuration is loaded. */
export class Router<A, O> {
  readonly #apis: ApiTable<Entry<A, O>>

  constructor(apis: readonly RoutedApi<A, O>[], versionSets: readonly VersionSet[]) {
    this.#apis = ApiTable.of(
      apis.map(api => [api.api, entryOf(api)] as const),
      versionSets,
    )
  }

  /** `path` and `query` as they were sent, the query with its `?` or empty. */
  route(method: string, path: string, query: string, headers: Headers): Route<A, O> {
    const parsed = parseRequestPath(path)
    if (parsed === undefined) return malformed
    const route = this.#follow(method, parsed, query, headers)
    if (parsed.otherReading === null || route.kind === 'no-api') return route
    const other = this.#follow(method, parsed.otherReading, query, headers)
    return sameRoute(route, other) ? route : malformed
  }

  #follow(method: string, path: RequestPath, query: string, headers: Headers): Route<A, O> {
    const found = this.#apis.find(path, headers, query)
    if (found === undefined) return noApi
    const { target: api, operations } = found.target
    let match = operations.match(method, path, found.depth, query)
    let isPreflight = false
    if (match === undefined && method === 'OPTIONS') {
      // a preflight asks about another method, and reaches that operation's cors policy ("CORS policy", about preflights)
      const asked = headers.has('Origin') ? headers.get('Access-Control-Request-Method') : null
      if (asked !== null) match = operations.match(asked.toUpperCase(), path, found.depth, query)
      isPreflight = match !== undefined
    }
    if (match === undefined) return { kind: 'no-operation', api }
    const { target: operation, parameters } = match
    return { kind: 'operation', api, operation, parameters, below: pathBelow(path, found.depth), isPreflight }
  }
}

function entryOf<A, O>({ target, operations }: RoutedApi<A, O>): Entry<A, O> {
  const table = new OperationTable<O>()
  for (const one of operations) table.add(one.operation.method.toUpperCase(), one.operation.urlTemplate, one.target)
  return { target, operations: table }
}

function sameRoute<A, O>(one: Route<A, O>, other: Route<A, O>): boolean {
  if (one.kind === 'operation') return other.kind === 'operation' && one.operation === other.operation
  return one.kind === 'no-operation' && other.kind === 'no-operation' && one.api === other.api
}

function pathBelow({ raw, segments }: RequestPath, depth: number): string {
  let at = 0
  for (let i = 0; i < depth; i++) at += 1 + (segments[i] ?? '').length
  return raw.slice(at)
}
