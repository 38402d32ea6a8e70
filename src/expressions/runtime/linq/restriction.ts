import { spendOne } from '../../types/budget.ts'
import { isInstance, unbox } from '../../types/casting.ts'
import type { Type } from '../../types/type.ts'
import type { Raw, Value } from '../../types/values.ts'
import { boxedElements, elementsOf } from '../collections/elements.ts'
import { type Visit, walk } from '../collections/walk.ts'
import { counted, notNull, Sequence, type Source, walkCounted } from './sequence.ts'

type Types = readonly Type[]
type Test = (item: Raw) => boolean
type IndexedTest = (item: Raw, index: number) => boolean
type Map = (item: Raw) => Raw
type IndexedMap = (item: Raw, index: number) => Raw

/** A sequence of the method's n-th type argument. */
function deferredOf(types: Types, index: number, start: () => Generator<Raw>, walkAll?: (visit: Visit) => boolean): Sequence {
  return new Sequence(types[index] as Type, start, walkAll) // the signature has that many type parameters
}

function* whereItems(source: Source, predicate: IndexedTest | Test): Generator<Raw> {
  let index = 0
  for (const item of elementsOf(source)) {
    spendOne()
    if ((predicate as IndexedTest)(item, index++)) yield item // one that asks for no index leaves it
  }
}

function where(types: Types, source: Source, predicate: IndexedTest | Test): Sequence {
  notNull(source, 'source')
  notNull(predicate, 'predicate')
  return deferredOf(
    types,
    0,
    () => whereItems(source, predicate),
    visit => {
      let index = 0
      return walk(source, item => {
        spendOne()
        return !(predicate as IndexedTest)(item, index++) || visit(item) // as in whereItems
      })
    },
  )
}

function* selectItems(source: Source, selector: IndexedMap | Map): Generator<Raw> {
  let index = 0
  for (const item of elementsOf(source)) {
    spendOne()
    yield (selector as IndexedMap)(item, index++) // as above
  }
}

function select(types: Types, source: Source, selector: IndexedMap | Map): Sequence {
  notNull(source, 'source')
  notNull(selector, 'selector')
  return deferredOf(
    types,
    1,
    () => selectItems(source, selector),
    visit => {
      let index = 0
      return walk(source, item => {
        spendOne()
        return visit((selector as IndexedMap)(item, index++)) // as in selectItems
      })
    },
  )
}

function* selectManyItems(source: Source, selector: IndexedMap): Generator<Raw> {
  let index = 0
  for (const item of counted(source)) yield* counted(selector(item, index++))
}

function selectMany(types: Types, source: Source, selector: IndexedMap): Sequence {
  notNull(source, 'source')
  notNull(selector, 'selector')
  return deferredOf(
    types,
    1,
    () => selectManyItems(source, selector),
    visit => {
      let index = 0
      return walkCounted(source, item => walkCounted(selector(item, index++), visit))
    },
  )
}

function* selectManyPairsItems(source: Source, collection: IndexedMap, result: (outer: Raw, inner: Raw) => Raw): Generator<Raw> {
  let index = 0
  for (const outer of counted(source)) for (const inner of counted(collection(outer, index++))) yield result(outer, inner)
}

function selectManyPairs(
  types: Types,
  source: Source,
  collection: IndexedMap,
  result: (outer: Raw, inner: Raw) => Raw,
): Sequence {
  notNull(source, 'source')
  notNull(collection, 'collectionSelector')
  notNull(result, 'resultSelector')
  return deferredOf(types, 2, () => selectManyPairsItems(source, collection, result))
}

function* castItems(source: Source, type: Type): Generator<Raw> {
  for (const item of boxedElements(source)) {
    spendOne()
    yield unbox(type, item)
  }
}

function cast(types: Types, source: Source): Source {
  notNull(source, 'source')
  const [type] = types as readonly [Type]
  return deferredOf(types, 0, () => castItems(source, type))
}

function* ofTypeItems(source: Source, type: Type): Generator<Raw> {
  for (const item of boxedElements(source)) {
    spendOne()
    if (isInstance(item, type)) yield unbox(type, item as Value)
  }
}

function ofType(types: Types, source: Source): Sequence {
  notNull(source, 'source')
  const [type] = types as readonly [Type]
  return deferredOf(types, 0, () => ofTypeItems(source, type))
}

function* endItems(source: Source, choose: (items: Raw[]) => Raw[]): Generator<Raw> {
  yield* choose([...counted(source)])
}

function atEnd(types: Types, source: Source, choose: (items: Raw[]) => Raw[]): Sequence {
  notNull(source, 'source')
  return deferredOf(types, 0, () => endItems(source, choose))
}

function* zipItems(first: Source, second: Source, result: (a: Raw, b: Raw) => Raw): Generator<Raw> {
  const others = elementsOf(second)[Symbol.iterator]()
  try {
    for (const item of counted(first)) {
      const other = others.next()
      if (other.done === true) return
      yield result(item, other.value)
    }
  } finally {
    others.return?.()
  }
}

function zip(types: Types, first: Source, second: Source, result: (a: Raw, b: Raw) => Raw): Sequence {
  notNull(first, 'first')
  notNull(second, 'second')
  notNull(result, 'resultSelector')
  return deferredOf(types, 2, () => zipItems(first, second, result))
}

