import { type MultiArray, makeArray, newArray, newMultiArray } from '../../types/arrays.ts'
import { box } from '../../types/boxing.ts'
import { spend } from '../../types/budget.ts'
import { unbox } from '../../types/casting.ts'
import { defaultOf } from '../../types/defaults.ts'
import { defineType } from '../../types/define-type.ts'
import { NetException } from '../../types/exceptions.ts'
import { type NumericKind, numericKind } from '../../types/facts.ts'
import { lookupType } from '../../types/registry.ts'
import type { Type } from '../../types/type.ts'
import type { Raw, Ref, Value } from '../../types/values.ts'
import { badArgument, invalidOperation, negativeNumber, outOfRange, required } from './argument-errors.ts'
import { type AnyArray, setItem } from './copying.ts'
import { elementTypeOf } from './element-type.ts'
import { plainEnumeratorOf } from './enumerator.ts'
import { binarySearch, introsort } from './introsort.ts'
import { type Compare, orderOr, sorting } from './ordering.ts'
import type { NetComparer } from './protocol.ts'
import { ReadOnlyList } from './read-only-list.ts'
import { findIndex, findLastIndex, indexOf, lastIndexOf, type Predicate } from './searching.ts'
import { asList } from './views.ts'

type Types = readonly [Type]
type AnyRank = AnyArray | MultiArray

const isMulti = (self: AnyRank): self is MultiArray => !Array.isArray(self) && !(self instanceof Uint8Array)
const itemsOf = (self: AnyRank): AnyArray => (isMulti(self) ? self.items : self)
const lengthsOf = (self: AnyRank): readonly number[] => (isMulti(self) ? self.lengths : [self.length])
const elementOf = (self: AnyRank): Type => elementTypeOf(self) ?? lookupType('System.Object')
const indexFault = () => new NetException('System.IndexOutOfRangeException', 'Index was outside the bounds of the array.')
const given = (array: AnyRank | null) => required(array, 'array')
const one = (array: AnyRank | null): AnyArray => itemsOf(given(array))

function getLength(self: AnyRank, dimension: number): number {
  const length = lengthsOf(self)[dimension]
  if (length === undefined) throw indexFault()
  return length
}

function offset(self: AnyRank, indexes: readonly number[]): number {
  if (indexes.length !== lengthsOf(self).length)
    throw badArgument(
      indexes.length === 1 ? 'Array was not a one-dimensional array.' : 'Array was not a multi-dimensional array.',
    )
  if (isMulti(self)) return self.offset(indexes)
  const [index = 0] = indexes
  if (index < 0 || index >= self.length) throw indexFault()
  return index
}

const getValue = (self: AnyRank, ...indexes: readonly number[]): Value =>
  box(elementOf(self), itemsOf(self)[offset(self, indexes)])

function setValue(self: AnyRank, value: Value, ...indexes: readonly number[]): void {
  const type = elementOf(self)
  setItem(itemsOf(self), offset(self, indexes), value === null ? defaultOf(type) : unbox(type, value))
}

function checkRange(array: AnyArray, index: number, length: number, first = 'index', second = 'length'): void {
  if (index < 0) throw negativeNumber(first)
  if (length < 0) throw negativeNumber(second)
  if (array.length - index < length)
    throw badArgument(
      'Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.',
    )
}

function copy(source: AnyRank | null, from: number, target: AnyRank | null, to: number, length: number): void {
  const items = itemsOf(required(source, 'sourceArray'))
  const into = itemsOf(required(target, 'destinationArray'))
  if (length < 0) throw negativeNumber('length')
  if (from < 0) throw outOfRange('sourceIndex', "Number was less than the array's lower bound in the first dimension.")
  if (to < 0) throw outOfRange('destinationIndex', "Number was less than the array's lower bound in the first dimension.")
  if (from + length > items.length)
    throw badArgument("Source array was not long enough. Check srcIndex and length, and the array's lower bounds.")
  if (to + length > into.length)
    throw badArgument("Destination array was not long enough. Check destIndex and length, and the array's lower bounds.")
  spend(length)
  const converted = converter(source as AnyRank, target as AnyRank) // both were checked above
  const slice = items.slice(from, from + length)
  for (let i = 0; i < length; i++) setItem(into, to + i, converted(slice[i]))
}

