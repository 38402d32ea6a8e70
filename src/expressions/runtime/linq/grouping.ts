import { spend } from '../../types/budget.ts'
import { defineType } from '../../types/define-type.ts'
import { lookupType } from '../../types/registry.ts'
import type { NamedType, Type } from '../../types/type.ts'
import { netType, type Raw } from '../../types/values.ts'
import { indexOutOfRange } from '../collections/argument-errors.ts'
import { cost } from '../collections/costs.ts'
import { elementsOf } from '../collections/elements.ts'
import { equalityOr } from '../collections/equality.ts'
import { KeyIndex } from '../collections/key-index.ts'
import type { ListLike, NetEqualityComparer } from '../collections/protocol.ts'
import { ReadOnlyItems } from '../collections/read-only.ts'
import { firstIndexOf } from '../collections/views.ts'
import { notNull, Sequence, type Source, walkCounted } from './sequence.ts'

/** `IGrouping<K, T>`. */
export class Grouping extends ReadOnlyItems implements ListLike {
  readonly types: readonly [Type, Type]
  readonly key: Raw
  readonly items: Raw[] = []

  constructor(types: readonly [Type, Type], key: Raw) {
    super()
    this.types = types
    this.key = key
  }

  get [netType](): NamedType {
    return lookupType('System.Linq.IGrouping', ...this.types)
  }

  get count(): number {
    return this.items.length
  }

  getAt(index: number): Raw {
    if (index < 0 || index >= this.items.length) throw indexOutOfRange()
    return this.items[index]
  }

  indexOf(item: Raw): number {
    return firstIndexOf(this.items, item, this.types[1])
  }

  contains(item: Raw): boolean {
    return this.indexOf(item) >= 0
  }

  protected override refusal(): string {
    return 'Specified method is not supported.'
  }

  [Symbol.iterator](): Iterator<Raw> {
    return this.items[Symbol.iterator]()
  }
}

/** `ILookup<K, T>`: groups in the order in which their keys first came. A null key is a key like any other. */
export class Lookup {
  readonly types: readonly [Type, Type]
  readonly groups: Grouping[] = []
  readonly #index: KeyIndex

  constructor(types: readonly [Type, Type], equality: NetEqualityComparer) {
    this.types = types
    this.#index = new KeyIndex(equality, slot => this.groups[slot]?.key)
  }

  get [netType](): NamedType {
    return lookupType('System.Linq.Lookup', ...this.types)
  }

  get count(): number {
    return this.groups.length
  }

  find(key: Raw): Grouping | undefined {
    return this.groups[this.#index.find(key)]
  }

  put(key: Raw, item: Raw): void {
    this.#groupFor(key).items.push(item)
  }

  #groupFor(key: Raw): Grouping {
    const known = this.find(key)
    if (known !== undefined) return known
    spend(cost.group)
    const made = new Grouping(this.types, key)
    this.#index.add(key, this.groups.length)
    this.groups.push(made)
    return made
  }

  [Symbol.iterator](): Iterator<Grouping> {
    return this.groups[Symbol.iterator]()
  }
}

type Select = (item: Raw) => Raw
type Comparer = NetEqualityComparer | null

/** Groups a source by key; `skipNullKeys` is how joins treat them. */
export function lookupOf(
  types: readonly [Type, Type],
  source: Source,
  key: Select,
  element: Select | undefined,
  comparer: Comparer,
  skipNullKeys = false,
): Lookup {
  const lookup = new Lookup(types, equalityOr(comparer, types[0]))
  walkCounted(source, item => {
    const itemKey = key(item)
    if (itemKey !== null || !skipNullKeys) lookup.put(itemKey, element === undefined ? item : element(item))
    return true
  })
  return lookup
}

/** How each overload of GroupBy and ToLookup places its arguments. Type arguments: source, key, then element and result where there are any. */
type Types = readonly Type[]
type Result = (key: Raw, items: Source) => Raw

const at = (types: Types, index: number) => types[index] as Type // a signature's own count of type parameters

function groupsOf(
  types: readonly [Type, Type],
  source: Source,
  key: Select,
  element: Select | undefined,
  comparer: Comparer,
): Sequence {
  return new Sequence(lookupType('System.Linq.IGrouping', ...types), () =>
    lookupOf(types, source, key, element, comparer)[Symbol.iterator](),
  )
}

