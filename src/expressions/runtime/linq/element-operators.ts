import { defaultOf } from '../../types/defaults.ts'
import type { Type } from '../../types/type.ts'
import type { Raw } from '../../types/values.ts'
import { invalidOperation, outOfRange } from '../collections/argument-errors.ts'
import { equalityOr } from '../collections/equality.ts'
import { isMapLike, type NetEqualityComparer } from '../collections/protocol.ts'
import { asCollection, knownCount } from '../collections/views.ts'
import { counted, notNull, type Source, walkCounted } from './sequence.ts'

type Types = readonly [Type]
type Test = (item: Raw) => boolean

export const noElements = () => invalidOperation('Sequence contains no elements')
const noMatch = () => invalidOperation('Sequence contains no matching element')
const tooMany = () => invalidOperation('Sequence contains more than one element')
const tooManyMatches = () => invalidOperation('Sequence contains more than one matching element')

/** No raw value is undefined, so it stands for "none". */
function findFirst(source: Source, test: Test | undefined): Raw | undefined {
  let found: Raw | undefined
  walkCounted(source, item => {
    if (test !== undefined && !test(item)) return true
    found = item
    return false
  })
  return found
}

function findLast(source: Source, test: Test | undefined): Raw | undefined {
  if (test === undefined && Array.isArray(source)) return source.at(-1)
  let last: Raw | undefined
  walkCounted(source, item => {
    if (test === undefined || test(item)) last = item
    return true
  })
  return last
}

function findSingle(source: Source, test: Test | undefined): Raw | undefined {
  let only: Raw | undefined
  walkCounted(source, item => {
    if (test !== undefined && !test(item)) return true
    if (only !== undefined) throw test === undefined ? tooMany() : tooManyMatches()
    only = item
    return true
  })
  return only
}

type Find = (source: Source, test: Test | undefined) => Raw | undefined

const orThrow =
  (find: Find) =>
  (_types: Types, source: Source, ...tests: readonly Test[]): Raw => {
    check(source, tests)
    const found = find(source, tests[0])
    if (found === undefined) throw tests.length === 0 ? noElements() : noMatch()
    return found
  }

const orDefault =
  (find: Find) =>
  (types: Types, source: Source, ...tests: readonly Test[]): Raw => {
    check(source, tests)
    const found = find(source, tests[0])
    return found === undefined ? defaultOf(types[0]) : found
  }

function check(source: Source, tests: readonly Test[]): void {
  notNull(source, 'source')
  for (const test of tests) notNull(test, 'predicate')
}

function nth(source: Source, index: number): Raw | undefined {
  if (index < 0) return undefined
  if (Array.isArray(source)) return source[index]
  let left = index
  return findFirst(source, () => left-- === 0)
}

function elementAt(_types: Types, source: Source, index: number): Raw {
  notNull(source, 'source')
  const found = nth(source, index)
  if (found === undefined)
    throw outOfRange('index', 'Index was out of range. Must be non-negative and less than the size of the collection.')
  return found
}

function elementAtOrDefault(types: Types, source: Source, index: number): Raw {
  notNull(source, 'source')
  const found = nth(source, index)
  return found === undefined ? defaultOf(types[0]) : found
}

function any(_types: Types, source: Source, ...tests: readonly Test[]): boolean {
  check(source, tests)
  const count = tests.length === 0 ? knownCount(source) : undefined
  return count === undefined ? findFirst(source, tests[0]) !== undefined : count > 0
}

function all(_types: Types, source: Source, test: Test): boolean {
  check(source, [test])
  return findFirst(source, item => !test(item)) === undefined
}

/** `checked`: more elements than an int counts cannot be reached within a budget. */
export function count(_types: Types, source: Source, ...tests: readonly Test[]): number {
  check(source, tests)
  const known = tests.length === 0 ? knownCount(source) : undefined
  if (known !== undefined) return known
  const [test] = tests
  let found = 0
  walkCounted(source, item => {
    if (test === undefined || test(item)) found++
    return true
  })
  return found
}

function contains(types: Types, source: Source, value: Raw, comparer: NetEqualityComparer | null = null): boolean {
  notNull(source, 'source')
  if (comparer === null && isSet(source)) return asCollection(source).contains(value)
  const equality = equalityOr(comparer, types[0])
  return findFirst(source, item => equality.equals(item, value)) !== undefined
}

/** A set without an explicit comparer answers by its own, as ICollection.Contains does. */
const isSet = (source: Source): source is object =>
  typeof source === 'object' &&
  source !== null &&
  (isMapLike(source) || ('contains' in source && typeof source.contains === 'function'))

function sequenceEqual(types: Types, first: Source, second: Source, comparer: NetEqualityComparer | null = null): boolean {
  notNull(first, 'first')
  notNull(second, 'second')
  const equality = equalityOr(comparer, types[0])
  const others = counted(second)
  for (const item of counted(first)) {
    const other = others.next()
    if (other.done === true || !equality.equals(item, other.value)) return false
  }
  return others.next().done === true
}

const source = 'this IEnumerable<TSource> source'
const tested = `${source}, Func<TSource, bool> predicate`

export const elementOperators = {
  [`static TSource First<TSource>(${source})`]: orThrow(findFirst),
  [`static TSource First<TSource>(${tested})`]: orThrow(findFirst),
  [`static TSource FirstOrDefault<TSource>(${source})`]: orDefault(findFirst),
  [`static TSource FirstOrDefault<TSource>(${tested})`]: orDefault(findFirst),
  [`static TSource Last<TSource>(${source})`]: orThrow(findLast),
  [`static TSource Last<TSource>(${tested})`]: orThrow(findLast),
  [`static TSource LastOrDefault<TSource>(${source})`]: orDefault(findLast),
  [`static TSource LastOrDefault<TSource>(${tested})`]: orDefault(findLast),
  [`static TSource Single<TSource>(${source})`]: orThrow(findSingle),
  [`static TSource Single<TSource>(${tested})`]: orThrow(findSingle),
  [`static TSource SingleOrDefault<TSource>(${source})`]: orDefault(findSingle),
  [`static TSource SingleOrDefault<TSource>(${tested})`]: orDefault(findSingle),
  [`static TSource ElementAt<TSource>(${source}, int index)`]: elementAt,
  [`static TSource ElementAtOrDefault<TSource>(${source}, int index)`]: elementAtOrDefault,
  [`static bool Any<TSource>(${source})`]: any,
  [`static bool Any<TSource>(${tested})`]: any,
  [`static bool All<TSource>(${tested})`]: all,
  [`static int Count<TSource>(${source})`]: count,
  [`static int Count<TSource>(${tested})`]: count,
  [`static long LongCount<TSource>(${source})`]: (types: Types, items: Source) => BigInt(count(types, items)),
  [`static long LongCount<TSource>(${tested})`]: (types: Types, items: Source, test: Test) => BigInt(count(types, items, test)),
  [`static bool Contains<TSource>(${source}, TSource value)`]: contains,
  [`static bool Contains<TSource>(${source}, TSource value, IEqualityComparer<TSource> comparer)`]: contains,
  'static bool SequenceEqual<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)': sequenceEqual,
  'static bool SequenceEqual<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second, IEqualityComparer<TSource> comparer)':
    sequenceEqual,
}
