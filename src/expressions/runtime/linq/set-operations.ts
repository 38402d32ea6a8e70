import { defaultOf } from '../../types/defaults.ts'
import type { Type } from '../../types/type.ts'
import type { Raw } from '../../types/values.ts'
import { equalityOr } from '../collections/equality.ts'
import { NetHashSet } from '../collections/hash-set.ts'
import type { NetEqualityComparer } from '../collections/protocol.ts'
import { counted, notNull, Sequence, type Source } from './sequence.ts'

type Types = readonly [Type]
type Comparer = NetEqualityComparer | null

const emptySet = (types: Types, comparer: Comparer, items: Raw = []) =>
  new NetHashSet(types[0], equalityOr(comparer, types[0]), items)

function distinct(types: Types, source: Source, comparer: Comparer = null): Sequence {
  notNull([source, 'source'])
  return new Sequence(types[0], function* () {
    const seen = emptySet(types, comparer)
    for (const item of counted(source)) if (seen.add(item)) yield item
  })
}

function union(types: Types, first: Source, second: Source, comparer: Comparer = null): Sequence {
  notNull([first, 'first'], [second, 'second'])
  return distinct(types, concat(types, first, second), comparer)
}

function intersect(types: Types, first: Source, second: Source, comparer: Comparer = null): Sequence {
  notNull([first, 'first'], [second, 'second'])
  return new Sequence(types[0], function* () {
    const wanted = emptySet(types, comparer, second)
    for (const item of counted(first)) if (wanted.remove(item)) yield item
  })
}

function except(types: Types, first: Source, second: Source, comparer: Comparer = null): Sequence {
  notNull([first, 'first'], [second, 'second'])
  return new Sequence(types[0], function* () {
    const seen = emptySet(types, comparer, second)
    for (const item of counted(first)) if (seen.add(item)) yield item
  })
}

function concat(types: Types, first: Source, second: Source): Sequence {
  notNull([first, 'first'], [second, 'second'])
  return new Sequence(types[0], function* () {
    yield* counted(first)
    yield* counted(second)
  })
}

function append(types: Types, source: Source, item: Raw): Sequence {
  notNull([source, 'source'])
  return new Sequence(types[0], function* () {
    yield* counted(source)
    yield item
  })
}

function prepend(types: Types, source: Source, item: Raw): Sequence {
  notNull([source, 'source'])
  return new Sequence(types[0], function* () {
    yield item
    yield* counted(source)
  })
}

function defaultIfEmpty(types: Types, source: Source, ...given: readonly Raw[]): Sequence {
  notNull([source, 'source'])
  return new Sequence(types[0], function* () {
    let empty = true
    for (const item of counted(source)) {
      empty = false
      yield item
    }
    if (empty) yield given.length > 0 ? given[0] : defaultOf(types[0])
  })
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