function* groupResultsItems(groups: Sequence, result: Result): Generator<Raw> {
  for (const group of groups as Iterable<unknown> as Iterable<Grouping>) {
    spend()
    yield result(group.key, group)
  }
}

function groupResults(type: Type, groups: Sequence, result: Result): Sequence {
  return new Sequence(type, () => groupResultsItems(groups, result))
}

function groupBy(types: Types, source: Source, key: Select, comparer: Comparer = null): Sequence {
  notNull(source, 'source')
  notNull(key, 'keySelector')
  return groupsOf([at(types, 1), at(types, 0)], source, key, undefined, comparer)
}

function groupElements(types: Types, source: Source, key: Select, element: Select, comparer: Comparer = null): Sequence {
  notNull(source, 'source')
  notNull(key, 'keySelector')
  notNull(element, 'elementSelector')
  return groupsOf([at(types, 1), at(types, 2)], source, key, element, comparer)
}

function groupInto(types: Types, source: Source, key: Select, result: Result, comparer: Comparer = null): Sequence {
  notNull(source, 'source')
  notNull(key, 'keySelector')
  notNull(result, 'resultSelector')
  return groupResults(at(types, 2), groupBy(types, source, key, comparer), result)
}

function groupElementsInto(
  types: Types,
  source: Source,
  key: Select,
  element: Select,
  result: Result,
  comparer: Comparer = null,
): Sequence {
  notNull(source, 'source')
  notNull(key, 'keySelector')
  notNull(element, 'elementSelector')
  notNull(result, 'resultSelector')
  return groupResults(at(types, 3), groupElements(types, source, key, element, comparer), result)
}

function toLookup(types: Types, source: Source, key: Select, comparer: Comparer = null): Lookup {
  notNull(source, 'source')
  notNull(key, 'keySelector')
  return lookupOf([at(types, 1), at(types, 0)], source, key, undefined, comparer)
}

function toLookupOf(types: Types, source: Source, key: Select, element: Select, comparer: Comparer = null): Lookup {
  notNull(source, 'source')
  notNull(key, 'keySelector')
  notNull(element, 'elementSelector')
  return lookupOf([at(types, 1), at(types, 2)], source, key, element, comparer)
}

type Pair = (a: Raw, b: Raw) => Raw

function* joinItems(
  types: Types,
  outer: Source,
  inner: Source,
  outerKey: Select,
  innerKey: Select,
  result: Pair,
  comparer: Comparer,
): Generator<Raw> {
  const lookup = lookupOf([at(types, 2), at(types, 1)], inner, innerKey, undefined, comparer, true)
  for (const item of elementsOf(outer)) {
    spend()
    const key = outerKey(item)
    for (const match of key === null ? [] : (lookup.find(key) ?? [])) {
      spend()
      yield result(item, match)
    }
  }
}

function join(
  types: Types,
  outer: Source,
  inner: Source,
  outerKey: Select,
  innerKey: Select,
  result: Pair,
  comparer: Comparer = null,
): Sequence {
  notNull(outer, 'outer')
  notNull(inner, 'inner')
  notNull(outerKey, 'outerKeySelector')
  notNull(innerKey, 'innerKeySelector')
  notNull(result, 'resultSelector')
  return new Sequence(at(types, 3), () => joinItems(types, outer, inner, outerKey, innerKey, result, comparer))
}

function* groupJoinItems(
  types: Types,
  outer: Source,
  inner: Source,
  outerKey: Select,
  innerKey: Select,
  result: Pair,
  comparer: Comparer,
): Generator<Raw> {
  const keyTypes = [at(types, 2), at(types, 1)] as const
  const lookup = lookupOf(keyTypes, inner, innerKey, undefined, comparer, true)
  for (const item of elementsOf(outer)) {
    spend()
    const key = outerKey(item)
    yield result(item, (key === null ? undefined : lookup.find(key)) ?? new Grouping(keyTypes, key))
  }
}

function groupJoin(
  types: Types,
  outer: Source,
  inner: Source,
  outerKey: Select,
  innerKey: Select,
  result: Pair,
  comparer: Comparer = null,
): Sequence {
  notNull(outer, 'outer')
  notNull(inner, 'inner')
  notNull(outerKey, 'outerKeySelector')
  notNull(innerKey, 'innerKeySelector')
  notNull(result, 'resultSelector')
  return new Sequence(at(types, 3), () => groupJoinItems(types, outer, inner, outerKey, innerKey, result, comparer))
}

