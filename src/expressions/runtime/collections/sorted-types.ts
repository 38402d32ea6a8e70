import { makeArray } from '../../types/arrays.ts'
import { defaultOf } from '../../types/defaults.ts'
import { defineType } from '../../types/define-type.ts'
import type { Type } from '../../types/type.ts'
import type { Raw } from '../../types/values.ts'
import { required } from './argument-errors.ts'
import { type AnyArray, copyInto } from './copying.ts'
import { itemOf } from './dictionary.ts'
import { DictionaryPart, partTypes } from './dictionary-parts.ts'
import { elementsOf } from './elements.ts'
import { enumeratorOf } from './enumerator.ts'
import { containsKey, tryGetValue } from './interfaces.ts'
import { NetList } from './list.ts'
import { orderOr } from './ordering.ts'
import type { MapLike, NetComparer } from './protocol.ts'
import { ReadOnlyList } from './read-only-list.ts'
import { setOperations } from './set-types.ts'
import { NetSortedDictionary, NetSortedSet } from './sorted.ts'

type Types = readonly [Type, Type]
const namespace = 'System.Collections.Generic'
const dictionaryName = `${namespace}.SortedDictionary`
const listName = `${namespace}.SortedList`

function makers(name: string) {
  const create = (types: Types, comparer: NetComparer | null = null) =>
    new NetSortedDictionary(name, [types[0], types[1]], orderOr(comparer, types[0]))
  const copyOf = (types: Types, source: MapLike | null, comparer: NetComparer | null = null) => {
    const made = create(types, comparer)
    for (const [key, value] of required(source, 'dictionary').entries()) made.insert(key, value)
    return made
  }
  return {
    'new()': (types: Types) => create(types),
    'new(IComparer<TKey> comparer)': create,
    'new(IDictionary<TKey, TValue> dictionary)': copyOf,
    'new(IDictionary<TKey, TValue> dictionary, IComparer<TKey> comparer)': copyOf,
  }
}

const shared = {
  'int Count { get; }': (self: NetSortedDictionary) => self.count,
  'IComparer<TKey> Comparer { get; }': (self: NetSortedDictionary) => self.order,
  'TValue this[TKey key] { get; set; }': {
    get: itemOf,
    set: (self: NetSortedDictionary, key: Raw, value: Raw) => self.set(key, value),
  },
  'void Add(TKey key, TValue value)': (self: NetSortedDictionary, key: Raw, value: Raw) => self.insert(key, value),
  'void Clear()': (self: NetSortedDictionary) => self.clear(),
  'bool ContainsKey(TKey key)': containsKey,
  'bool ContainsValue(TValue value)': (self: NetSortedDictionary, value: Raw) => self.indexOfValue(value) >= 0,
  'IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator()': enumeratorOf,
  'bool Remove(TKey key)': (self: NetSortedDictionary, key: Raw) => self.delete(key),
  'bool TryGetValue(TKey key, out TValue value)': tryGetValue,
}

const bases = 'System.Collections.Generic.IDictionary<TKey, TValue>, System.Collections.Generic.IReadOnlyDictionary<TKey, TValue>'

const sortedDictionary = defineType(`class ${dictionaryName}<TKey, TValue> : ${bases}`, {
  ...makers(dictionaryName),
  ...shared,
  [`${dictionaryName}.KeyCollection<TKey, TValue> Keys { get; }`]: (self: NetSortedDictionary) =>
    new DictionaryPart(dictionaryName, self.types, 'Key', self),
  [`${dictionaryName}.ValueCollection<TKey, TValue> Values { get; }`]: (self: NetSortedDictionary) =>
    new DictionaryPart(dictionaryName, self.types, 'Value', self),
})

const partOf = (self: NetSortedDictionary, part: 0 | 1) =>
  new ReadOnlyList(self.types[part], new NetList(self.types[part], [...(part === 0 ? self.keys() : self.values())]))

const sortedList = defineType(`class ${listName}<TKey, TValue> : ${bases}`, {
  ...makers(listName),
  ...shared,
  'new(int capacity)': (types: Types) => new NetSortedDictionary(listName, [types[0], types[1]], orderOr(null, types[0])),
  'IList<TKey> Keys { get; }': (self: NetSortedDictionary) => partOf(self, 0),
  'IList<TValue> Values { get; }': (self: NetSortedDictionary) => partOf(self, 1),
  'int IndexOfKey(TKey key)': (self: NetSortedDictionary, key: Raw) => Math.max(-1, self.indexOfKey(key)),
  'int IndexOfValue(TValue value)': (self: NetSortedDictionary, value: Raw) => self.indexOfValue(value),
  'void RemoveAt(int index)': (self: NetSortedDictionary, index: number) => self.removeAt(index),
})

type SetTypes = readonly [Type]

function createSet(types: SetTypes, items: Raw, comparer: NetComparer | null = null): NetSortedSet {
  return new NetSortedSet(types[0], orderOr(comparer, types[0]), elementsOf(required(items, 'collection')))
}

const endOf = (self: NetSortedSet, index: number): Raw => (self.count === 0 ? defaultOf(self.element) : self.at(index))

const sortedSet = defineType(`class ${namespace}.SortedSet<T> : ISet<T>, IReadOnlyCollection<T>`, {
  'new()': (types: SetTypes) => createSet(types, []),
  'new(IComparer<T> comparer)': (types: SetTypes, comparer: NetComparer | null) => createSet(types, [], comparer),
  'new(IEnumerable<T> collection)': (types: SetTypes, items: Raw) => createSet(types, items),
  'new(IEnumerable<T> collection, IComparer<T> comparer)': createSet,
  'int Count { get; }': (self: NetSortedSet) => self.count,
  'IComparer<T> Comparer { get; }': (self: NetSortedSet) => self.order,
  'T Min { get; }': (self: NetSortedSet) => endOf(self, 0),
  'T Max { get; }': (self: NetSortedSet) => endOf(self, -1),
  'bool Add(T item)': (self: NetSortedSet, item: Raw) => self.add(item),
  'void Clear()': (self: NetSortedSet) => self.clear(),
  'bool Contains(T item)': (self: NetSortedSet, item: Raw) => self.contains(item),
  'void CopyTo(T[] array)': (self: NetSortedSet, array: AnyArray) => copyInto(self, array),
  'void CopyTo(T[] array, int index)': copyInto,
  'IEnumerator<T> GetEnumerator()': enumeratorOf,
  'SortedSet<T> GetViewBetween(T lowerValue, T upperValue)': (self: NetSortedSet, low: Raw, high: Raw) => self.between(low, high),
  'bool Remove(T item)': (self: NetSortedSet, item: Raw) => self.remove(item),
  'int RemoveWhere(System.Predicate<T> match)': (self: NetSortedSet, match: ((item: Raw) => boolean) | null) =>
    self.removeWhere(required(match, 'match')),
  'IEnumerable<T> Reverse()': (self: NetSortedSet) => makeArray(self.element, [...self.reversed()]),
  ...setOperations,
})

export const sortedTypes = [sortedDictionary, ...partTypes(dictionaryName), sortedList, sortedSet]
