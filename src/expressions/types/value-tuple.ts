import { box, compareBoxed, equalsBoxed, hashOf, textOf } from './boxing.ts'
import { defaultOf } from './defaults.ts'
import { type DefinedType, defineType } from './define-type.ts'
import type { MemberTable, NamedType, Type } from './type.ts'
import { netType, type Raw, type Value } from './values.ts'

/** A tuple: `(a, b)`. Never changed in place: an assignment to an element makes a new tuple, so that copies need no copying. */
export class ValueTuple {
  readonly [netType]: NamedType
  readonly items: readonly Raw[]

  constructor(type: NamedType, items: readonly Raw[]) {
    this[netType] = type
    this.items = items
  }

  with(index: number, value: Raw): ValueTuple {
    return new ValueTuple(this[netType], this.items.with(index, value))
  }

  #boxed(): Value[] {
    return this.items.map((item, i) => box(this[netType].args[i] ?? this[netType], item))
  }

  netToString(): string {
    return `(${this.#boxed().map(textOf).join(', ')})`
  }

  netEquals(other: Value): boolean {
    if (!(other instanceof ValueTuple) || other[netType] !== this[netType]) return false
    const theirs = other.#boxed()
    return this.#boxed().every((value, i) => equalsBoxed(value, theirs[i]))
  }

  netHashCode(): number {
    return this.#boxed().reduce((hash: number, value) => (Math.imul(hash, 31) + (value === null ? 0 : hashOf(value))) | 0, 7)
  }

  netCompare(other: Value): number {
    if (!(other instanceof ValueTuple)) return 1
    const theirs = other.#boxed()
    for (const [i, value] of this.#boxed().entries()) {
      const order = compareBoxed(value, theirs[i])
      if (order !== 0) return order
    }
    return 0
  }
}

function tableOf(definition: () => DefinedType, size: number): MemberTable {
  const names = Array.from({ length: size }, (_, i) => `T${i + 1}`)
  const self = `ValueTuple<${names.join(', ')}>`
  return {
    [`new(${names.map((name, i) => `${name} item${i + 1}`).join(', ')})`]: (types: readonly Type[], ...items: Raw[]) =>
      new ValueTuple(definition().of(...types), items),
    'string ToString()': (tuple: ValueTuple) => tuple.netToString(),
    'bool Equals(object obj)': (tuple: ValueTuple, other: Value) => tuple.netEquals(other),
    [`bool Equals(${self} other)`]: (tuple: ValueTuple, other: Value) => tuple.netEquals(other),
    [`int CompareTo(${self} other)`]: (tuple: ValueTuple, other: Value) => tuple.netCompare(other),
    'int GetHashCode()': (tuple: ValueTuple) => tuple.netHashCode(),
  }
}

/** System.ValueTuple of one to fifteen elements; .NET nests those past seven, which only its reflection shows. */
export const valueTuples: readonly DefinedType[] = Array.from({ length: 15 }, (_, i) => {
  const parameters = Array.from({ length: i + 1 }, (_, n) => `T${n + 1}`).join(', ')
  const made: DefinedType = defineType(
    `struct System.ValueTuple<${parameters}>`,
    tableOf(() => made, i + 1),
  )
  made.default = ((types: readonly Type[]) => new ValueTuple(made.of(...types), types.map(defaultOf))) as () => unknown // defaultOf passes a generic struct's arguments
  return made
})
