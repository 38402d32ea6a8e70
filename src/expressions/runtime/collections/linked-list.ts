import { spend } from '../../types/budget.ts'
import { defineType } from '../../types/define-type.ts'
import { lookupType } from '../../types/registry.ts'
import type { NamedType, Type } from '../../types/type.ts'
import { netType, type Raw } from '../../types/values.ts'
import { argumentNull, invalidOperation, modified, required } from './argument-errors.ts'
import { copyInto } from './copying.ts'
import { cost } from './costs.ts'
import { elementsOf } from './elements.ts'
import { enumeratorOf } from './enumerator.ts'
import { equalityFor } from './equality.ts'
import type { CollectionLike } from './protocol.ts'

export class LinkedNode {
  readonly element: Type
  value: Raw
  list: NetLinkedList | null = null
  next: LinkedNode | null = null
  previous: LinkedNode | null = null

  constructor(element: Type, value: Raw) {
    this.element = element
    this.value = value
  }

  get [netType](): NamedType {
    return lookupType('System.Collections.Generic.LinkedListNode', this.element)
  }
}

/** `LinkedList<T>`. */
export class NetLinkedList implements CollectionLike {
  readonly element: Type
  readonly isReadOnly = false
  first: LinkedNode | null = null
  last: LinkedNode | null = null
  count = 0
  #version = 0

  constructor(element: Type, items: Iterable<Raw> = []) {
    this.element = element
    for (const item of items) this.add(item)
  }

  get [netType](): NamedType {
    return lookupType('System.Collections.Generic.LinkedList', this.element)
  }

  add(item: Raw): LinkedNode {
    return this.insert(new LinkedNode(this.element, item), this.last, null)
  }

  /** Puts a free node between two neighbours. */
  insert(node: LinkedNode, previous: LinkedNode | null, next: LinkedNode | null): LinkedNode {
    spend(cost.entry)
    if (node.list !== null) throw invalidOperation('The LinkedList node belongs a LinkedList.')
    node.list = this
    node.previous = previous
    node.next = next
    if (previous === null) this.first = node
    else previous.next = node
    if (next === null) this.last = node
    else next.previous = node
    this.count++
    this.#version++
    return node
  }

  unlink(node: LinkedNode): void {
    if (node.previous === null) this.first = node.next
    else node.previous.next = node.next
    if (node.next === null) this.last = node.previous
    else node.next.previous = node.previous
    node.list = null
    node.next = null
    node.previous = null
    this.count--
    this.#version++
  }

  /** The node itself, if it is of this list. */
  own(node: LinkedNode | null): LinkedNode {
    if (node === null) throw argumentNull('node')
    if (node.list !== this) throw invalidOperation('The LinkedList node does not belong to current LinkedList.')
    return node
  }

  find(item: Raw, backwards = false): LinkedNode | null {
    const equality = equalityFor(this.element)
    for (let node = backwards ? this.last : this.first; node !== null; node = backwards ? node.previous : node.next) {
      spend()
      if (equality.equals(node.value, item)) return node
    }
    return null
  }

  contains(item: Raw): boolean {
    return this.find(item) !== null
  }

  remove(item: Raw): boolean {
    const node = this.find(item)
    if (node !== null) this.unlink(node)
    return node !== null
  }

  clear(): void {
    while (this.first !== null) this.unlink(this.first)
    this.#version++
  }

