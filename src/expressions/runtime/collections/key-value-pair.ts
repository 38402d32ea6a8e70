import { box, textOf } from '../../types/boxing.ts'
import { defaultOf } from '../../types/defaults.ts'
import { defineType } from '../../types/define-type.ts'
import type { NamedType, Type } from '../../types/type.ts'
import { netType, type Raw, type Ref, type Value } from '../../types/values.ts'
import { equalityFor } from './equality.ts'

export class KeyValuePair {
  readonly types: readonly Type[]
  readonly key: Raw
  readonly value: Raw

  constructor(types: readonly Type[], key: Raw, value: Raw) {
    this.types = types
    this.key = key
    this.value = value
  }

  get [netType](): NamedType {
    return keyValuePair.of(...this.types)
  }

  netToString(): string {
    return `[${this.text(0, this.key)}, ${this.text(1, this.value)}]`
  }

  private text(index: number, raw: Raw): string {
    const type = this.types[index]
    return type === undefined ? '' : textOf(box(type, raw))
  }

  netEquals(other: Value): boolean {
    if (!(other instanceof KeyValuePair) || other[netType] !== this[netType]) return false
    const [key, value] = this.types
    return (
      key !== undefined &&
      value !== undefined &&
      equalityFor(key).equals(this.key, other.key) &&
      equalityFor(value).equals(this.value, other.value)
    )
  }

  netHashCode(): number {
    const [key] = this.types
    return key === undefined ? 0 : equalityFor(key).hashCode(this.key)
  }
}

/** A host's dictionary may enumerate as JavaScript's Map does: entries of two. */
type Pair = KeyValuePair | readonly [Raw, Raw]

const isEntry = (pair: Pair): pair is readonly [Raw, Raw] => Array.isArray(pair)

export const keyOfPair = (pair: Pair): Raw => (isEntry(pair) ? pair[0] : pair.key)
export const valueOfPair = (pair: Pair): Raw => (isEntry(pair) ? pair[1] : pair.value)

function emptyPair(types: readonly Type[] = []): KeyValuePair {
  return new KeyValuePair(types, ...(types.map(defaultOf) as [Raw, Raw])) // the definition has two parameters
}

export const keyValuePair = defineType(
  'struct System.Collections.Generic.KeyValuePair<TKey, TValue>',
  {
    'new(TKey key, TValue value)': (types: readonly Type[], key: Raw, value: Raw) => new KeyValuePair(types, key, value),
    'TKey Key { get; }': keyOfPair,
    'TValue Value { get; }': valueOfPair,
    'void Deconstruct(out TKey key, out TValue value)': (self: Pair, key: Ref, value: Ref) => {
      key.value = keyOfPair(self)
      value.value = valueOfPair(self)
    },
    'override string ToString()': (self: Pair) =>
      isEntry(self) ? `[${textOf(self[0])}, ${textOf(self[1])}]` : self.netToString(),
  },
  { default: emptyPair },
)
