import { box, equalsBoxed, hashOf, textOf } from './boxing.ts'
import { type NamedType, TypeDefinition } from './type.ts'
import { netType, type Raw, type Value } from './values.ts'

/** The type of `new { A = …, B = … }`: one definition for each list of names, with a type parameter for each member. */
export class AnonymousDefinition extends TypeDefinition {
  readonly names: readonly string[]

  constructor(names: readonly string[]) {
    super(
      'class',
      '<>f__AnonymousType',
      names.map((_, i) => `T${i}`),
      '',
      {},
    )
    this.names = names
  }
}

/** An instance: raw values in the order of the names. */
export class AnonymousObject {
  readonly [netType]: NamedType
  readonly values: readonly Raw[]

  constructor(type: NamedType, values: readonly Raw[]) {
    this[netType] = type
    this.values = values
  }

  #boxed(): Value[] {
    return this.values.map((value, i) => box(this[netType].args[i] ?? this[netType], value))
  }

  netToString(): string {
    const { names } = this[netType].definition as AnonymousDefinition // made by the compiler with such a definition only
    return `{ ${this.#boxed()
      .map((value, i) => `${names[i]} = ${textOf(value)}`)
      .join(', ')} }`
  }

  netEquals(other: Value): boolean {
    if (!(other instanceof AnonymousObject) || other[netType] !== this[netType]) return false
    const theirs = other.#boxed()
    return this.#boxed().every((value, i) => equalsBoxed(value, theirs[i]))
  }

  netHashCode(): number {
    return this.#boxed().reduce((hash: number, value) => (Math.imul(hash, 31) + (value === null ? 0 : hashOf(value))) | 0, 17)
  }

  /** Name and boxed value of each member, for serialisers. */
  *members(): Iterable<readonly [string, Value]> {
    const { names } = this[netType].definition as AnonymousDefinition // as above
    for (const [i, value] of this.#boxed().entries()) yield [names[i] ?? '', value]
  }
}
