import { spend } from '../../types/budget.ts'
import { lookupType } from '../../types/registry.ts'
import type { NamedType, Type } from '../../types/type.ts'
import { netType, type Raw } from '../../types/values.ts'
import { badOffsetLength, indexOutOfRange, modified, negativeNumber, outOfRange } from './argument-errors.ts'
import { cost } from './costs.ts'
import type { ListLike } from './protocol.ts'
import { firstIndexOf } from './views.ts'

/** `List<T>`. */
export class NetList implements ListLike {
  readonly element: Type
  readonly isReadOnly = false
  version = 0
  items: Raw[]
  #capacity: number

  /** Takes `items` over. */
  constructor(element: Type, items: Raw[] = [], capacity = items.length) {
    this.element = element
    this.items = items
    this.#capacity = capacity
  }

  get [netType](): NamedType {
    return lookupType('System.Collections.Generic.List', this.element)
  }

  get count(): number {
    return this.items.length
  }

  /** What .NET would have allocated: it doubles from 4. */
  get capacity(): number {
    if (this.items.length > this.#capacity) this.#capacity = grown(this.#capacity, this.items.length)
    return this.#capacity
  }

  set capacity(value: number) {
    if (value < this.items.length) throw outOfRange('value', 'capacity was less than the current size.')
    spend(value / 8)
    this.#capacity = value
  }

  getAt(index: number): Raw {
    const item = this.items[index]
    if (item === undefined) throw indexOutOfRange()
    return item
  }

  setAt(index: number, item: Raw): void {
    if (index < 0 || index >= this.items.length) throw indexOutOfRange()
    this.items[index] = item
    this.version++
  }

  add(item: Raw): void {
    spend(cost.place)
    if (this.items.length >= this.#capacity) this.#capacity = grown(this.#capacity, this.items.length + 1)
    this.items.push(item)
    this.version++
  }

  insert(index: number, item: Raw): void {
    if (index < 0 || index > this.items.length) throw outOfRange('index', 'Index must be within the bounds of the List.')
    this.insertAll(index, [item])
  }

  /** The index must be in range. */
  insertAll(index: number, items: readonly Raw[]): void {
    spend(items.length * cost.place + (this.items.length - index) / 8)
    const tail = this.items.splice(index)
    for (const item of items) this.items.push(item)
    for (const item of tail) this.items.push(item)
    if (this.items.length > this.#capacity) this.#capacity = grown(this.#capacity, this.items.length)
    this.version++
  }

  remove(item: Raw): boolean {
    const index = this.indexOf(item)
    if (index >= 0) this.removeAt(index)
    return index >= 0
  }

  removeAt(index: number): void {
    if (index < 0 || index >= this.items.length) throw indexOutOfRange()
    this.removeRange(index, 1)
  }

  removeRange(index: number, count: number): void {
    this.checkRange(index, count)
    spend(1 + (this.items.length - index) / 8)
    this.items.splice(index, count)
    this.version++
  }

  clear(): void {
    this.items = []
    this.version++
  }

  indexOf(item: Raw): number {
    spend(this.items.length / 4)
    return firstIndexOf(this.items, item, this.element)
  }

  contains(item: Raw): boolean {
    return this.indexOf(item) >= 0
  }

  /** Throws for a range that the list does not have. */
  checkRange(index: number, count: number): void {
    if (index < 0) throw negativeNumber('index')
    if (count < 0) throw negativeNumber('count')
    if (this.items.length - index < count) throw badOffsetLength()
  }

  *[Symbol.iterator](): Generator<Raw> {
    const { version } = this
    for (let i = 0; i < this.items.length; i++) {
      yield this.items[i]
      if (version !== this.version) throw modified()
    }
  }
}

function grown(capacity: number, needed: number): number {
  return Math.max(needed, capacity === 0 ? 4 : capacity * 2)
}
