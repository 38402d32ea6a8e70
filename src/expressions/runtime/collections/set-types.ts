import { spend } from '../../types/budget.ts'
import { defaultOf } from '../../types/defaults.ts'
import { defineType } from '../../types/define-type.ts'
import type { Type } from '../../types/type.ts'
import type { Raw, Ref } from '../../types/values.ts'
import { required } from './argument-errors.ts'
import { type AnyArray, copyInto } from './copying.ts'
import { enumeratorOf } from './enumerator.ts'
import { equalityOr } from './equality.ts'
import {
  exceptWith,
  intersectWith,
  isProperSubsetOf,
  isProperSupersetOf,
  isSubsetOf,
  isSupersetOf,
  NetHashSet,
  overlaps,
  setEquals,
  symmetricExceptWith,
  unionWith,
} from './hash-set.ts'
import type { NetEqualityComparer, SetLike } from './protocol.ts'

/** The operations of ISet<T>, which HashSet and SortedSet have as their own. */
export const setOperations = {
  'void UnionWith(IEnumerable<T> other)': unionWith,
  'void IntersectWith(IEnumerable<T> other)': intersectWith,
  'void ExceptWith(IEnumerable<T> other)': exceptWith,
  'void SymmetricExceptWith(IEnumerable<T> other)': symmetricExceptWith,
  'bool IsSubsetOf(IEnumerable<T> other)': isSubsetOf,
  'bool IsSupersetOf(IEnumerable<T> other)': isSupersetOf,
  'bool IsProperSubsetOf(IEnumerable<T> other)': isProperSubsetOf,
  'bool IsProperSupersetOf(IEnumerable<T> other)': isProperSupersetOf,
  'bool Overlaps(IEnumerable<T> other)': overlaps,
  'bool SetEquals(IEnumerable<T> other)': setEquals,
}

const setInterface = defineType('interface System.Collections.Generic.ISet<T> : ICollection<T>', {
  'bool Add(T item)': (self: SetLike, item: Raw) => self.add(item),
  ...setOperations,
})

type Types = readonly [Type]

function create(types: Types, comparer: NetEqualityComparer | null = null): NetHashSet {
  return new NetHashSet(types[0], equalityOr(comparer, types[0]))
}

function copyOf(types: Types, items: Raw, comparer: NetEqualityComparer | null = null): NetHashSet {
  return new NetHashSet(types[0], equalityOr(comparer, types[0]), required(items, 'collection'))
}

const hashSet = defineType('class System.Collections.Generic.HashSet<T> : ISet<T>, IReadOnlyCollection<T>', {
  'new()': (types: Types) => create(types),
  'new(IEqualityComparer<T> comparer)': create,
  'new(IEnumerable<T> collection)': (types: Types, items: Raw) => copyOf(types, items),
  'new(IEnumerable<T> collection, IEqualityComparer<T> comparer)': copyOf,
  'new(int capacity)': (types: Types) => create(types),
  'new(int capacity, IEqualityComparer<T> comparer)': (types: Types, _: number, comparer: NetEqualityComparer | null) =>
    create(types, comparer),
  'bool TryGetValue(T equalValue, out T actualValue)': (self: NetHashSet, item: Raw, result: Ref) => {
    spend(1 + self.count * 2)
    const found = [...self].find(each => self.equality.equals(each, item))
    result.value = found === undefined ? defaultOf(self.element) : found
    return found !== undefined
  },
  'int Count { get; }': (self: NetHashSet) => self.count,
  'IEqualityComparer<T> Comparer { get; }': (self: NetHashSet) => self.equality,
  'bool Add(T item)': (self: NetHashSet, item: Raw) => self.add(item),
  'void Clear()': (self: NetHashSet) => self.clear(),
  'bool Contains(T item)': (self: NetHashSet, item: Raw) => self.contains(item),
  'void CopyTo(T[] array)': (self: NetHashSet, array: AnyArray) => copyInto(self, array),
  'void CopyTo(T[] array, int arrayIndex)': copyInto,
  'void CopyTo(T[] array, int arrayIndex, int count)': (self: NetHashSet, array: AnyArray, index: number, count: number) =>
    copyInto([...self].slice(0, count), array, index),
  'IEnumerator<T> GetEnumerator()': enumeratorOf,
  'bool Remove(T item)': (self: NetHashSet, item: Raw) => self.remove(item),
  'int RemoveWhere(System.Predicate<T> match)': (self: NetHashSet, match: ((item: Raw) => boolean) | null) =>
    self.removeWhere(required(match, 'match')),
  'void TrimExcess()': (self: NetHashSet) => self.trimExcess(),
  ...setOperations,
})

export const setTypes = [setInterface, hashSet]
