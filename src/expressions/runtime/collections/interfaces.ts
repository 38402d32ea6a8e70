import { box } from '../../types/boxing.ts'
import { unbox } from '../../types/casting.ts'
import { defaultOf } from '../../types/defaults.ts'
import { defineType } from '../../types/define-type.ts'
import { lookupType } from '../../types/registry.ts'
import type { Raw, Ref, Value } from '../../types/values.ts'
import { argumentNull } from './argument-errors.ts'
import { copyInto } from './copying.ts'
import { itemOf } from './dictionary.ts'
import { DictionaryPart } from './dictionary-parts.ts'
import { dictionaryTypes, elementTypeOf } from './element-type.ts'
import { enumeratorOf, plainEnumeratorOf } from './enumerator.ts'
import type { MapLike } from './protocol.ts'
import { asCollection, asDictionary, asList, knownCount } from './views.ts'

const countOf = (self: object) => knownCount(self) ?? asCollection(self).count
const namespace = 'System.Collections.Generic'

const unboxItem = (self: Raw, item: Value): Raw => {
  const type = elementTypeOf(self)
  return type === undefined ? item : unbox(type, item)
}

const boxItem = (self: Raw, item: Raw): Value => {
  const type = elementTypeOf(self)
  return type === undefined ? item : box(type, item)
}

/** The non-generic interfaces: their elements are boxed. */
const plainInterfaces = [
  defineType('interface System.Collections.IEnumerable', {
    'System.Collections.IEnumerator GetEnumerator()': plainEnumeratorOf,
  }),
  defineType('interface System.Collections.ICollection : System.Collections.IEnumerable', {
    'int Count { get; }': countOf,
  }),
  defineType('interface System.Collections.IList : System.Collections.ICollection', {
    'object this[int index] { get; set; }': {
      get: (self: object, index: number) => boxItem(self, asList(self).getAt(index)),
      set: (self: object, index: number, item: Value) => asList(self).setAt(index, unboxItem(self, item)),
    },
    'bool IsReadOnly { get; }': (self: object) => !Array.isArray(self) && asCollection(self).isReadOnly,
    'bool IsFixedSize { get; }': (self: object) => Array.isArray(self) || asCollection(self).isReadOnly,
    'int Add(object value)': (self: object, item: Value) => {
      asList(self).add(unboxItem(self, item))
      return countOf(self) - 1
    },
    'void Clear()': (self: object) => asCollection(self).clear(),
    'bool Contains(object value)': (self: object, item: Value) => asCollection(self).contains(unboxItem(self, item)),
    'int IndexOf(object value)': (self: object, item: Value) => asList(self).indexOf(unboxItem(self, item)),
    'void Insert(int index, object value)': (self: object, index: number, item: Value) =>
      asList(self).insert(index, unboxItem(self, item)),
    'void Remove(object value)': (self: object, item: Value) => asCollection(self).remove(unboxItem(self, item)),
    'void RemoveAt(int index)': (self: object, index: number) => asList(self).removeAt(index),
  }),
  defineType('interface System.Collections.IComparer', {
    'int Compare(object x, object y)': (self: { compare(a: Raw, b: Raw): number }, a: Value, b: Value) => self.compare(a, b),
  }),
]

const listInterfaces = [
  defineType(`interface ${namespace}.IEnumerable<T> : System.Collections.IEnumerable`, {
    'IEnumerator<T> GetEnumerator()': enumeratorOf,
  }),
  defineType(`interface ${namespace}.IReadOnlyCollection<T> : IEnumerable<T>`, {
    'int Count { get; }': countOf,
  }),
  defineType(`interface ${namespace}.IReadOnlyList<T> : IReadOnlyCollection<T>`, {
    'T this[int index] { get; }': (self: object, index: number) => asList(self).getAt(index),
  }),
  defineType(`interface ${namespace}.ICollection<T> : IEnumerable<T>`, {
    'int Count { get; }': countOf,
    'bool IsReadOnly { get; }': (self: object) => asCollection(self).isReadOnly,
    'void Add(T item)': (self: object, item: Raw) => void asCollection(self).add(item),
    'void Clear()': (self: object) => asCollection(self).clear(),
    'bool Contains(T item)': (self: object, item: Raw) => asCollection(self).contains(item),
    'void CopyTo(T[] array, int arrayIndex)': copyInto,
    'bool Remove(T item)': (self: object, item: Raw) => asCollection(self).remove(item),
  }),
  defineType(`interface ${namespace}.IList<T> : ICollection<T>`, {
    'T this[int index] { get; set; }': {
      get: (self: object, index: number) => asList(self).getAt(index),
      set: (self: object, index: number, item: Raw) => asList(self).setAt(index, item),
    },
    'int IndexOf(T item)': (self: object, item: Raw) => asList(self).indexOf(item),
    'void Insert(int index, T item)': (self: object, index: number, item: Raw) => asList(self).insert(index, item),
    'void RemoveAt(int index)': (self: object, index: number) => asList(self).removeAt(index),
  }),
]

