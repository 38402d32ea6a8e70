import { textOrNull, typeOf } from '../../expressions/types/boxing.ts'
import { BudgetExceeded } from '../../expressions/types/budget.ts'
import { NetException } from '../../expressions/types/exceptions.ts'
import { contextFromJson } from './from-json.ts'
import { policyCompiler } from './policy-compiler.ts'

/** What came of an expression: its .NET type's full name and its text in the invariant culture, or the exception. */
export type Evaluation =
  | { readonly ok: true; readonly type: string | null; readonly value: string | null }
  | { readonly ok: false; readonly error: string; readonly message: string }

/** Compiles and runs one policy expression (`@(…)` or `@{…}`) over a context described in JSON. Throws TypeError for a context of another shape. */
export function evaluateExpression(source: string, contextJson: unknown): Evaluation {
  const result = policyCompiler.compile(source.trim())
  if (!result.ok) {
    const message = result.diagnostics.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`).join('\n')
    return { ok: false, error: 'CompileError', message }
  }
  const context = contextFromJson(contextJson)
  try {
    const value = result.compiled.evaluate({ context })
    if (value === null || value === undefined) return { ok: true, type: null, value: null }
    return { ok: true, type: typeOf(value).fullName, value: textOrNull(value) }
  } catch (error) {
    if (error instanceof NetException) return { ok: false, error: error.fullName, message: error.message }
    if (error instanceof BudgetExceeded) return { ok: false, error: 'BudgetExceeded', message: error.message }
    throw error
  }
}
