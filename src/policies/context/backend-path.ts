import type { CallContext } from './call-context.ts'
import { RequestUrl } from './request-url.ts'

/** The part of the request's path that is the backend's own address; no slash at its end. */
export function backendBasePath(ctx: CallContext): string {
  if (ctx.backendBasePath !== undefined) return ctx.backendBasePath
  const path = RequestUrl.parse(ctx.api.serviceUrl ?? '')?.path ?? ''
  return path.replace(/\/+$/, '')
}

/** What of the request's path lies below the backend's address: the operation's part. */
export function pathBelowBackend(ctx: CallContext): string {
  const { path } = ctx.request.url
  const base = backendBasePath(ctx)
  const isBelow = path === base || path.startsWith(`${base}/`)
  return isBelow ? path.slice(base.length) : path
}

/** A path below a base without a slash at its end; never empty. */
export function joinPath(base: string, below: string): string {
  return base + (below === '' || below.startsWith('/') ? below : `/${below}`) || '/'
}