function* takeItems(source: Source, count: number): Generator<Raw> {
  let left = count
  if (left <= 0) return
  for (const item of counted(source)) {
    yield item
    if (--left === 0) return
  }
}

/** Hands over a part of the source: `wanted` says of each element whether it is the last, or no longer part of it. */
function walkUntil(source: Source, visit: Visit, wanted: (item: Raw) => 'more' | 'last' | 'none'): boolean {
  let stopped = false
  walkCounted(source, item => {
    const part = wanted(item)
    if (part === 'none') return false
    stopped = !visit(item)
    return !stopped && part === 'more'
  })
  return !stopped
}

function take(types: Types, source: Source, count: number): Sequence {
  notNull(source, 'source')
  return deferredOf(
    types,
    0,
    () => takeItems(source, count),
    visit => {
      let left = count
      return left <= 0 || walkUntil(source, visit, () => (--left === 0 ? 'last' : 'more'))
    },
  )
}

function* skipItems(source: Source, count: number): Generator<Raw> {
  let left = count
  for (const item of counted(source)) if (left-- <= 0) yield item
}

function skip(types: Types, source: Source, count: number): Sequence {
  notNull(source, 'source')
  return deferredOf(
    types,
    0,
    () => skipItems(source, count),
    visit => {
      let left = count
      return walkCounted(source, item => left-- > 0 || visit(item))
    },
  )
}

function* takeWhileItems(source: Source, predicate: IndexedTest): Generator<Raw> {
  let index = 0
  for (const item of counted(source)) {
    if (!predicate(item, index++)) return
    yield item
  }
}

function takeWhile(types: Types, source: Source, predicate: IndexedTest): Sequence {
  notNull(source, 'source')
  notNull(predicate, 'predicate')
  return deferredOf(
    types,
    0,
    () => takeWhileItems(source, predicate),
    visit => {
      let index = 0
      return walkUntil(source, visit, item => (predicate(item, index++) ? 'more' : 'none'))
    },
  )
}

function* skipWhileItems(source: Source, predicate: IndexedTest): Generator<Raw> {
  let index = 0
  let passing = false
  for (const item of counted(source)) {
    passing ||= !predicate(item, index++)
    if (passing) yield item
  }
}

function skipWhile(types: Types, source: Source, predicate: IndexedTest): Sequence {
  notNull(source, 'source')
  notNull(predicate, 'predicate')
  return deferredOf(
    types,
    0,
    () => skipWhileItems(source, predicate),
    visit => {
      let index = 0
      let passing = false
      return walkCounted(source, item => {
        passing ||= !predicate(item, index++)
        return !passing || visit(item)
      })
    },
  )
}

export const restriction = {
  'static IEnumerable<TSource> Where<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)': where,
  'static IEnumerable<TSource> Where<TSource>(this IEnumerable<TSource> source, Func<TSource, int, bool> predicate)': where,
  'static IEnumerable<TResult> Select<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector)':
    select,
  'static IEnumerable<TResult> Select<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, int, TResult> selector)':
    select,
  'static IEnumerable<TResult> SelectMany<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, IEnumerable<TResult>> selector)':
    selectMany,
  'static IEnumerable<TResult> SelectMany<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, int, IEnumerable<TResult>> selector)':
    selectMany,
  'static IEnumerable<TResult> SelectMany<TSource, TCollection, TResult>(this IEnumerable<TSource> source, Func<TSource, IEnumerable<TCollection>> collectionSelector, Func<TSource, TCollection, TResult> resultSelector)':
    selectManyPairs,
  'static IEnumerable<TResult> SelectMany<TSource, TCollection, TResult>(this IEnumerable<TSource> source, Func<TSource, int, IEnumerable<TCollection>> collectionSelector, Func<TSource, TCollection, TResult> resultSelector)':
    selectManyPairs,
  'static IEnumerable<TResult> Cast<TResult>(this System.Collections.IEnumerable source)': cast,
  'static IEnumerable<TResult> OfType<TResult>(this System.Collections.IEnumerable source)': ofType,
  'static IEnumerable<TResult> Zip<TFirst, TSecond, TResult>(this IEnumerable<TFirst> first, IEnumerable<TSecond> second, Func<TFirst, TSecond, TResult> resultSelector)':
    zip,
  'static IEnumerable<TSource> Take<TSource>(this IEnumerable<TSource> source, int count)': take,
  'static IEnumerable<TSource> Skip<TSource>(this IEnumerable<TSource> source, int count)': skip,
  'static IEnumerable<TSource> TakeLast<TSource>(this IEnumerable<TSource> source, int count)': (
    types: Types,
    source: Source,
    count: number,
  ) => atEnd(types, source, items => (count > 0 ? items.slice(-count) : [])),
  'static IEnumerable<TSource> SkipLast<TSource>(this IEnumerable<TSource> source, int count)': (
    types: Types,
    source: Source,
    count: number,
  ) => atEnd(types, source, items => items.slice(0, Math.max(0, items.length - Math.max(0, count)))),
  'static IEnumerable<TSource> TakeWhile<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)': takeWhile,
  'static IEnumerable<TSource> TakeWhile<TSource>(this IEnumerable<TSource> source, Func<TSource, int, bool> predicate)':
    takeWhile,
  'static IEnumerable<TSource> SkipWhile<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)': skipWhile,
  'static IEnumerable<TSource> SkipWhile<TSource>(this IEnumerable<TSource> source, Func<TSource, int, bool> predicate)':
    skipWhile,
}