/** Between arrays of reference and value types, elements are boxed and unboxed on the way. */
function converter(source: AnyRank, target: AnyRank): (item: Raw) => Raw {
  const from = elementOf(source)
  const to = elementOf(target)
  if (from === to) return item => item
  const widened = widening(numericKind(from), numericKind(to))
  return widened ?? (item => unbox(to, box(from, item)))
}

const ranks: readonly (readonly NumericKind[])[] = [
  ['byte', 'sbyte'],
  ['char', 'short', 'ushort'],
  ['int', 'uint'],
  ['long', 'ulong'],
  ['float'],
  ['double'],
]

/** Array.Copy widens numbers as an implicit conversion would. */
function widening(from: NumericKind | undefined, to: NumericKind | undefined): ((item: Raw) => Raw) | undefined {
  if (from === undefined || to === undefined) return undefined
  const rank = (kind: NumericKind) => ranks.findIndex(kinds => kinds.includes(kind))
  if (rank(from) < 0 || rank(to) <= rank(from)) return undefined
  // raw numbers and bigints, by the kinds
  if (to === 'long' || to === 'ulong') return item => BigInt(item as number)
  return to === 'float' ? item => Math.fround(Number(item)) : Number
}

function clear(array: AnyRank | null, index: number, length: number): void {
  const items = one(array)
  if (index < 0 || length < 0 || index + length > items.length) throw indexFault()
  spend(length)
  const value = defaultOf(elementOf(given(array)))
  for (let i = index; i < index + length; i++) setItem(items, i, value)
}

function reverse(array: AnyArray | null, index = 0, length = one(array).length): void {
  const items = one(array)
  checkRange(items, index, length)
  spend(length)
  const turned = items.slice(index, index + length).reverse()
  for (let i = 0; i < length; i++) setItem(items, index + i, turned[i])
}

function fill(array: AnyArray | null, value: Raw, start = 0, count = one(array).length): void {
  const items = one(array)
  checkRange(items, start, count, 'startIndex', 'count')
  spend(count)
  for (let i = start; i < start + count; i++) setItem(items, i, value)
}

const comparing = (array: AnyArray, comparer: NetComparer | null): Compare => {
  const order = orderOr(comparer, elementOf(array))
  return (a, b) => order.compare(a, b)
}

function sort(array: AnyArray | null, index: number, length: number, compare: Compare, items: AnyArray | null = null): void {
  const keys = one(array)
  checkRange(keys, index, length)
  if (items !== null && items.length - index < length) checkRange(items, index, length)
  sorting(() => introsort(keys, index, length, compare, items))
}

const sortAll = (array: AnyArray | null, comparer: NetComparer | null = null, items: AnyArray | null = null) =>
  sort(array, 0, one(array).length, comparing(one(array), comparer), items)

function search(
  array: AnyArray | null,
  value: Raw,
  comparer: NetComparer | null = null,
  index = 0,
  length = one(array).length,
): number {
  const items = one(array)
  checkRange(items, index, length)
  return sorting(() => binarySearch(items, index, length, value, comparing(items, comparer)))
}

function resize(types: Types, array: Ref<AnyArray | null>, size: number): void {
  if (size < 0) throw negativeNumber('newSize')
  const old = array.value
  if (old !== null && old.length === size) return
  const made = newArray(types[0], size)
  const kept = Math.min(size, old?.length ?? 0)
  for (let i = 0; i < kept; i++) setItem(made, i, old?.[i])
  array.value = made
}