  *[Symbol.iterator](): Generator<Raw> {
    const version = this.#version
    for (let node = this.first; node !== null; node = node.next) {
      yield node.value
      if (version !== this.#version) throw modified()
    }
  }
}

type Types = readonly [Type]
type Given = LinkedNode | null

function unlinkEnd(self: NetLinkedList, end: Given): void {
  if (end === null) throw invalidOperation('The LinkedList is empty.')
  self.unlink(end)
}

const insertAfter = (self: NetLinkedList, at: Given, node: LinkedNode) => self.insert(node, self.own(at), self.own(at).next)
const insertBefore = (self: NetLinkedList, at: Given, node: LinkedNode) => self.insert(node, self.own(at).previous, self.own(at))
const nodeOf = (self: NetLinkedList, item: Raw) => new LinkedNode(self.element, item)

const linkedList = defineType('class System.Collections.Generic.LinkedList<T> : ICollection<T>, IReadOnlyCollection<T>', {
  'new()': (types: Types) => new NetLinkedList(types[0]),
  'new(IEnumerable<T> collection)': (types: Types, items: Raw) =>
    new NetLinkedList(types[0], elementsOf(required(items, 'collection'))),
  'int Count { get; }': (self: NetLinkedList) => self.count,
  'LinkedListNode<T> First { get; }': (self: NetLinkedList) => self.first,
  'LinkedListNode<T> Last { get; }': (self: NetLinkedList) => self.last,
  'LinkedListNode<T> AddFirst(T value)': (self: NetLinkedList, item: Raw) => self.insert(nodeOf(self, item), null, self.first),
  'LinkedListNode<T> AddLast(T value)': (self: NetLinkedList, item: Raw) => self.add(item),
  'void AddFirst(LinkedListNode<T> node)': (self: NetLinkedList, node: Given) =>
    void self.insert(required(node, 'node'), null, self.first),
  'void AddLast(LinkedListNode<T> node)': (self: NetLinkedList, node: Given) =>
    void self.insert(required(node, 'node'), self.last, null),
  'LinkedListNode<T> AddAfter(LinkedListNode<T> node, T value)': (self: NetLinkedList, at: Given, item: Raw) =>
    insertAfter(self, at, nodeOf(self, item)),
  'LinkedListNode<T> AddBefore(LinkedListNode<T> node, T value)': (self: NetLinkedList, at: Given, item: Raw) =>
    insertBefore(self, at, nodeOf(self, item)),
  'void AddAfter(LinkedListNode<T> node, LinkedListNode<T> newNode)': (self: NetLinkedList, at: Given, node: Given) =>
    void insertAfter(self, at, required(node, 'newNode')),
  'void AddBefore(LinkedListNode<T> node, LinkedListNode<T> newNode)': (self: NetLinkedList, at: Given, node: Given) =>
    void insertBefore(self, at, required(node, 'newNode')),
  'void Clear()': (self: NetLinkedList) => self.clear(),
  'bool Contains(T value)': (self: NetLinkedList, item: Raw) => self.contains(item),
  'void CopyTo(T[] array, int index)': copyInto,
  'LinkedListNode<T> Find(T value)': (self: NetLinkedList, item: Raw) => self.find(item),
  'LinkedListNode<T> FindLast(T value)': (self: NetLinkedList, item: Raw) => self.find(item, true),
  'IEnumerator<T> GetEnumerator()': enumeratorOf,
  'bool Remove(T value)': (self: NetLinkedList, item: Raw) => self.remove(item),
  'void Remove(LinkedListNode<T> node)': (self: NetLinkedList, node: Given) => self.unlink(self.own(node)),
  'void RemoveFirst()': (self: NetLinkedList) => unlinkEnd(self, self.first),
  'void RemoveLast()': (self: NetLinkedList) => unlinkEnd(self, self.last),
})

const linkedNode = defineType('class System.Collections.Generic.LinkedListNode<T>', {
  'new(T value)': (types: Types, item: Raw) => new LinkedNode(types[0], item),
  'LinkedList<T> List { get; }': (self: LinkedNode) => self.list,
  'LinkedListNode<T> Next { get; }': (self: LinkedNode) => self.next,
  'LinkedListNode<T> Previous { get; }': (self: LinkedNode) => self.previous,
  'T Value { get; set; }': {
    get: (self: LinkedNode) => self.value,
    set: (self: LinkedNode, item: Raw) => {
      self.value = item
    },
  },
})

export const linkedListTypes = [linkedList, linkedNode]
