import { isDynamic, isObject } from '../types/facts.ts'
import { spaceOf } from '../types/registry.ts'
import { ArrayType, NamedType, type Type } from '../types/type.ts'
import { withoutNames } from './tuple-types.ts'

/** Identity of types: `dynamic` is `object`, and names of tuple elements do not count (C# 7 §11.2.2). */
export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true
  if (a instanceof ArrayType && b instanceof ArrayType) return a.rank === b.rank && sameType(a.element, b.element)
  if (!(a instanceof NamedType) || !(b instanceof NamedType)) return false
  if ((isDynamic(a) && isObject(b)) || (isDynamic(b) && isObject(a))) return true
  if (a.definition !== b.definition || a.args.length === 0) return false
  return a.args.every((arg, i) => sameType(arg, b.args[i] ?? arg))
}

/** The type as the run time knows it: `object` for `dynamic`, tuples without names. */
export function erase(type: Type): Type {
  if (isDynamic(type)) return objectFor(type)
  if (type instanceof ArrayType) return ArrayType.of(erase(type.element), type.rank)
  if (!(type instanceof NamedType) || type.args.length === 0) return type
  const plain = withoutNames(type)
  const args = plain.args.map(erase)
  return args.every((arg, i) => arg === plain.args[i]) ? plain : plain.definition.of(...args)
}

function objectFor(type: Type): Type {
  const space = type instanceof NamedType ? spaceOf(type.definition) : undefined
  return space?.find('System.Object')?.of() ?? type
}
