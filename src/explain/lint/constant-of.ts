import { textOf } from '../../expressions/types/boxing.ts'
import type { Value } from '../../expressions/types/values.ts'
import { policyCompiler } from '../../policies/context/policy-compiler.ts'
import { readsCall, syntaxOf } from '../../policies/read/expression-syntax.ts'

/** What gives something else when it is asked again, or does so tomorrow. */
const readsAnew = /\b(?:Random\w*|RNG\w*|GenerateKey|GenerateIV|NewGuid|UtcNow|Now|Today|TickCount)\b/

/**
 * What an expression that reads nothing of the call gives, as text: `@(1 == 2)` is `False`. Undefined for every other one. A named value's
 * text is another in every environment, so nothing is known of what holds one.
 */
export function constantOf(text: string): string | undefined {
  if (text.includes('{{') || readsAnew.test(text)) return undefined
  const root = syntaxOf(text)
  if (root === undefined || readsCall(root)) return undefined
  const result = policyCompiler.compile(text)
  if (!result.ok) return undefined
  try {
    return textOf(result.compiled.evaluate({}) as Value) // `evaluate` gives a boxed value
  } catch {
    return undefined // it throws for every call: what comes of that is not the linter's to say
  }
}
