import type { TypeSyntax } from '../syntax/nodes.ts'
import type { Binding } from './context.ts'
import type { Scope } from './scope.ts'
import { findTypeName } from './type-names.ts'

/** Whether the type is left to the compiler: `var`, unless a type has that name. */
export function isVar(b: Binding, syntax: TypeSyntax, scope: Scope): boolean {
  if (syntax.kind !== 'named type' || syntax.parts.length !== 1) return false
  const [part] = syntax.parts
  if (part === undefined || part.name !== 'var' || part.args !== undefined) return false
  return findTypeName(b, syntax.parts) === undefined && scope.find('var') === undefined
}
