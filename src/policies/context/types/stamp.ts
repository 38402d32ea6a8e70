import { lookupType } from '../../../expressions/types/registry.ts'
import type { NamedType, Type } from '../../../expressions/types/type.ts'
import { netType } from '../../../expressions/types/values.ts'

/** An object of the gateway's, or null, handed to an expression: it learns its .NET type, so that it can tell it in a place of type object. */
export function stamp<T extends object>(target: T | null | undefined, type: () => Type): T | null {
  if (target === null || target === undefined) return null
  const own = target as { [netType]?: Type } // any object may carry the mark
  if (own[netType] === undefined && Object.isExtensible(own)) own[netType] = type()
  return target
}

/** Looks a type up once, when it is first needed: the standard types must be registered by then. */
export function once(make: () => NamedType): () => NamedType {
  let made: NamedType | undefined
  return () => {
    made ??= make()
    return made
  }
}

export const stringType = once(() => lookupType('System.String'))
