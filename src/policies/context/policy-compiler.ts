import type { Compiler } from '../../expressions/expressions.ts'

/** Compiles the expressions of policies: C# that sees `context`. */
export const policyCompiler: Compiler = {
  compile: () => ({
    ok: false,
    diagnostics: [
      { line: 1, column: 1, offset: 0, severity: 'error', code: 'policy.expression', message: 'expressions do not compile yet' },
    ],
  }),
}
