import { box, compareBoxed, equalsBoxed, hashOf, textOf } from '../../types/boxing.ts'
import { type DefinedType, defineType } from '../../types/define-type.ts'
import type { MemberTable, NamedType, Type } from '../../types/type.ts'
import { netType, type Raw, type Value } from '../../types/values.ts'
import { badArgument } from './errors/argument-errors.ts'
import { compareInvariant } from './text/compare-strings.ts'

/** System.Tuple<…>, one class for all sizes. */
class Tuple {
  readonly [netType]: NamedType
  readonly items: readonly Raw[]

  constructor(type: NamedType, items: readonly Raw[]) {
    this[netType] = type
    this.items = items
  }

  #boxed(): Value[] {
    return this.items.map((item, i) => box(this[netType].args[i] as Type, item)) // as many arguments as items
  }

  netToString(): string {
    return `(${this.#texts().join(', ')})`
  }

  /** A `Rest` counts as items of this one. */
  #texts(): string[] {
    return this.#boxed().flatMap((item, i) => (i === 7 && item instanceof Tuple ? item.#texts() : [textOf(item)]))
  }

  netEquals(other: Value): boolean {
    if (!(other instanceof Tuple) || other.items.length !== this.items.length) return false
    const theirs = other.#boxed()
    return this.#boxed().every((item, i) => equalsBoxed(item, theirs[i]))
  }

  netHashCode(): number {
    return this.#boxed().reduce<number>((hash, item) => (Math.imul(hash, 33) ^ (item === null ? 0 : hashOf(item))) | 0, 0)
  }

  netCompare(other: Value): number {
    if (!(other instanceof Tuple) || other[netType] !== this[netType])
      return badArgument(`Argument must be of type ${this[netType].fullName}.`, 'other')
    const theirs = other.#boxed()
    for (const [i, item] of this.#boxed().entries()) {
      const order = compareBoxed(item, theirs[i], compareInvariant)
      if (order !== 0) return order
    }
    return 0
  }
}

function tupleType(size: number): DefinedType {
  const names = Array.from({ length: size }, (_, i) => (i === 7 ? 'TRest' : `T${i + 1}`))
  const properties: MemberTable = Object.fromEntries(
    names.map((name, i) => [`${name} ${i === 7 ? 'Rest' : `Item${i + 1}`} { get; }`, (self: Tuple) => self.items[i]]),
  )
  const definition: DefinedType = defineType(`class System.Tuple<${names.join(', ')}> : IComparable`, {
    [`new(${names.map((name, i) => `${name} item${i + 1}`).join(', ')})`]: (types: readonly Type[], ...items: Raw[]) =>
      new Tuple(definition.of(...types), items),
    ...properties,
    'string ToString()': (self: Tuple) => self.netToString(),
    'bool Equals(object obj)': (self: Tuple, other: Value) => self.netEquals(other),
    'int GetHashCode()': (self: Tuple) => self.netHashCode(),
  })
  return definition
}

const sizes: readonly DefinedType[] = Array.from({ length: 8 }, (_, i) => tupleType(i + 1))

const [first] = sizes
const last = sizes.at(-1)

/** Eight items: the last one in a tuple of its own. */
const makeEight = (types: readonly Type[], ...items: Raw[]): Raw => {
  if (first === undefined || last === undefined) throw new TypeError('tuples come in eight sizes')
  const rest = first.of(...types.slice(7))
  return new Tuple(last.of(...types.slice(0, 7), rest), [...items.slice(0, 7), new Tuple(rest, items.slice(7))])
}

const eight = Array.from({ length: 8 }, (_, k) => `T${k + 1}`)

const makers: MemberTable = Object.fromEntries(
  sizes.slice(0, 7).map((definition, i) => {
    const names = Array.from({ length: i + 1 }, (_, k) => `T${k + 1}`).join(', ')
    const parameters = Array.from({ length: i + 1 }, (_, k) => `T${k + 1} item${k + 1}`).join(', ')
    return [
      `static Tuple<${names}> Create<${names}>(${parameters})`,
      (types: readonly Type[], ...items: Raw[]) => new Tuple(definition.of(...types), items),
    ]
  }),
)

export const tupleTypes: readonly DefinedType[] = [
  ...sizes,
  defineType('static class System.Tuple', {
    ...makers,
    [`static Tuple<${eight.slice(0, 7).join(', ')}, Tuple<T8>> Create<${eight.join(', ')}>(${eight.map((name, k) => `${name} item${k + 1}`).join(', ')})`]:
      makeEight,
  }),
]
