import { spend, spendOne } from '../../types/budget.ts'
import { lookupType } from '../../types/registry.ts'
import type { NamedType, Type } from '../../types/type.ts'
import { netType, type Raw } from '../../types/values.ts'
import { argumentNull } from '../collections/argument-errors.ts'
import { cost } from '../collections/costs.ts'
import { elementsOf } from '../collections/elements.ts'
import { deferred } from '../collections/enumerator.ts'
import { type Visit, Walkable, walk } from '../collections/walk.ts'

/**
 * What a deferred LINQ method returns: starts over each time it is enumerated. `start` serves who asks for one element after
 * the other (a foreach, Zip), `walk` who takes all that come (Sum, ToList); both give the same in the same order.
 */
export class Sequence extends Walkable {
  readonly element: Type
  readonly [deferred] = true
  readonly #start: () => Iterator<Raw>
  readonly #walk: ((visit: Visit) => boolean) | undefined

  constructor(element: Type, start: () => Iterator<Raw>, walkAll?: (visit: Visit) => boolean) {
    super()
    this.element = element
    this.#start = start
    this.#walk = walkAll
  }

  get [netType](): NamedType {
    return lookupType('System.Collections.Generic.IEnumerable', this.element)
  }

  [Symbol.iterator](): Iterator<Raw> {
    return this.#start()
  }

  override walk(visit: Visit): boolean {
    if (this.#walk !== undefined) return this.#walk(visit)
    const iterable = { [Symbol.iterator]: this.#start } // a loop over it closes it when it stops early
    for (const item of iterable) if (!visit(item)) return false
    return true
  }
}

export type Source = unknown

/** The elements of a source that must not be null, a step each. */
export function* counted(source: Source): Generator<Raw> {
  for (const item of elementsOf(source)) {
    spendOne()
    yield item
  }
}

/** Goes through them, a step each, as `counted` does. */
export function walkCounted(source: Source, visit: Visit): boolean {
  return walk(source, item => {
    spendOne()
    return visit(item)
  })
}

/** Throws ArgumentNullException, as each method does when it is called, not when it is enumerated. */
export function notNull(value: Raw, name: string): void {
  if (value === null) throw argumentNull(name)
}

/** All elements as an array of its own. */
export function collectAll(source: Source): Raw[] {
  if (Array.isArray(source)) {
    spend(source.length * cost.place)
    return source.slice()
  }
  const items: Raw[] = []
  walk(source, item => {
    spend(cost.place)
    items.push(item)
    return true
  })
  return items
}
