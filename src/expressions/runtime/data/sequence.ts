import { lookupType } from '../../types/registry.ts'
import type { NamedType, Type } from '../../types/type.ts'
import { netType, type Raw } from '../../types/values.ts'

/** A sequence that starts over each time it is asked, as .NET's iterator methods do. */
export class Sequence<T = Raw> {
  readonly element: Type
  readonly #start: () => Iterator<T>

  constructor(element: Type, start: () => Iterator<T>) {
    this.element = element
    this.#start = start
  }

  get [netType](): NamedType {
    return lookupType('System.Collections.Generic.IEnumerable', this.element)
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#start()
  }
}

/** An `IEnumerable<name>` over what `start` gives. */
export function sequence<T>(name: string, start: () => Iterator<T>): Sequence<T> {
  return new Sequence(lookupType(name), start)
}
