import { spend } from '../../types/budget.ts'
import { lookupType } from '../../types/registry.ts'
import type { NamedType, Type } from '../../types/type.ts'
import { netType, type Raw } from '../../types/values.ts'
import { cost } from '../collections/costs.ts'
import { deferred } from '../collections/enumerator.ts'
import { type Compare, orderOr } from '../collections/ordering.ts'
import type { NetComparer } from '../collections/protocol.ts'
import { type Visit, Walkable } from '../collections/walk.ts'
import { collectAll, notNull, type Source } from './sequence.ts'

interface SortKey {
  readonly select: (item: Raw) => Raw
  readonly compare: Compare
}

/** `IOrderedEnumerable<T>`: sorts when it is enumerated; elements with equal keys keep their order. */
export class OrderedSequence extends Walkable {
  readonly element: Type
  readonly [deferred] = true
  readonly #source: Source
  readonly #keys: readonly SortKey[]

  constructor(element: Type, source: Source, keys: readonly SortKey[]) {
    super()
    this.element = element
    this.#source = source
    this.#keys = keys
  }

  get [netType](): NamedType {
    return lookupType('System.Linq.IOrderedEnumerable', this.element)
  }

  within(key: SortKey): OrderedSequence {
    return new OrderedSequence(this.element, this.#source, [...this.#keys, key])
  }

  *[Symbol.iterator](): Generator<Raw> {
    yield* this.#sorted()
  }

  override walk(visit: Visit): boolean {
    return this.#sorted().every(visit)
  }

  #sorted(): Raw[] {
    const items = collectAll(this.#source)
    spend(items.length * cost.place * (1 + this.#keys.length))
    const columns = this.#keys.map(key => items.map(item => key.select(item)))
    const order = items.map((_, index) => index)
    order.sort((a, b) => this.#compare(columns, a, b)) // JavaScript's sort is stable
    return order.map(index => items[index])
  }

  #compare(columns: readonly (readonly Raw[])[], a: number, b: number): number {
    spend()
    for (let level = 0; level < columns.length; level++) {
      const column = columns[level]
      const result = this.#keys[level]?.compare(column?.[a], column?.[b]) ?? 0
      if (result !== 0) return result
    }
    return 0
  }
}

function sortKey(type: Type, select: (item: Raw) => Raw, comparer: NetComparer | null, descending: boolean): SortKey {
  const order = orderOr(comparer, type)
  return { select, compare: descending ? (a, b) => order.compare(b, a) : (a, b) => order.compare(a, b) }
}

type Types = readonly [Type, Type]
type Select = (item: Raw) => Raw

const orderBy =
  (descending: boolean) =>
  (types: Types, source: Source, select: Select, comparer: NetComparer | null = null): OrderedSequence => {
    notNull(source, 'source')
    notNull(select, 'keySelector')
    return new OrderedSequence(types[0], source, [sortKey(types[1], select, comparer, descending)])
  }

const thenBy =
  (descending: boolean) =>
  (types: Types, source: OrderedSequence, select: Select, comparer: NetComparer | null = null): OrderedSequence => {
    notNull(source, 'source')
    notNull(select, 'keySelector')
    return source.within(sortKey(types[1], select, comparer, descending))
  }

function reverse(types: readonly [Type], source: Source): Source {
  notNull(source, 'source')
  return new Reversed(types[0], source)
}

class Reversed extends Walkable {
  readonly element: Type
  readonly [deferred] = true
  readonly #source: Source

  constructor(element: Type, source: Source) {
    super()
    this.element = element
    this.#source = source
  }

  get [netType](): NamedType {
    return lookupType('System.Collections.Generic.IEnumerable', this.element)
  }

  *[Symbol.iterator](): Generator<Raw> {
    yield* collectAll(this.#source).reverse()
  }

  override walk(visit: Visit): boolean {
    return collectAll(this.#source).reverse().every(visit)
  }
}

const head = 'static IOrderedEnumerable<TSource>'
const keyed = 'Func<TSource, TKey> keySelector'
const compared = `${keyed}, IComparer<TKey> comparer`

export const ordering = {
  [`${head} OrderBy<TSource, TKey>(this IEnumerable<TSource> source, ${keyed})`]: orderBy(false),
  [`${head} OrderBy<TSource, TKey>(this IEnumerable<TSource> source, ${compared})`]: orderBy(false),
  [`${head} OrderByDescending<TSource, TKey>(this IEnumerable<TSource> source, ${keyed})`]: orderBy(true),
  [`${head} OrderByDescending<TSource, TKey>(this IEnumerable<TSource> source, ${compared})`]: orderBy(true),
  [`${head} ThenBy<TSource, TKey>(this IOrderedEnumerable<TSource> source, ${keyed})`]: thenBy(false),
  [`${head} ThenBy<TSource, TKey>(this IOrderedEnumerable<TSource> source, ${compared})`]: thenBy(false),
  [`${head} ThenByDescending<TSource, TKey>(this IOrderedEnumerable<TSource> source, ${keyed})`]: thenBy(true),
  [`${head} ThenByDescending<TSource, TKey>(this IOrderedEnumerable<TSource> source, ${compared})`]: thenBy(true),
  'static IEnumerable<TSource> Reverse<TSource>(this IEnumerable<TSource> source)': reverse,
}
