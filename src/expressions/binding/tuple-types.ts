import { NamedType, type Type, type TypeDefinition } from '../types/type.ts'

/** A tuple type whose elements have names. The names are the compiler's alone: at run time it is the plain ValueTuple. */
export class NamedTupleType extends NamedType {
  readonly names: readonly (string | undefined)[]

  private constructor(definition: TypeDefinition, args: readonly Type[], names: readonly (string | undefined)[]) {
    super(definition, args)
    this.names = names
  }

  override with(args: readonly Type[]): NamedType {
    return NamedTupleType.of(this.definition.of(...args), this.names)
  }

  /** Interned, so that equal types stay the same object. */
  static of(plain: NamedType, names: readonly (string | undefined)[]): NamedType {
    if (names.every(name => name === undefined)) return plain
    const known = variants.get(plain) ?? []
    const found = known.find(each => each.names.every((name, i) => name === names[i]))
    if (found !== undefined) return found
    const made = new NamedTupleType(plain.definition, plain.args, names)
    variants.set(plain, [...known, made])
    return made
  }
}

const variants = new WeakMap<NamedType, readonly NamedTupleType[]>()

export function isTupleType(type: Type): type is NamedType {
  return type instanceof NamedType && type.definition.fullName === 'System.ValueTuple'
}

/** The names of a tuple type's elements; undefined where an element has none. */
export function tupleNames(type: NamedType): readonly (string | undefined)[] {
  return type instanceof NamedTupleType ? type.names : type.args.map(() => undefined)
}

export function withoutNames(type: NamedType): NamedType {
  return type instanceof NamedTupleType ? type.definition.of(...type.args) : type
}
