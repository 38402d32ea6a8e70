import { spend } from '../../types/budget.ts'
import { defineType } from '../../types/define-type.ts'
import type { Type } from '../../types/type.ts'
import type { Raw, Ref } from '../../types/values.ts'
import { negativeNumber, required } from './argument-errors.ts'
import { itemOf, NetDictionary } from './dictionary.ts'
import { DictionaryPart, partTypes } from './dictionary-parts.ts'
import { elementsOf } from './elements.ts'
import { enumeratorOf } from './enumerator.ts'
import { equalityOr } from './equality.ts'
import { containsKey, tryGetValue } from './interfaces.ts'
import { type KeyValuePair, keyOfPair, valueOfPair } from './key-value-pair.ts'
import type { MapLike, NetEqualityComparer } from './protocol.ts'

type Types = readonly [Type, Type]
const fullName = 'System.Collections.Generic.Dictionary'

function create(types: Types, comparer: NetEqualityComparer | null = null): NetDictionary {
  return new NetDictionary([types[0], types[1]], equalityOr(comparer, types[0]))
}

function withCapacity(types: Types, capacity: number, comparer: NetEqualityComparer | null = null): NetDictionary {
  if (capacity < 0) throw negativeNumber('capacity')
  spend(capacity / 8)
  return create(types, comparer)
}

function copyOf(types: Types, source: MapLike | null, comparer: NetEqualityComparer | null = null): NetDictionary {
  const made = create(types, comparer)
  for (const [key, value] of required(source, 'dictionary').entries()) made.insert(key, value)
  return made
}

function fromPairs(types: Types, source: Raw, comparer: NetEqualityComparer | null = null): NetDictionary {
  const made = create(types, comparer)
  for (const pair of elementsOf<KeyValuePair>(required(source, 'collection'))) made.insert(keyOfPair(pair), valueOfPair(pair))
  return made
}

export const dictionary = defineType(
  `class ${fullName}<TKey, TValue> : System.Collections.Generic.IDictionary<TKey, TValue>, System.Collections.Generic.IReadOnlyDictionary<TKey, TValue>`,
  {
    'new()': (types: Types) => create(types),
    'new(int capacity)': withCapacity,
    'new(IEqualityComparer<TKey> comparer)': create,
    'new(int capacity, IEqualityComparer<TKey> comparer)': withCapacity,
    'new(IDictionary<TKey, TValue> dictionary)': copyOf,
    'new(IDictionary<TKey, TValue> dictionary, IEqualityComparer<TKey> comparer)': copyOf,
    'new(IEnumerable<KeyValuePair<TKey, TValue>> collection)': fromPairs,
    'new(IEnumerable<KeyValuePair<TKey, TValue>> collection, IEqualityComparer<TKey> comparer)': fromPairs,
    'int Count { get; }': (self: NetDictionary) => self.count,
    'IEqualityComparer<TKey> Comparer { get; }': (self: NetDictionary) => self.equality,
    'TValue this[TKey key] { get; set; }': {
      get: itemOf,
      set: (self: NetDictionary, key: Raw, value: Raw) => self.set(key, value),
    },
    [`${fullName}.KeyCollection<TKey, TValue> Keys { get; }`]: (self: NetDictionary) =>
      new DictionaryPart(fullName, self.types, 'Key', self),
    [`${fullName}.ValueCollection<TKey, TValue> Values { get; }`]: (self: NetDictionary) =>
      new DictionaryPart(fullName, self.types, 'Value', self),
    'void Add(TKey key, TValue value)': (self: NetDictionary, key: Raw, value: Raw) => self.insert(key, value),
    'void Clear()': (self: NetDictionary) => self.clear(),
    'bool ContainsKey(TKey key)': containsKey,
    'bool ContainsValue(TValue value)': (self: NetDictionary, value: Raw) => self.containsValue(value),
    'IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator()': enumeratorOf,
    'bool TryAdd(TKey key, TValue value)': (self: NetDictionary, key: Raw, value: Raw) => {
      if (self.has(key)) return false
      self.insert(key, value)
      return true
    },
    'bool Remove(TKey key, out TValue value)': (self: NetDictionary, key: Raw, result: Ref) => {
      tryGetValue(self, key, result)
      return self.delete(key)
    },
    'int EnsureCapacity(int capacity)': (self: NetDictionary, capacity: number) => {
      if (capacity < 0) throw negativeNumber('capacity')
      return Math.max(capacity, self.count)
    },
    'void TrimExcess()': () => undefined,
    'bool Remove(TKey key)': (self: NetDictionary, key: Raw) => self.delete(key),
    'bool TryGetValue(TKey key, out TValue value)': tryGetValue,
  },
)

export const dictionaryTypeList = [dictionary, ...partTypes(fullName)]
