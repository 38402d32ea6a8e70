import { makeArray } from '../../types/arrays.ts'
import type { Type } from '../../types/type.ts'
import type { Raw } from '../../types/values.ts'
import { argumentNull, outOfRange } from '../collections/argument-errors.ts'
import { NetDictionary } from '../collections/dictionary.ts'
import { equalityOr } from '../collections/equality.ts'
import { NetHashSet } from '../collections/hash-set.ts'
import { NetList } from '../collections/list.ts'
import type { NetEqualityComparer } from '../collections/protocol.ts'
import { collectAll, notNull, Sequence, type Source, walkCounted } from './sequence.ts'

type Types = readonly Type[]
type Select = (item: Raw) => Raw
type Comparer = NetEqualityComparer | null

const at = (types: Types, index: number) => types[index] as Type // a signature's own count of type parameters

function toList(types: Types, source: Source): NetList {
  notNull(source, 'source')
  return new NetList(at(types, 0), collectAll(source))
}

function toArray(types: Types, source: Source): Raw {
  notNull(source, 'source')
  return makeArray(at(types, 0), collectAll(source))
}

function fill(made: NetDictionary, source: Source, key: Select, element: Select): NetDictionary {
  walkCounted(source, item => {
    const itemKey = key(item)
    if (itemKey === null) throw argumentNull('key')
    made.insert(itemKey, element(item))
    return true
  })
  return made
}

function toDictionary(types: Types, source: Source, key: Select, comparer: Comparer = null): NetDictionary {
  notNull(source, 'source')
  notNull(key, 'keySelector')
  return fill(new NetDictionary([at(types, 1), at(types, 0)], equalityOr(comparer, at(types, 1))), source, key, item => item)
}

function toDictionaryOf(types: Types, source: Source, key: Select, element: Select, comparer: Comparer = null): NetDictionary {
  notNull(source, 'source')
  notNull(key, 'keySelector')
  notNull(element, 'elementSelector')
  return fill(new NetDictionary([at(types, 1), at(types, 2)], equalityOr(comparer, at(types, 1))), source, key, element)
}

function toHashSet(types: Types, source: Source, comparer: Comparer = null): NetHashSet {
  notNull(source, 'source')
  return new NetHashSet(at(types, 0), equalityOr(comparer, at(types, 0)), source)
}

function* rangeItems(start: number, count: number): Generator<Raw> {
  for (let i = 0; i < count; i++) yield start + i
}

function range(intType: () => Type, start: number, count: number): Sequence {
  if (count < 0 || start + count - 1 > 2147483647)
    throw outOfRange('count', 'Specified argument was out of the range of valid values.')
  return new Sequence(intType(), () => rangeItems(start, count))
}

function* repeatItems(item: Raw, count: number): Generator<Raw> {
  for (let i = 0; i < count; i++) yield item
}

function repeat(types: Types, item: Raw, count: number): Sequence {
  if (count < 0) throw outOfRange('count', 'Specified argument was out of the range of valid values.')
  return new Sequence(at(types, 0), () => repeatItems(item, count))
}

const source = 'this IEnumerable<TSource> source'
const keyed = `${source}, Func<TSource, TKey> keySelector`
const mapped = `${keyed}, Func<TSource, TElement> elementSelector`
const comparer = 'IEqualityComparer<TKey> comparer'

/** `intType`: the type of Range's numbers. */
export const conversion = (intType: () => Type) => ({
  [`static List<TSource> ToList<TSource>(${source})`]: toList,
  [`static TSource[] ToArray<TSource>(${source})`]: toArray,
  [`static IEnumerable<TSource> AsEnumerable<TSource>(${source})`]: (_: Types, items: Source) => items,
  [`static Dictionary<TKey, TSource> ToDictionary<TSource, TKey>(${keyed})`]: toDictionary,
  [`static Dictionary<TKey, TSource> ToDictionary<TSource, TKey>(${keyed}, ${comparer})`]: toDictionary,
  [`static Dictionary<TKey, TElement> ToDictionary<TSource, TKey, TElement>(${mapped})`]: toDictionaryOf,
  [`static Dictionary<TKey, TElement> ToDictionary<TSource, TKey, TElement>(${mapped}, ${comparer})`]: toDictionaryOf,
  [`static HashSet<TSource> ToHashSet<TSource>(${source})`]: toHashSet,
  [`static HashSet<TSource> ToHashSet<TSource>(${source}, IEqualityComparer<TSource> comparer)`]: toHashSet,
  'static IEnumerable<int> Range(int start, int count)': (start: number, count: number) => range(intType, start, count),
  'static IEnumerable<TResult> Repeat<TResult>(TResult element, int count)': repeat,
  'static IEnumerable<TResult> Empty<TResult>()': (types: Types) => makeArray(at(types, 0), []),
})