function mapped(items: AnyArray, convert: (item: Raw) => Raw): Raw[] {
  return Array.from(items as ArrayLike<Raw>, item => {
    spend()
    return convert(item)
  })
}

function found(types: Types, array: AnyArray | null, index: number): Raw {
  return index < 0 ? defaultOf(types[0]) : one(array)[index]
}

const empties = new WeakMap<Type, Raw>()

/** One and the same empty array for each type. */
function emptyOf(types: Types): Raw {
  const known = empties.get(types[0]) ?? makeArray(types[0], [])
  empties.set(types[0], known)
  return known
}

const plain = {
  'int Length { get; }': (self: AnyRank) => itemsOf(self).length,
  'long LongLength { get; }': (self: AnyRank) => BigInt(itemsOf(self).length),
  'int Rank { get; }': (self: AnyRank) => lengthsOf(self).length,
  'bool IsFixedSize { get; }': () => true,
  'bool IsReadOnly { get; }': () => false,
  'bool IsSynchronized { get; }': () => false,
  'object SyncRoot { get; }': (self: AnyRank) => self,
  'object Clone()': cloneArray,
  'int GetLength(int dimension)': getLength,
  'long GetLongLength(int dimension)': (self: AnyRank, dimension: number) => BigInt(getLength(self, dimension)),
  'int GetLowerBound(int dimension)': (self: AnyRank, dimension: number) => getLength(self, dimension) * 0,
  'int GetUpperBound(int dimension)': (self: AnyRank, dimension: number) => getLength(self, dimension) - 1,
  'object GetValue(int index)': getValue,
  'object GetValue(int index1, int index2)': getValue,
  'object GetValue(int index1, int index2, int index3)': getValue,
  'object GetValue(params int[] indices)': (self: AnyRank, indexes: readonly number[]) => getValue(self, ...indexes),
  'void SetValue(object value, int index)': setValue,
  'void SetValue(object value, int index1, int index2)': setValue,
  'void SetValue(object value, int index1, int index2, int index3)': setValue,
  'void SetValue(object value, params int[] indices)': (self: AnyRank, value: Value, indexes: readonly number[]) =>
    setValue(self, value, ...indexes),
  'void CopyTo(Array array, int index)': (self: AnyRank, target: AnyRank | null, index: number) =>
    copy(self, 0, target, index, itemsOf(self).length),
  'object GetValue(long index)': (self: AnyRank, index: bigint) => getValue(self, Number(index)),
  'void SetValue(object value, long index)': (self: AnyRank, value: Value, index: bigint) => setValue(self, value, Number(index)),
  'void CopyTo(Array array, long index)': (self: AnyRank, target: AnyRank | null, index: bigint) =>
    copy(self, 0, target, Number(index), itemsOf(self).length),
  'System.Collections.IEnumerator GetEnumerator()': plainEnumeratorOf,
  'void Initialize()': () => undefined,
}

function cloneArray(self: AnyRank): Value {
  const items = itemsOf(self)
  spend(items.length)
  if (self instanceof Uint8Array) return self.slice()
  if (!isMulti(self)) return makeArray(elementOf(self), (items as Raw[]).slice())
  const made = newMultiArray(elementOf(self), self.lengths)
  for (let i = 0; i < items.length; i++) made.items[i] = items[i]
  return made
}

