import type { CallContext } from '../context/call-context.ts'

/** True the first time a call comes to this counter: policies that share it count the call once. */
export function firstCount(ctx: CallContext, key: string): boolean {
  ctx.countedKeys ??= new Set()
  if (ctx.countedKeys.has(key)) return false
  ctx.countedKeys.add(key)
  return true
}
