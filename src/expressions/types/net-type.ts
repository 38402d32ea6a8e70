import { nameOf } from './boxing.ts'
import { lookupType } from './registry.ts'
import { ArrayType, NamedType, type Type } from './type.ts'
import { netType, type Value } from './values.ts'

/** A System.Type at run time: what `typeof` and `GetType` give. It names a type and leads nowhere: no members, no assembly. */
export class NetType {
  readonly of: Type

  constructor(of: Type) {
    this.of = of
  }

  get [netType](): Type {
    return lookupType('System.Type')
  }

  netToString(): string {
    return nameOf(this.of)
  }

  netEquals(other: Value): boolean {
    return other === this
  }
}

const known = new WeakMap<Type, NetType>()

/** The one System.Type of a type. */
export function netTypeOf(type: Type): NetType {
  const found = known.get(type) ?? new NetType(type)
  known.set(type, found)
  return found
}

/** `Type.Name`: ``List`1``, `Int32`, `String[]`. */
export function simpleNameOf(type: Type): string {
  if (type instanceof ArrayType) return `${simpleNameOf(type.element)}[${','.repeat(type.rank - 1)}]`
  if (!(type instanceof NamedType)) return type.name
  return type.args.length === 0 ? type.definition.name : `${type.definition.name}\`${type.args.length}`
}
