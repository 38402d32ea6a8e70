import { defaultOf } from '../../types/defaults.ts'
import { defineType } from '../../types/define-type.ts'
import { lookupType } from '../../types/registry.ts'
import type { NamedType, Type } from '../../types/type.ts'
import { netType, type Raw } from '../../types/values.ts'
import { notSupported } from './argument-errors.ts'
import { elementTypeOf } from './element-type.ts'
import { boxedElements, elementsOf } from './elements.ts'

/** An IEnumerator<T> over a JavaScript iteration. `Current` is the type's default before the first element and after the last. */
export class NetEnumerator {
  readonly element: Type
  readonly #start: (() => Iterable<Raw>) | undefined
  readonly #rest: Raw
  #iterator: Iterator<Raw>
  current: Raw

  /** `canReset`: collections start over, iterators made of methods do not. */
  constructor(element: Type, start: () => Iterable<Raw>, canReset: boolean) {
    this.element = element
    this.#start = canReset ? start : undefined
    this.#iterator = start()[Symbol.iterator]()
    this.#rest = defaultOf(element)
    this.current = this.#rest
  }

  get [netType](): NamedType {
    return lookupType('System.Collections.Generic.IEnumerator', this.element)
  }

  moveNext(): boolean {
    const next = this.#iterator.next()
    this.current = next.done === true ? this.#rest : next.value
    return next.done !== true
  }

  reset(): void {
    if (this.#start === undefined) throw notSupported('Specified method is not supported.')
    this.#iterator = this.#start()[Symbol.iterator]()
    this.current = this.#rest
  }

  dispose(): void {
    this.#iterator.return?.()
  }

  /** What is left of it, for a `for` loop. */
  [Symbol.iterator](): Iterator<Raw> {
    return this.#iterator
  }
}

/** `GetEnumerator()` of an IEnumerable<T>. */
export function enumeratorOf(source: Raw): NetEnumerator {
  const type = elementTypeOf(source) ?? lookupType('System.Object')
  return new NetEnumerator(type, () => elementsOf(source), !isDeferred(source))
}

/** `GetEnumerator()` of a plain IEnumerable. */
export function plainEnumeratorOf(source: Raw): NetEnumerator {
  return new NetEnumerator(lookupType('System.Object'), () => boxedElements(source), !isDeferred(source))
}

/** Sequences of LINQ mark themselves so; their enumerators refuse Reset. */
export const deferred: unique symbol = Symbol('deferred')

const isDeferred = (source: Raw) => typeof source === 'object' && source !== null && deferred in source

export const enumeratorTypes = [
  defineType('interface System.Collections.IEnumerator', {
    'object Current { get; }': (self: NetEnumerator) => self.current,
    'bool MoveNext()': (self: NetEnumerator) => self.moveNext(),
    'void Reset()': (self: NetEnumerator) => self.reset(),
  }),
  defineType('interface System.Collections.Generic.IEnumerator<T> : System.IDisposable, System.Collections.IEnumerator', {
    'T Current { get; }': (self: NetEnumerator) => self.current,
    'bool MoveNext()': (self: NetEnumerator) => self.moveNext(),
    'void Dispose()': (self: NetEnumerator) => self.dispose(),
  }),
]
