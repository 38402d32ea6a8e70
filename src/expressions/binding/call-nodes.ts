import type { Span } from '../syntax/nodes.ts'
import type { Method } from '../types/members.ts'
import type { NamedType, Type } from '../types/type.ts'
import type { Bound } from './bound.ts'
import { at } from './nodes.ts'

/** A call with its arguments in parameter order. `typeArgs` are the method's own; the owner's are added where it takes them. */
export function callOf(
  span: Span,
  method: Method,
  owner: NamedType,
  receiver: Bound | undefined,
  args: readonly Bound[],
  type: Type,
  typeArgs: readonly Type[] = [],
  order?: readonly number[],
): Bound {
  const types = method.takesTypes ? [...(method.isStatic && !method.isExtension ? owner.args : []), ...typeArgs] : []
  return { kind: 'call', ...at(span), type, method, types, receiver, args, order }
}
