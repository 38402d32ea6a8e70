import { makeArray } from '../../types/arrays.ts'
import { spend } from '../../types/budget.ts'
import { defaultOf } from '../../types/defaults.ts'
import { defineType } from '../../types/define-type.ts'
import { lookupType } from '../../types/registry.ts'
import type { NamedType, Type } from '../../types/type.ts'
import { netType, type Raw, type Ref } from '../../types/values.ts'
import { invalidOperation, modified, negativeNumber, required } from './argument-errors.ts'
import { copyInto } from './copying.ts'
import { cost } from './costs.ts'
import { elementsOf } from './elements.ts'
import { enumeratorOf } from './enumerator.ts'
import { firstIndexOf } from './views.ts'

/** What Queue and Stack share: items in the order they came, and a version. */
abstract class Line {
  readonly element: Type
  protected items: Raw[] = []
  protected version = 0

  constructor(element: Type, items: Raw = []) {
    this.element = element
    for (const item of elementsOf(items)) this.put(item)
  }

  abstract get [netType](): NamedType
  abstract get count(): number
  abstract at(index: number): Raw

  put(item: Raw): void {
    spend(cost.place)
    this.items.push(item)
    this.version++
  }

  clear(): void {
    this.items = []
    this.version++
  }

  contains(item: Raw): boolean {
    spend(this.count / 4)
    return firstIndexOf([...this], item, this.element) >= 0
  }

  *[Symbol.iterator](): Generator<Raw> {
    const { version } = this
    for (let i = 0; i < this.count; i++) {
      yield this.at(i)
      if (version !== this.version) throw modified()
    }
  }
}

export class NetQueue extends Line {
  #first = 0

  get [netType](): NamedType {
    return lookupType('System.Collections.Generic.Queue', this.element)
  }

  get count(): number {
    return this.items.length - this.#first
  }

  at(index: number): Raw {
    return this.items[this.#first + index]
  }

  peek(): Raw {
    if (this.count === 0) throw invalidOperation('Queue empty.')
    return this.items[this.#first]
  }

  take(): Raw {
    const item = this.peek()
    this.items[this.#first++] = null
    this.version++
    if (this.#first > 32 && this.#first * 2 > this.items.length) {
      this.items = this.items.slice(this.#first)
      this.#first = 0
    }
    return item
  }

  override clear(): void {
    super.clear()
    this.#first = 0
  }
}

export class NetStack extends Line {
  get [netType](): NamedType {
    return lookupType('System.Collections.Generic.Stack', this.element)
  }

  get count(): number {
    return this.items.length
  }

  /** From the top. */
  at(index: number): Raw {
    return this.items[this.items.length - 1 - index]
  }

  peek(): Raw {
    if (this.count === 0) throw invalidOperation('Stack empty.')
    return this.at(0)
  }

  take(): Raw {
    const item = this.peek()
    this.items.pop()
    this.version++
    return item
  }
}

function tryOn(self: Line, result: Ref, read: () => Raw): boolean {
  const isFilled = self.count > 0
  result.value = isFilled ? read() : defaultOf(self.element)
  return isFilled
}

type Types = readonly [Type]
type Make = new (element: Type, items?: Raw) => NetQueue | NetStack

/** The members that both have. */
function lineMembers(Class: Make) {
  return {
    'new()': (types: Types) => new Class(types[0]),
    'new(int capacity)': (types: Types, capacity: number) => {
      if (capacity < 0) throw negativeNumber('capacity')
      spend(capacity / 8)
      return new Class(types[0])
    },
    'new(IEnumerable<T> collection)': (types: Types, items: Raw) => new Class(types[0], required(items, 'collection')),
    'int Count { get; }': (self: Line) => self.count,
    'void Clear()': (self: Line) => self.clear(),
    'bool Contains(T item)': (self: Line, item: Raw) => self.contains(item),
    'void CopyTo(T[] array, int arrayIndex)': copyInto,
    'IEnumerator<T> GetEnumerator()': enumeratorOf,
    'T Peek()': (self: NetQueue | NetStack) => self.peek(),
    'bool TryPeek(out T result)': (self: NetQueue | NetStack, result: Ref) => tryOn(self, result, () => self.peek()),
    'T[] ToArray()': (self: Line) => makeArray(self.element, [...self]),
    'void TrimExcess()': () => undefined,
  }
}

const bases = 'IReadOnlyCollection<T>, System.Collections.ICollection'

export const queue = defineType(`class System.Collections.Generic.Queue<T> : ${bases}`, {
  ...lineMembers(NetQueue),
  'void Enqueue(T item)': (self: NetQueue, item: Raw) => self.put(item),
  'T Dequeue()': (self: NetQueue) => self.take(),
  'bool TryDequeue(out T result)': (self: NetQueue, result: Ref) => tryOn(self, result, () => self.take()),
})

export const stack = defineType(`class System.Collections.Generic.Stack<T> : ${bases}`, {
  ...lineMembers(NetStack),
  'void Push(T item)': (self: NetStack, item: Raw) => self.put(item),
  'T Pop()': (self: NetStack) => self.take(),
  'bool TryPop(out T result)': (self: NetStack, result: Ref) => tryOn(self, result, () => self.take()),
})
