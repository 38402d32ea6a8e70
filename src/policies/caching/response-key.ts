import { createHash } from 'node:crypto'
import type { CallContext } from '../context/call-context.ts'
import { QueryString } from '../context/query-string.ts'

export interface VaryBy {
  readonly developer: boolean
  readonly groups: boolean
  readonly headers: readonly string[]
  /** Empty: all of them. */
  readonly queryParameters: readonly string[]
}

/** Names the kept response of a call: API, operation and path, and what the policy says it goes by besides. */
export function responseKey(ctx: CallContext, { developer, groups, headers, queryParameters }: VaryBy): string {
  const { originalUrl } = ctx.request
  const query = QueryString.parse(originalUrl.query)
  const names = (queryParameters.length > 0 ? queryParameters : query.names()).map(name => name.toLowerCase()).sort()
  const parts = [
    ctx.api.name,
    ctx.operation.name,
    originalUrl.host.toLowerCase(),
    originalUrl.path,
    [...new Set(names)].map(name => [name, query.getAll(name)]),
    [...new Set(headers.map(name => name.toLowerCase()))].sort().map(name => [name, ctx.request.headers.get(name)]),
    developer ? developerOf(ctx) : null,
    groups ? groupsOf(ctx) : null,
  ]
  return `response ${createHash('sha256').update(JSON.stringify(parts)).digest('base64url')}`
}

/** The account that owns the subscription; a subscription without a known owner stands for one. */
function developerOf({ user, subscription }: CallContext): string {
  if (user !== null) return `user ${user.id}`
  if (subscription === null) return 'nobody'
  return subscription.owner === undefined ? `subscription ${subscription.name}` : `user ${subscription.owner}`
}

/** An account whose groups are not known shares with nobody else. */
function groupsOf(ctx: CallContext): unknown {
  return ctx.user === null ? developerOf(ctx) : ctx.user.groups.map(group => group.id).sort()
}
