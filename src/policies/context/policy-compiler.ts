import { createCompiler } from '../../expressions/expressions.ts'
import { contextTypes } from './context-types.ts'

/** Compiles the expressions of policies: C# that sees `context`. */
export const policyCompiler = createCompiler({ types: contextTypes, globals: { context: 'IProxyRequestContext' } })
