import { substitute, typeArguments } from '../types/facts.ts'
import { invokeOf } from '../types/signature.ts'
import type { NamedType, Type } from '../types/type.ts'

/** The parameter types and result of a delegate type. */
export function delegateShape(type: NamedType): { readonly parameters: readonly Type[]; readonly returns: Type } | undefined {
  const invoke = invokeOf(type)
  if (invoke === undefined) return undefined
  const map = typeArguments(type)
  return { parameters: invoke.parameters.map(each => substitute(each.type, map)), returns: substitute(invoke.returns, map) }
}
