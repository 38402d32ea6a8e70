import { defineType } from '../../types/define-type.ts'
import { lookupType } from '../../types/registry.ts'
import type { NamedType, Type } from '../../types/type.ts'
import { netType, type Raw } from '../../types/values.ts'
import { required } from './argument-errors.ts'
import { copyInto } from './copying.ts'
import { enumeratorOf } from './enumerator.ts'
import type { ListLike } from './protocol.ts'
import { ReadOnlyItems } from './read-only.ts'
import { asList } from './views.ts'

/** `ReadOnlyCollection<T>`: a window on a list that others may still change. */
export class ReadOnlyList extends ReadOnlyItems implements ListLike {
  readonly element: Type
  readonly #list: ListLike

  constructor(element: Type, list: ListLike) {
    super()
    this.element = element
    this.#list = list
  }

  get [netType](): NamedType {
    return lookupType('System.Collections.ObjectModel.ReadOnlyCollection', this.element)
  }

  get count(): number {
    return this.#list.count
  }

  getAt(index: number): Raw {
    return this.#list.getAt(index)
  }

  indexOf(item: Raw): number {
    return this.#list.indexOf(item)
  }

  contains(item: Raw): boolean {
    return this.#list.contains(item)
  }

  [Symbol.iterator](): Iterator<Raw> {
    return this.#list[Symbol.iterator]()
  }
}

export const readOnlyCollection = defineType(
  'class System.Collections.ObjectModel.ReadOnlyCollection<T> : System.Collections.Generic.IList<T>, System.Collections.Generic.IReadOnlyList<T>',
  {
    'new(System.Collections.Generic.IList<T> list)': (types: readonly [Type], source: object | null) =>
      new ReadOnlyList(types[0], asList(required(source, 'list'))),
    'int Count { get; }': (self: ReadOnlyList) => self.count,
    'T this[int index] { get; }': (self: ReadOnlyList, index: number) => self.getAt(index),
    'bool Contains(T value)': (self: ReadOnlyList, item: Raw) => self.contains(item),
    'void CopyTo(T[] array, int index)': copyInto,
    'int IndexOf(T value)': (self: ReadOnlyList, item: Raw) => self.indexOf(item),
    'System.Collections.Generic.IEnumerator<T> GetEnumerator()': enumeratorOf,
  },
)