const key = 'this IEnumerable<TSource> source, Func<TSource, TKey> keySelector'
const element = `${key}, Func<TSource, TElement> elementSelector`
const joined = (kind: string) =>
  `this IEnumerable<TOuter> outer, IEnumerable<TInner> inner, Func<TOuter, TKey> outerKeySelector, Func<TInner, TKey> innerKeySelector, Func<TOuter, ${kind}, TResult> resultSelector`
const comparer = 'IEqualityComparer<TKey> comparer'

export const grouping = {
  [`static IEnumerable<IGrouping<TKey, TSource>> GroupBy<TSource, TKey>(${key})`]: groupBy,
  [`static IEnumerable<IGrouping<TKey, TSource>> GroupBy<TSource, TKey>(${key}, ${comparer})`]: groupBy,
  [`static IEnumerable<IGrouping<TKey, TElement>> GroupBy<TSource, TKey, TElement>(${element})`]: groupElements,
  [`static IEnumerable<IGrouping<TKey, TElement>> GroupBy<TSource, TKey, TElement>(${element}, ${comparer})`]: groupElements,
  [`static IEnumerable<TResult> GroupBy<TSource, TKey, TResult>(${key}, Func<TKey, IEnumerable<TSource>, TResult> resultSelector)`]:
    groupInto,
  [`static IEnumerable<TResult> GroupBy<TSource, TKey, TResult>(${key}, Func<TKey, IEnumerable<TSource>, TResult> resultSelector, ${comparer})`]:
    groupInto,
  [`static IEnumerable<TResult> GroupBy<TSource, TKey, TElement, TResult>(${element}, Func<TKey, IEnumerable<TElement>, TResult> resultSelector)`]:
    groupElementsInto,
  [`static IEnumerable<TResult> GroupBy<TSource, TKey, TElement, TResult>(${element}, Func<TKey, IEnumerable<TElement>, TResult> resultSelector, ${comparer})`]:
    groupElementsInto,
  [`static ILookup<TKey, TSource> ToLookup<TSource, TKey>(${key})`]: toLookup,
  [`static ILookup<TKey, TSource> ToLookup<TSource, TKey>(${key}, ${comparer})`]: toLookup,
  [`static ILookup<TKey, TElement> ToLookup<TSource, TKey, TElement>(${element})`]: toLookupOf,
  [`static ILookup<TKey, TElement> ToLookup<TSource, TKey, TElement>(${element}, ${comparer})`]: toLookupOf,
  [`static IEnumerable<TResult> Join<TOuter, TInner, TKey, TResult>(${joined('TInner')})`]: join,
  [`static IEnumerable<TResult> Join<TOuter, TInner, TKey, TResult>(${joined('TInner')}, ${comparer})`]: join,
  [`static IEnumerable<TResult> GroupJoin<TOuter, TInner, TKey, TResult>(${joined('IEnumerable<TInner>')})`]: groupJoin,
  [`static IEnumerable<TResult> GroupJoin<TOuter, TInner, TKey, TResult>(${joined('IEnumerable<TInner>')}, ${comparer})`]:
    groupJoin,
}

const groupAt = (self: Lookup, wanted: Raw): Source => self.find(wanted) ?? new Grouping(self.types, wanted)

const lookupMembers = {
  'int Count { get; }': (self: Lookup) => self.count,
  'IEnumerable<TElement> this[TKey key] { get; }': groupAt,
  'bool Contains(TKey key)': (self: Lookup, wanted: Raw) => self.find(wanted) !== undefined,
}

export const groupingTypes = [
  defineType('interface System.Linq.IOrderedEnumerable<TElement> : IEnumerable<TElement>', {}),
  defineType('interface System.Linq.IGrouping<TKey, TElement> : IEnumerable<TElement>', {
    'TKey Key { get; }': (self: Grouping) => self.key,
  }),
  defineType('interface System.Linq.ILookup<TKey, TElement> : IEnumerable<IGrouping<TKey, TElement>>', lookupMembers),
  defineType('class System.Linq.Lookup<TKey, TElement> : ILookup<TKey, TElement>', lookupMembers),
]