/** Overloads for arrays whose element type is not known statically: values are boxed. */
const untyped = {
  'static void Clear(Array array, int index, int length)': clear,
  'static void Copy(Array sourceArray, Array destinationArray, int length)': (source: AnyRank, target: AnyRank, length: number) =>
    copy(source, 0, target, 0, length),
  'static void Copy(Array sourceArray, int sourceIndex, Array destinationArray, int destinationIndex, int length)': copy,
  'static void Copy(Array sourceArray, Array destinationArray, long length)': (
    source: AnyRank,
    target: AnyRank,
    length: bigint,
  ) => copy(source, 0, target, 0, Number(length)),
  'static void ConstrainedCopy(Array sourceArray, int sourceIndex, Array destinationArray, int destinationIndex, int length)':
    copy,
  'static void Reverse(Array array)': (array: AnyArray) => reverse(array),
  'static void Reverse(Array array, int index, int length)': reverse,
  'static int IndexOf(Array array, object value)': (array: AnyArray | null, value: Value) => untypedIndex(one(array), value),
  'static int LastIndexOf(Array array, object value)': (array: AnyArray | null, value: Value) =>
    untypedLastIndex(one(array), value),
  'static int IndexOf(Array array, object value, int startIndex)': (array: AnyArray | null, value: Value, start: number) =>
    untypedIndex(one(array), value, start),
  'static int IndexOf(Array array, object value, int startIndex, int count)': (
    array: AnyArray | null,
    value: Value,
    start: number,
    count: number,
  ) => untypedIndex(one(array), value, start, count),
  'static void Sort(Array array)': (array: AnyArray) => sortAll(array),
  'static void Sort(Array array, int index, int length)': (array: AnyArray, index: number, length: number) =>
    sort(array, index, length, comparing(one(array), null)),
  'static void Sort(Array keys, Array items)': (keys: AnyArray | null, items: AnyArray | null) =>
    sortAll(required(keys, 'keys'), null, items),
  'static int BinarySearch(Array array, object value)': (array: AnyArray | null, value: Value) =>
    search(array, value === null ? null : unboxFor(one(array), value)),
}

function unboxFor(array: AnyArray, value: Value): Raw {
  try {
    return unbox(elementOf(array), value)
  } catch (fault) {
    if (!(fault instanceof NetException)) throw fault
    throw invalidOperation('Failed to compare two elements in the array.', fault)
  }
}

/** A boxed value as the array holds it; undefined when no element can equal it. */
function sameKind(array: AnyArray, value: Value): Raw | undefined {
  try {
    return unbox(elementOf(array), value)
  } catch (fault) {
    if (fault instanceof NetException) return undefined
    throw fault
  }
}

function untypedIndex(array: AnyArray, value: Value, ...range: [start?: number, count?: number]): number {
  const raw = sameKind(array, value)
  return raw === undefined ? -1 : indexOf(array, elementOf(array), raw, ...range)
}

function untypedLastIndex(array: AnyArray, value: Value): number {
  const raw = sameKind(array, value)
  return raw === undefined ? -1 : lastIndexOf(array, elementOf(array), raw)
}

