import { makeArray } from '../../types/arrays.ts'
import { spend } from '../../types/budget.ts'
import { defaultOf } from '../../types/defaults.ts'
import { defineType } from '../../types/define-type.ts'
import type { Type } from '../../types/type.ts'
import type { Raw } from '../../types/values.ts'
import { badArgument, indexOutOfRange, modified, negativeNumber, outOfRange, required } from './argument-errors.ts'
import { type AnyArray, copyInto, setItems } from './copying.ts'
import { cost } from './costs.ts'
import { elementsOf } from './elements.ts'
import { enumeratorOf } from './enumerator.ts'
import { binarySearch, introsort } from './introsort.ts'
import { NetList } from './list.ts'
import { type Compare, orderOr, sorting } from './ordering.ts'
import type { NetComparer } from './protocol.ts'
import { ReadOnlyList } from './read-only-list.ts'
import { findIndex, findLastIndex, indexOf, lastIndexOf, type Predicate } from './searching.ts'

/** The elements as an array of its own; takes a step each. */
export function collect(source: Raw): Raw[] {
  if (Array.isArray(source)) {
    spend(source.length * cost.place)
    return source.slice()
  }
  const items: Raw[] = []
  for (const item of elementsOf(source)) {
    spend(cost.place)
    items.push(item)
  }
  return items
}

function withCapacity(types: readonly [Type], capacity: number): NetList {
  if (capacity < 0) throw negativeNumber('capacity')
  spend(capacity / 8)
  return new NetList(types[0], [], capacity)
}

function insertRange(self: NetList, index: number, items: Raw): void {
  const source = required(items, 'collection')
  if (index < 0 || index > self.count)
    throw outOfRange('index', 'Index was out of range. Must be non-negative and less than the size of the collection.')
  self.insertAll(index, collect(source))
}

function removeAll(self: NetList, match: Predicate | null): number {
  const test = required(match, 'match')
  const before = self.count
  const kept = self.items.filter(item => {
    spend()
    return !test(item)
  })
  if (kept.length < before) {
    self.items = kept
    self.version++
  }
  return before - kept.length
}

function reverse(self: NetList, index = 0, count = self.count): void {
  self.checkRange(index, count)
  spend(count)
  setItems(self.items, index, self.items.slice(index, index + count).reverse())
  self.version++
}

function sort(self: NetList, compare: Compare, index = 0, count = self.count): void {
  self.checkRange(index, count)
  sorting(() => introsort(self.items, index, count, compare))
  self.version++
}

function search(self: NetList, item: Raw, comparer: NetComparer | null, index = 0, count = self.count): number {
  self.checkRange(index, count)
  const order = orderOr(comparer, self.element)
  return sorting(() => binarySearch(self.items, index, count, item, (a, b) => order.compare(a, b)))
}

const comparerOf = (self: NetList, comparer: NetComparer | null): Compare => {
  const order = orderOr(comparer, self.element)
  return (a, b) => order.compare(a, b)
}

function convertAll(types: readonly [Type], self: NetList, converter: ((item: Raw) => Raw) | null): NetList {
  const convert = required(converter, 'converter')
  return new NetList(types[0], mapped(self.items, convert))
}

function mapped(items: readonly Raw[], convert: (item: Raw) => Raw): Raw[] {
  return items.map(item => {
    spend()
    return convert(item)
  })
}

function forEach(self: NetList, action: ((item: Raw) => void) | null): void {
  const run = required(action, 'action')
  const { version } = self
  for (let i = 0; i < self.items.length; i++) {
    spend()
    run(self.items[i])
    if (version !== self.version) throw modified()
  }
}

function copyRange(self: NetList, index: number, array: AnyArray, arrayIndex: number, count: number): void {
  if (self.count - index < count) {
    throw badArgument(
      'Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.',
    )
  }
  copyInto(self.items.slice(index, index + count), array, arrayIndex)
}

function findAll(self: NetList, match: Predicate | null): NetList {
  const test = required(match, 'match')
  const found = self.items.filter(item => {
    spend()
    return test(item)
  })
  return new NetList(self.element, found)
}

const itemAt = (self: NetList, index: number) => (index < 0 ? defaultOf(self.element) : self.items[index])

function startOfIndex(self: NetList, item: Raw, index: number, count?: number): number {
  if (index < 0 || index > self.count) throw indexOutOfRange()
  return indexOf(self.items, self.element, item, index, count, 'index')
}

