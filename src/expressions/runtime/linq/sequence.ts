import { spend } from '../../types/budget.ts'
import { lookupType } from '../../types/registry.ts'
import type { NamedType, Type } from '../../types/type.ts'
import { netType, type Raw } from '../../types/values.ts'
import { argumentNull } from '../collections/argument-errors.ts'
import { cost } from '../collections/costs.ts'
import { elementsOf } from '../collections/elements.ts'
import { deferred } from '../collections/enumerator.ts'

/** What a deferred LINQ method returns: starts over each time it is enumerated. */
export class Sequence {
  readonly element: Type
  readonly [deferred] = true
  readonly #start: () => Iterator<Raw>

  constructor(element: Type, start: () => Iterator<Raw>) {
    this.element = element
    this.#start = start
  }

  get [netType](): NamedType {
    return lookupType('System.Collections.Generic.IEnumerable', this.element)
  }

  [Symbol.iterator](): Iterator<Raw> {
    return this.#start()
  }
}

export type Source = unknown

/** The elements of a source that must not be null, a step each. */
export function* counted(source: Source): Generator<Raw> {
  for (const item of elementsOf(source)) {
    spend()
    yield item
  }
}

/** Throws ArgumentNullException, as each method does when it is called, not when it is enumerated. */
export function notNull(...named: readonly (readonly [Raw, string])[]): void {
  for (const [value, name] of named) if (value === null) throw argumentNull(name)
}

/** All elements as an array of its own. */
export function collectAll(source: Source): Raw[] {
  if (Array.isArray(source)) {
    spend(source.length * cost.place)
    return source.slice()
  }
  const items: Raw[] = []
  for (const item of elementsOf(source)) {
    spend(cost.place)
    items.push(item)
  }
  return items
}