const searches = {
  'static int IndexOf<T>(T[] array, T value)': (types: Types, array: AnyArray, value: Raw) =>
    indexOf(one(array), types[0], value),
  'static int IndexOf<T>(T[] array, T value, int startIndex)': (types: Types, array: AnyArray, value: Raw, start: number) =>
    indexOf(one(array), types[0], value, start),
  'static int IndexOf<T>(T[] array, T value, int startIndex, int count)': (
    types: Types,
    array: AnyArray,
    value: Raw,
    start: number,
    count: number,
  ) => indexOf(one(array), types[0], value, start, count),
  'static int LastIndexOf<T>(T[] array, T value)': (types: Types, array: AnyArray, value: Raw) =>
    lastIndexOf(one(array), types[0], value),
  'static int LastIndexOf<T>(T[] array, T value, int startIndex)': (types: Types, array: AnyArray, value: Raw, start: number) =>
    lastIndexOf(one(array), types[0], value, start),
  'static int LastIndexOf<T>(T[] array, T value, int startIndex, int count)': (
    types: Types,
    array: AnyArray,
    value: Raw,
    start: number,
    count: number,
  ) => lastIndexOf(one(array), types[0], value, start, count),
  'static bool Exists<T>(T[] array, System.Predicate<T> match)': (_: Types, array: AnyArray, match: Predicate) =>
    findIndex(one(array), match) >= 0,
  'static T Find<T>(T[] array, System.Predicate<T> match)': (types: Types, array: AnyArray, match: Predicate) =>
    found(types, array, findIndex(one(array), match)),
  'static T[] FindAll<T>(T[] array, System.Predicate<T> match)': (types: Types, array: AnyArray, match: Predicate | null) => {
    const test = required(match, 'match')
    return makeArray(
      types[0],
      mapped(one(array), item => item).filter(item => test(item)),
    )
  },
  'static int FindIndex<T>(T[] array, System.Predicate<T> match)': (_: Types, array: AnyArray, match: Predicate) =>
    findIndex(one(array), match),
  'static int FindIndex<T>(T[] array, int startIndex, System.Predicate<T> match)': (
    _: Types,
    array: AnyArray,
    start: number,
    match: Predicate,
  ) => findIndex(one(array), match, start),
  'static int FindIndex<T>(T[] array, int startIndex, int count, System.Predicate<T> match)': (
    _: Types,
    array: AnyArray,
    start: number,
    count: number,
    match: Predicate,
  ) => findIndex(one(array), match, start, count),
  'static T FindLast<T>(T[] array, System.Predicate<T> match)': (types: Types, array: AnyArray, match: Predicate) =>
    found(types, array, findLastIndex(one(array), match)),
  'static int FindLastIndex<T>(T[] array, System.Predicate<T> match)': (_: Types, array: AnyArray, match: Predicate) =>
    findLastIndex(one(array), match),
  'static int FindLastIndex<T>(T[] array, int startIndex, System.Predicate<T> match)': (
    _: Types,
    array: AnyArray,
    start: number,
    match: Predicate,
  ) => findLastIndex(one(array), match, start),
  'static int FindLastIndex<T>(T[] array, int startIndex, int count, System.Predicate<T> match)': (
    _: Types,
    array: AnyArray,
    start: number,
    count: number,
    match: Predicate,
  ) => findLastIndex(one(array), match, start, count),
  'static bool TrueForAll<T>(T[] array, System.Predicate<T> match)': (_: Types, array: AnyArray, match: Predicate | null) => {
    const test = required(match, 'match')
    return findIndex(one(array), item => !test(item)) < 0
  },
  'static int BinarySearch<T>(T[] array, T value)': (_: Types, array: AnyArray, value: Raw) => search(array, value),
  'static int BinarySearch<T>(T[] array, T value, System.Collections.Generic.IComparer<T> comparer)': (
    _: Types,
    array: AnyArray,
    value: Raw,
    comparer: NetComparer | null,
  ) => search(array, value, comparer),
  'static int BinarySearch<T>(T[] array, int index, int length, T value, System.Collections.Generic.IComparer<T> comparer)': (
    _: Types,
    array: AnyArray,
    index: number,
    length: number,
    value: Raw,
    comparer: NetComparer | null,
  ) => search(array, value, comparer, index, length),
  'static int BinarySearch<T>(T[] array, int index, int length, T value)': (
    _: Types,
    array: AnyArray,
    index: number,
    length: number,
    value: Raw,
  ) => search(array, value, null, index, length),
}