/** `TryGetValue` of any dictionary. */
export function tryGetValue(self: MapLike, key: Raw, result: Ref): boolean {
  if (key === null) throw argumentNull('key')
  const value = self.get(key)
  if (value !== undefined && (value !== null || self.has(key))) {
    result.value = value
    return true
  }
  result.value = defaultOf(dictionaryTypes(self)[1] ?? lookupType('System.Object'))
  return false
}

export function containsKey(self: MapLike, key: Raw): boolean {
  if (key === null) throw argumentNull('key')
  return self.has(key)
}

const owner = `${namespace}.Dictionary`
const partOf = (self: MapLike, part: 'Key' | 'Value') => new DictionaryPart(owner, dictionaryTypes(self), part, self)

const boxedKey = (self: MapLike, key: Raw): Raw =>
  key === null ? null : unbox(dictionaryTypes(self)[0] ?? lookupType('System.Object'), key)
const boxedValue = (self: MapLike, value: Raw | undefined): Raw =>
  value === undefined ? null : box(dictionaryTypes(self)[1] ?? lookupType('System.Object'), value)

const dictionaryInterfaces = [
  defineType('interface System.Collections.IDictionary : System.Collections.ICollection', {
    'object this[object key] { get; set; }': {
      get: (self: MapLike, key: Raw) => boxedValue(self, self.get(boxedKey(self, key))),
      set: (self: MapLike, key: Raw, value: Raw) => asDictionary(self).set(boxedKey(self, key), value),
    },
    'System.Collections.ICollection Keys { get; }': (self: MapLike) => partOf(self, 'Key'),
    'System.Collections.ICollection Values { get; }': (self: MapLike) => partOf(self, 'Value'),
    'void Add(object key, object value)': (self: MapLike, key: Raw, value: Raw) =>
      asDictionary(self).insert(boxedKey(self, key), value),
    'bool Contains(object key)': (self: MapLike, key: Raw) => self.has(boxedKey(self, key)),
    'void Remove(object key)': (self: MapLike, key: Raw) => void asDictionary(self).delete(boxedKey(self, key)),
    'void Clear()': (self: MapLike) => asDictionary(self).clear(),
  }),
  defineType(`interface ${namespace}.IReadOnlyDictionary<TKey, TValue> : IReadOnlyCollection<KeyValuePair<TKey, TValue>>`, {
    'TValue this[TKey key] { get; }': itemOf,
    'IEnumerable<TKey> Keys { get; }': (self: MapLike) => partOf(self, 'Key'),
    'IEnumerable<TValue> Values { get; }': (self: MapLike) => partOf(self, 'Value'),
    'bool ContainsKey(TKey key)': containsKey,
    'bool TryGetValue(TKey key, out TValue value)': tryGetValue,
  }),
  defineType(`interface ${namespace}.IDictionary<TKey, TValue> : ICollection<KeyValuePair<TKey, TValue>>`, {
    'TValue this[TKey key] { get; set; }': {
      get: itemOf,
      set: (self: MapLike, key: Raw, value: Raw) => asDictionary(self).set(key, value),
    },
    'ICollection<TKey> Keys { get; }': (self: MapLike) => partOf(self, 'Key'),
    'ICollection<TValue> Values { get; }': (self: MapLike) => partOf(self, 'Value'),
    'void Add(TKey key, TValue value)': (self: MapLike, key: Raw, value: Raw) => asDictionary(self).insert(key, value),
    'bool ContainsKey(TKey key)': containsKey,
    'bool Remove(TKey key)': (self: MapLike, key: Raw) => asDictionary(self).delete(key),
    'bool TryGetValue(TKey key, out TValue value)': tryGetValue,
  }),
]

export const interfaceTypes = [...plainInterfaces, ...listInterfaces, ...dictionaryInterfaces]
