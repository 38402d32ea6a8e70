import { baseName } from '../../catalog/base-name.ts'
import type { CallContext } from '../context/call-context.ts'

/** How rate-limit and quota name an API or an operation: by id when there is one, else by display name. */
export interface Named {
  readonly id: string | undefined
  readonly name: string | undefined
}

/** Whether the call is to that API (any revision of it). */
export function isApi({ id, name }: Named, ctx: CallContext): boolean {
  const apiId = baseName(ctx.api)
  return id !== undefined ? id === apiId : name === ctx.api.displayName
}

export function isOperation({ id, name }: Named, ctx: CallContext): boolean {
  return id !== undefined ? id === ctx.operation.name : name === ctx.operation.displayName
}

/** What the counter of a policy at this scope belongs to: the product, the API, or the operation of the call. */
export function scopeKey(scope: string, ctx: CallContext): string {
  if (scope === 'product') return `product ${ctx.product?.name ?? ''}`
  const api = `api ${baseName(ctx.api)}`
  return scope === 'operation' ? `${api} operation ${ctx.operation.name}` : scope === 'api' ? api : scope
}