const sorts = {
  'static void Sort<TKey, TValue>(TKey[] keys, TValue[] items, int index, int length)': (
    _: readonly Type[],
    keys: AnyArray | null,
    items: AnyArray | null,
    index: number,
    length: number,
  ) => sort(required(keys, 'keys'), index, length, comparing(one(keys), null), items),
  'static void Reverse<T>(T[] array)': (_: Types, array: AnyArray) => reverse(array),
  'static void Reverse<T>(T[] array, int index, int length)': (_: Types, array: AnyArray, index: number, length: number) =>
    reverse(array, index, length),
  'static void Fill<T>(T[] array, T value)': (_: Types, array: AnyArray, value: Raw) => fill(array, value),
  'static void Fill<T>(T[] array, T value, int startIndex, int count)': (
    _: Types,
    array: AnyArray,
    value: Raw,
    start: number,
    count: number,
  ) => fill(array, value, start, count),
  'static void Sort<T>(T[] array)': (_: Types, array: AnyArray) => sortAll(array),
  'static void Sort<T>(T[] array, System.Collections.Generic.IComparer<T> comparer)': (
    _: Types,
    array: AnyArray,
    comparer: NetComparer | null,
  ) => sortAll(array, comparer),
  'static void Sort<T>(T[] array, System.Comparison<T> comparison)': (_: Types, array: AnyArray, comparison: Compare | null) =>
    sort(array, 0, one(array).length, required(comparison, 'comparison')),
  'static void Sort<T>(T[] array, int index, int length)': (_: Types, array: AnyArray, index: number, length: number) =>
    sort(array, index, length, comparing(one(array), null)),
  'static void Sort<T>(T[] array, int index, int length, System.Collections.Generic.IComparer<T> comparer)': (
    _: Types,
    array: AnyArray,
    index: number,
    length: number,
    comparer: NetComparer | null,
  ) => sort(array, index, length, comparing(one(array), comparer)),
  'static void Sort<TKey, TValue>(TKey[] keys, TValue[] items)': (
    _: readonly Type[],
    keys: AnyArray | null,
    items: AnyArray | null,
  ) => sortAll(required(keys, 'keys'), null, items),
  'static void Sort<TKey, TValue>(TKey[] keys, TValue[] items, System.Collections.Generic.IComparer<TKey> comparer)': (
    _: readonly Type[],
    keys: AnyArray | null,
    items: AnyArray | null,
    comparer: NetComparer | null,
  ) => sortAll(required(keys, 'keys'), comparer, items),
}

function createInstance(type: Type | null, ...lengths: readonly number[]): Raw {
  const element = required(type, 'elementType')
  const negative = lengths.findIndex(length => length < 0)
  if (negative >= 0) throw negativeNumber(lengths.length === 1 ? 'length' : `length${negative + 1}`)
  return lengths.length === 1 ? newArray(element, lengths[0] ?? 0) : newMultiArray(element, lengths)
}

const makers = {
  'static Array CreateInstance(System.Type elementType, int length)': createInstance,
  'static Array CreateInstance(System.Type elementType, int length1, int length2)': createInstance,
  'static Array CreateInstance(System.Type elementType, int length1, int length2, int length3)': createInstance,
  'static Array CreateInstance(System.Type elementType, params int[] lengths)': (
    type: Type | null,
    lengths: readonly number[] | null,
  ) => createInstance(type, ...required(lengths, 'lengths')),
  'static T[] Empty<T>()': emptyOf,
  'static void Resize<T>(ref T[] array, int newSize)': resize,
  'static TOutput[] ConvertAll<TInput, TOutput>(TInput[] array, System.Converter<TInput, TOutput> converter)': (
    types: readonly [Type, Type],
    array: AnyArray,
    convert: ((item: Raw) => Raw) | null,
  ) => makeArray(types[1], mapped(one(array), required(convert, 'converter'))),
  'static void ForEach<T>(T[] array, System.Action<T> action)': (
    _: Types,
    array: AnyArray,
    action: ((item: Raw) => void) | null,
  ) => {
    const run = required(action, 'action')
    for (const item of one(array)) {
      spend()
      run(item)
    }
  },
  'static System.Collections.ObjectModel.ReadOnlyCollection<T> AsReadOnly<T>(T[] array)': (types: Types, array: AnyArray) =>
    new ReadOnlyList(types[0], asList(given(array))),
}

export const array = defineType('class System.Array : System.Collections.IList', {
  ...plain,
  ...untyped,
  ...searches,
  ...sorts,
  ...makers,
})
