import { spendOne } from '../../types/budget.ts'
import { NetException } from '../../types/exceptions.ts'
import { canBeNull } from '../../types/facts.ts'
import type { Implementation, Type } from '../../types/type.ts'
import type { Raw } from '../../types/values.ts'
import { orderFor } from '../collections/ordering.ts'
import { walk } from '../collections/walk.ts'
import { addDecimals, Decimal, divideDecimals } from '../primitives/numbers/decimal.ts'
import { noElements } from './element-operators.ts'
import { notNull, type Source, walkCounted } from './sequence.ts'

type Select = (item: Raw) => Raw
type Fold = (total: Raw, item: Raw) => Raw

/** How one of C#'s number types adds up and is averaged. */
interface Numbers {
  readonly name: string
  readonly zero: Raw
  readonly add: (total: Raw, item: Raw) => Raw
  /** The finished total as the result type of Sum. */
  readonly finish: (total: Raw) => Raw
  readonly average: {
    readonly type: string
    readonly zero: Raw
    readonly add: Fold
    readonly of: (total: Raw, count: number) => Raw
  }
}

const overflow = () => new NetException('System.OverflowException', 'Arithmetic operation resulted in an overflow.')

function addInts(total: Raw, item: Raw): number {
  const sum = (total as number) + (item as number) // raw ints
  if (sum !== (sum | 0)) throw overflow()
  return sum
}

function addLongs(total: Raw, item: Raw): bigint {
  const sum = (total as bigint) + BigInt(item as bigint | number) // raw longs, or ints being averaged
  if (sum !== BigInt.asIntN(64, sum)) throw overflow()
  return sum
}

const addFloats: Fold = (total, item) => (total as number) + (item as number) // raw doubles
const addExactly: Fold = (total, item) => addDecimals(total as Decimal, item as Decimal) // raw decimals
const same = (total: Raw): Raw => total

const whole = { type: 'double', zero: 0n, add: addLongs, of: (total: Raw, count: number) => Number(total) / count }

const numbers: readonly Numbers[] = [
  { name: 'int', zero: 0, add: addInts, finish: same, average: whole },
  { name: 'long', zero: 0n, add: addLongs, finish: same, average: whole },
  {
    name: 'float',
    zero: 0,
    add: addFloats,
    finish: total => Math.fround(total as number), // kept as a double until the end, as .NET does
    average: { type: 'float', zero: 0, add: addFloats, of: (total, count) => Math.fround((total as number) / count) },
  },
  {
    name: 'double',
    zero: 0,
    add: addFloats,
    finish: same,
    average: { type: 'double', zero: 0, add: addFloats, of: (total, count) => (total as number) / count },
  },
  {
    name: 'decimal',
    zero: Decimal.zero,
    add: addExactly,
    finish: same,
    average: {
      type: 'decimal',
      zero: Decimal.zero,
      add: addExactly,
      of: (total, count) => divideDecimals(total as Decimal, new Decimal(BigInt(count), 0)),
    },
  },
]

/** Adds what is not null; the count is of those. */
function total(source: Source, zero: Raw, add: Fold, select: Select | undefined): { readonly sum: Raw; readonly count: number } {
  let sum = zero
  let count = 0
  walk(source, item => {
    spendOne()
    const value = select === undefined ? item : select(item)
    if (value === null) return true
    sum = add(sum, value)
    count++
    return true
  })
  return { sum, count }
}

function summing({ zero, add, finish }: Numbers, source: Source, select?: Select): Raw {
  return finish(total(source, zero, add, select).sum)
}

function averaging({ average }: Numbers, nullable: boolean, source: Source, select?: Select): Raw {
  const { sum, count } = total(source, average.zero, average.add, select)
  if (count > 0) return average.of(sum, count)
  if (nullable) return null
  throw noElements()
}