export const list = defineType(
  'class System.Collections.Generic.List<T> : System.Collections.Generic.IList<T>, System.Collections.Generic.IReadOnlyList<T>, System.Collections.IList',
  {
    'new()': (types: readonly [Type]) => new NetList(types[0]),
    'new(int capacity)': withCapacity,
    'new(IEnumerable<T> collection)': (types: readonly [Type], source: Raw) =>
      new NetList(types[0], collect(required(source, 'collection'))),
    'int Count { get; }': (self: NetList) => self.count,
    'int Capacity { get; set; }': {
      get: (self: NetList) => self.capacity,
      set: (self: NetList, value: number) => {
        self.capacity = value
      },
    },
    'T this[int index] { get; set; }': {
      get: (self: NetList, index: number) => self.getAt(index),
      set: (self: NetList, index: number, item: Raw) => self.setAt(index, item),
    },
    'void Add(T item)': (self: NetList, item: Raw) => self.add(item),
    'void AddRange(IEnumerable<T> collection)': (self: NetList, items: Raw) => insertRange(self, self.count, items),
    'System.Collections.ObjectModel.ReadOnlyCollection<T> AsReadOnly()': (self: NetList) => new ReadOnlyList(self.element, self),
    'int BinarySearch(T item)': (self: NetList, item: Raw) => search(self, item, null),
    'int BinarySearch(T item, IComparer<T> comparer)': (self: NetList, item: Raw, comparer: NetComparer | null) =>
      search(self, item, comparer),
    'int BinarySearch(int index, int count, T item, IComparer<T> comparer)': (
      self: NetList,
      index: number,
      count: number,
      item: Raw,
      comparer: NetComparer | null,
    ) => search(self, item, comparer, index, count),
    'void Clear()': (self: NetList) => self.clear(),
    'bool Contains(T item)': (self: NetList, item: Raw) => self.contains(item),
    'List<TOutput> ConvertAll<TOutput>(System.Converter<T, TOutput> converter)': convertAll,
    'void CopyTo(T[] array)': (self: NetList, array: AnyArray) => copyInto(self.items, array),
    'void CopyTo(T[] array, int arrayIndex)': (self: NetList, array: AnyArray, index: number) =>
      copyInto(self.items, array, index),
    'void CopyTo(int index, T[] array, int arrayIndex, int count)': copyRange,
    'bool Exists(System.Predicate<T> match)': (self: NetList, match: Predicate) => findIndex(self.items, match) >= 0,
    'T Find(System.Predicate<T> match)': (self: NetList, match: Predicate) => itemAt(self, findIndex(self.items, match)),
    'List<T> FindAll(System.Predicate<T> match)': findAll,
    'int FindIndex(System.Predicate<T> match)': (self: NetList, match: Predicate) => findIndex(self.items, match),
    'int FindIndex(int startIndex, System.Predicate<T> match)': (self: NetList, start: number, match: Predicate) =>
      findIndex(self.items, match, start),
    'int FindIndex(int startIndex, int count, System.Predicate<T> match)': (
      self: NetList,
      start: number,
      count: number,
      match: Predicate,
    ) => findIndex(self.items, match, start, count),
    'T FindLast(System.Predicate<T> match)': (self: NetList, match: Predicate) => itemAt(self, findLastIndex(self.items, match)),
    'int FindLastIndex(System.Predicate<T> match)': (self: NetList, match: Predicate) => findLastIndex(self.items, match),
    'int FindLastIndex(int startIndex, System.Predicate<T> match)': (self: NetList, start: number, match: Predicate) =>
      findLastIndex(self.items, match, start),
    'int FindLastIndex(int startIndex, int count, System.Predicate<T> match)': (
      self: NetList,
      start: number,
      count: number,
      match: Predicate,
    ) => findLastIndex(self.items, match, start, count),
    'void ForEach(System.Action<T> action)': forEach,
    'IEnumerator<T> GetEnumerator()': enumeratorOf,
    'List<T> GetRange(int index, int count)': (self: NetList, index: number, count: number) => {
      self.checkRange(index, count)
      spend(count)
      return new NetList(self.element, self.items.slice(index, index + count))
    },
    'int IndexOf(T item)': (self: NetList, item: Raw) => self.indexOf(item),
    'int IndexOf(T item, int index)': startOfIndex,
    'int IndexOf(T item, int index, int count)': startOfIndex,
    'void Insert(int index, T item)': (self: NetList, index: number, item: Raw) => self.insert(index, item),
    'void InsertRange(int index, IEnumerable<T> collection)': insertRange,
    'int LastIndexOf(T item)': (self: NetList, item: Raw) => lastIndexOf(self.items, self.element, item),
    'int LastIndexOf(T item, int index)': (self: NetList, item: Raw, index: number) =>
      lastIndexOf(self.items, self.element, item, index, index + 1, 'index'),
    'int LastIndexOf(T item, int index, int count)': (self: NetList, item: Raw, index: number, count: number) =>
      lastIndexOf(self.items, self.element, item, index, count, 'index'),
    'bool Remove(T item)': (self: NetList, item: Raw) => self.remove(item),
    'int RemoveAll(System.Predicate<T> match)': removeAll,
    'void RemoveAt(int index)': (self: NetList, index: number) => self.removeAt(index),
    'void RemoveRange(int index, int count)': (self: NetList, index: number, count: number) => self.removeRange(index, count),
    'void Reverse()': (self: NetList) => reverse(self),
    'void Reverse(int index, int count)': reverse,
    'void Sort()': (self: NetList) => sort(self, comparerOf(self, null)),
    'void Sort(IComparer<T> comparer)': (self: NetList, comparer: NetComparer | null) => sort(self, comparerOf(self, comparer)),
    'void Sort(System.Comparison<T> comparison)': (self: NetList, comparison: Compare | null) =>
      sort(self, required(comparison, 'comparison')),
    'void Sort(int index, int count, IComparer<T> comparer)': (
      self: NetList,
      index: number,
      count: number,
      comparer: NetComparer | null,
    ) => sort(self, comparerOf(self, comparer), index, count),
    'T[] ToArray()': (self: NetList) => makeArray(self.element, collect(self.items)),
    'void TrimExcess()': (self: NetList) => {
      self.capacity = self.count
    },
    'bool TrueForAll(System.Predicate<T> match)': (self: NetList, match: Predicate | null) => {
      const test = required(match, 'match')
      return findIndex(self.items, item => !test(item)) < 0
    },
  },
)
