import type { TokenRules } from '../../identity/token-verifier.ts'
import type { CallContext } from '../context/call-context.ts'
import { type Evaluator, isConstant } from '../values.ts'

/** Rules of one policy that are kept: more come only from an expression that callers can steer. */
const maxRules = 64

/**
 * Rules made of values that may depend on the call: the same object for the same values, for results are remembered by it. Made
 * once when every value is a constant.
 */
export function sameRules(
  values: readonly Evaluator<string | number | boolean | undefined>[],
  make: (ctx: CallContext) => TokenRules,
): (ctx: CallContext) => TokenRules {
  if (values.every(isConstant)) {
    let only: TokenRules | undefined
    return ctx => {
      only ??= make(ctx)
      return only
    }
  }
  const known = new Map<string, TokenRules>()
  return ctx => {
    const key = JSON.stringify(values.map(one => one(ctx) ?? null))
    const rules = known.get(key) ?? make(ctx)
    const oldest = known.size >= maxRules && !known.has(key) ? known.keys().next() : undefined
    if (oldest?.done === false) known.delete(oldest.value)
    known.set(key, rules)
    return rules
  }
}