/** Sum and Average for each number type, its nullable form, and both with a selector. */
function numericTable(): Record<string, Implementation> {
  const table: Record<string, Implementation> = {}
  for (const each of numbers) for (const nullable of [false, true]) addOverloads(table, each, nullable)
  return table
}

function addOverloads(table: Record<string, Implementation>, each: Numbers, nullable: boolean): void {
  const mark = nullable ? '?' : ''
  const source = `this IEnumerable<${each.name}${mark}> source`
  const selected = `this IEnumerable<TSource> source, Func<TSource, ${each.name}${mark}> selector`
  table[`static ${each.name}${mark} Sum(${source})`] = (items: Source) => {
    notNull(items, 'source')
    return summing(each, items)
  }
  table[`static ${each.name}${mark} Sum<TSource>(${selected})`] = (_: readonly Type[], items: Source, select: Select) => {
    notNull(items, 'source')
    notNull(select, 'selector')
    return summing(each, items, select)
  }
  table[`static ${each.average.type}${mark} Average(${source})`] = (items: Source) => {
    notNull(items, 'source')
    return averaging(each, nullable, items)
  }
  table[`static ${each.average.type}${mark} Average<TSource>(${selected})`] = (
    _: readonly Type[],
    items: Source,
    select: Select,
  ) => {
    notNull(items, 'source')
    notNull(select, 'selector')
    return averaging(each, nullable, items, select)
  }
}

/** The least (-1) or greatest (1) by the type's own order. Nulls do not count; without any value the answer is null where the type has it. */
function extreme(type: Type, sign: number, source: Source, select: Select | undefined): Raw {
  const order = orderFor(type)
  let best: Raw | undefined
  walkCounted(source, item => {
    const value = select === undefined ? item : select(item)
    if (value !== null && (best === undefined || order.compare(value, best) * sign > 0)) best = value
    return true
  })
  if (best !== undefined) return best
  if (canBeNull(type)) return null
  throw noElements()
}

const extremeOf =
  (sign: number) =>
  (types: readonly Type[], source: Source, ...selectors: readonly Select[]): Raw => {
    notNull(source, 'source')
    for (const select of selectors) notNull(select, 'selector')
    return extreme(types.at(-1) as Type, sign, source, selectors[0]) // the last type argument is what is compared
  }

function aggregate(_types: readonly Type[], source: Source, fold: Fold): Raw {
  notNull(source, 'source')
  notNull(fold, 'func')
  let result: Raw | undefined
  walkCounted(source, item => {
    result = result === undefined ? item : fold(result, item)
    return true
  })
  if (result === undefined) throw noElements()
  return result
}

function aggregateFrom(_types: readonly Type[], source: Source, seed: Raw, fold: Fold, finish: Select = same): Raw {
  notNull(source, 'source')
  notNull(fold, 'func')
  notNull(finish, 'resultSelector')
  let result = seed
  walkCounted(source, item => {
    result = fold(result, item)
    return true
  })
  return finish(result)
}

const source = 'this IEnumerable<TSource> source'

export const aggregation = {
  ...numericTable(),
  [`static TSource Min<TSource>(${source})`]: extremeOf(-1),
  [`static TResult Min<TSource, TResult>(${source}, Func<TSource, TResult> selector)`]: extremeOf(-1),
  [`static TSource Max<TSource>(${source})`]: extremeOf(1),
  [`static TResult Max<TSource, TResult>(${source}, Func<TSource, TResult> selector)`]: extremeOf(1),
  [`static TSource Aggregate<TSource>(${source}, Func<TSource, TSource, TSource> func)`]: aggregate,
  [`static TAccumulate Aggregate<TSource, TAccumulate>(${source}, TAccumulate seed, Func<TAccumulate, TSource, TAccumulate> func)`]:
    aggregateFrom,
  [`static TResult Aggregate<TSource, TAccumulate, TResult>(${source}, TAccumulate seed, Func<TAccumulate, TSource, TAccumulate> func, Func<TAccumulate, TResult> resultSelector)`]:
    aggregateFrom,
}
