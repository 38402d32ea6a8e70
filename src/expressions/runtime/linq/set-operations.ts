import { defaultOf } from '../../types/defaults.ts'
import type { Type } from '../../types/type.ts'
import type { Raw } from '../../types/values.ts'
import { equalityOr } from '../collections/equality.ts'
import { NetHashSet } from '../collections/hash-set.ts'
import type { NetEqualityComparer } from '../collections/protocol.ts'
import { counted, notNull, Sequence, type Source, walkCounted } from './sequence.ts'

type Types = readonly [Type]
type Comparer = NetEqualityComparer | null

const emptySet = (types: Types, comparer: Comparer, items: Raw = []) =>
  new NetHashSet(types[0], equalityOr(comparer, types[0]), items)

function* distinctItems(types: Types, source: Source, comparer: Comparer): Generator<Raw> {
  const seen = emptySet(types, comparer)
  for (const item of counted(source)) if (seen.add(item)) yield item
}

function distinct(types: Types, source: Source, comparer: Comparer = null): Sequence {
  notNull(source, 'source')
  return new Sequence(
    types[0],
    () => distinctItems(types, source, comparer),
    visit => {
      const seen = emptySet(types, comparer)
      return walkCounted(source, item => !seen.add(item) || visit(item))
    },
  )
}

function union(types: Types, first: Source, second: Source, comparer: Comparer = null): Sequence {
  notNull(first, 'first')
  notNull(second, 'second')
  return distinct(types, concat(types, first, second), comparer)
}

function* intersectItems(types: Types, first: Source, second: Source, comparer: Comparer): Generator<Raw> {
  const wanted = emptySet(types, comparer, second)
  for (const item of counted(first)) if (wanted.remove(item)) yield item
}

function intersect(types: Types, first: Source, second: Source, comparer: Comparer = null): Sequence {
  notNull(first, 'first')
  notNull(second, 'second')
  return new Sequence(types[0], () => intersectItems(types, first, second, comparer))
}

function* exceptItems(types: Types, first: Source, second: Source, comparer: Comparer): Generator<Raw> {
  const seen = emptySet(types, comparer, second)
  for (const item of counted(first)) if (seen.add(item)) yield item
}

function except(types: Types, first: Source, second: Source, comparer: Comparer = null): Sequence {
  notNull(first, 'first')
  notNull(second, 'second')
  return new Sequence(types[0], () => exceptItems(types, first, second, comparer))
}

function* concatItems(first: Source, second: Source): Generator<Raw> {
  yield* counted(first)
  yield* counted(second)
}

function concat(types: Types, first: Source, second: Source): Sequence {
  notNull(first, 'first')
  notNull(second, 'second')
  return new Sequence(
    types[0],
    () => concatItems(first, second),
    visit => walkCounted(first, visit) && walkCounted(second, visit),
  )
}

function* appendItems(source: Source, item: Raw): Generator<Raw> {
  yield* counted(source)
  yield item
}

function append(types: Types, source: Source, item: Raw): Sequence {
  notNull(source, 'source')
  return new Sequence(types[0], () => appendItems(source, item))
}

function* prependItems(source: Source, item: Raw): Generator<Raw> {
  yield item
  yield* counted(source)
}

function prepend(types: Types, source: Source, item: Raw): Sequence {
  notNull(source, 'source')
  return new Sequence(types[0], () => prependItems(source, item))
}

function* defaultIfEmptyItems(types: Types, source: Source, given: readonly Raw[]): Generator<Raw> {
  let empty = true
  for (const item of counted(source)) {
    empty = false
    yield item
  }
  if (empty) yield given.length > 0 ? given[0] : defaultOf(types[0])
}

function defaultIfEmpty(types: Types, source: Source, ...given: readonly Raw[]): Sequence {
  notNull(source, 'source')
  return new Sequence(types[0], () => defaultIfEmptyItems(types, source, given))
}

const source = 'this IEnumerable<TSource> source'
const both = 'this IEnumerable<TSource> first, IEnumerable<TSource> second'
const comparer = 'IEqualityComparer<TSource> comparer'

export const setOperators = {
  [`static IEnumerable<TSource> Distinct<TSource>(${source})`]: distinct,
  [`static IEnumerable<TSource> Distinct<TSource>(${source}, ${comparer})`]: distinct,
  [`static IEnumerable<TSource> Union<TSource>(${both})`]: union,
  [`static IEnumerable<TSource> Union<TSource>(${both}, ${comparer})`]: union,
  [`static IEnumerable<TSource> Intersect<TSource>(${both})`]: intersect,
  [`static IEnumerable<TSource> Intersect<TSource>(${both}, ${comparer})`]: intersect,
  [`static IEnumerable<TSource> Except<TSource>(${both})`]: except,
  [`static IEnumerable<TSource> Except<TSource>(${both}, ${comparer})`]: except,
  [`static IEnumerable<TSource> Concat<TSource>(${both})`]: concat,
  [`static IEnumerable<TSource> Append<TSource>(${source}, TSource element)`]: append,
  [`static IEnumerable<TSource> Prepend<TSource>(${source}, TSource element)`]: prepend,
  [`static IEnumerable<TSource> DefaultIfEmpty<TSource>(${source})`]: defaultIfEmpty,
  [`static IEnumerable<TSource> DefaultIfEmpty<TSource>(${source}, TSource defaultValue)`]: defaultIfEmpty,
}
