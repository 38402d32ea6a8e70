import { fail } from '../../../types/exceptions.ts'
import { argumentNull } from '../../collections/argument-errors.ts'
import { type Sequence, sequence } from '../sequence.ts'
import type { XAttribute, XElement } from './element.ts'
import type { XName } from './names.ts'
import { sameName } from './names.ts'
import type { XContainer, XNode } from './nodes.ts'

const named = (short: string) => `System.Xml.Linq.${short}`

export const elementsOf = <T>(start: () => Iterator<T>): Sequence<T> => sequence(named('XElement'), start)
export const nodesOf = <T>(start: () => Iterator<T>): Sequence<T> => sequence(named('XNode'), start)
export const attributesOf = <T>(start: () => Iterator<T>): Sequence<T> => sequence(named('XAttribute'), start)

/** What a null name asks for: nothing at all. */
export const nothing: () => Iterator<never> = () => ([] as never[])[Symbol.iterator]()

/** A named axis: all when there is no name argument, none for a null name. */
export function byName<T>(name: XName | null, start: (name: XName) => Iterator<T>): () => Iterator<T> {
  return name === null ? nothing : () => start(name)
}

export function* onlyElements(nodes: Iterable<XNode>, name: XName | null): Generator<XContainer> {
  for (const node of nodes)
    if (node.isElement && (name === null || sameName((node as XContainer).elementName, name))) yield node as XContainer // elements are
}

export function* elementsBefore(node: XNode, name: XName | null): Generator<XContainer> {
  yield* onlyElements(node.nodesBefore(), name)
}

export function* elementsAfter(node: XNode, name: XName | null): Generator<XContainer> {
  yield* onlyElements(node.nodesAfter(), name)
}

export function* ancestorsAndSelf(element: XElement, name: XName | null): Generator<XContainer> {
  if (name === null || sameName(element.name, name)) yield element
  yield* element.ancestors(name)
}

export function* attributesNamed(element: XElement, name: XName | null): Generator<XAttribute> {
  const length = element.attributes.length
  for (const attribute of [...element.attributes]) {
    if (name === null || sameName(attribute.name, name)) yield attribute
  }
  if (element.attributes.length !== length) return
}

/** Each source item's own axis, one after the other; a missing source is an exception, a null item one too. */
export function* each<S, T>(source: Iterable<S | null>, axis: (item: S) => Iterable<T>): Generator<T> {
  for (const item of source) {
    if (item === null) continue
    yield* axis(item)
  }
}

export function mustHave<T>(source: T | null, parameter = 'source'): T {
  if (source === null) throw argumentNull(parameter)
  return source
}

/** -1, 0 or 1 for the order of two nodes in one document. */
export function compareOrder(a: XNode | null, b: XNode | null): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  if (a.top !== b.top) return fail('System.InvalidOperationException', 'A common ancestor is missing.')
  const left = a.position()
  const right = b.position()
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const by = (left[i] ?? 0) - (right[i] ?? 0)
    if (by !== 0) return Math.sign(by)
  }
  return Math.sign(left.length - right.length)
}
