import { textOf, typeNameOf } from '../../../types/boxing.ts'
import { fail } from '../../../types/exceptions.ts'
import { numericKind } from '../../../types/facts.ts'
import { Boxed, type Value, type Virtuals } from '../../../types/values.ts'
import { boxedElements } from '../../collections/elements.ts'
import { invariantNumberFormat } from '../../primitives/culture/number-format.ts'
import { formatDouble, formatSingle } from '../../primitives/numbers/format-number.ts'
import { durationText } from './durations.ts'
import { XAttribute, XElement } from './element.ts'
import { XText } from './leaves.ts'
import { type XContainer, XNode, XObject } from './nodes.ts'

/** Adds content to the end of a container: nodes, attributes, enumerables of them, and anything else as text. */
export function addContent(container: XContainer, content: Value): void {
  if (content === null) return
  if (content instanceof XNode) container.insertNode(container.nodes.length, content)
  else if (content instanceof XAttribute) addAttribute(container, content)
  else if (isMany(content)) for (const piece of [...boxedElements(content)]) addContent(container, piece)
  else addText(container, stringValue(content))
}

/** Adds nodes before an index; texts among them become nodes. */
export function insertContent(container: XContainer, at: number, content: Value): number {
  if (content === null) return at
  if (content instanceof XNode) {
    container.insertNode(at, content)
    return at + 1
  }
  if (content instanceof XAttribute) return fail('System.ArgumentException', 'An attribute cannot be added to content.')
  if (isMany(content)) {
    let index = at
    for (const piece of [...boxedElements(content)]) index = insertContent(container, index, piece)
    return index
  }
  return insertText(container, at, stringValue(content))
}

function insertText(container: XContainer, at: number, text: string): number {
  if (text === '') return at
  container.validateText(text)
  const before = container.nodes[at - 1]
  if (before instanceof XText && before.netName === 'XText') {
    before.text += text
    return at
  }
  container.insertNode(at, new XText(text))
  return at + 1
}

function addAttribute(container: XContainer, attribute: XAttribute): void {
  if (container instanceof XElement) container.addAttribute(attribute)
  else fail('System.ArgumentException', 'An attribute cannot be added to content.')
}

function addText(container: XContainer, text: string): void {
  container.validateText(text)
  if (container instanceof XElement) container.addText(text)
  else if (text !== '') container.insertNode(container.nodes.length, new XText(text))
}

function isMany(content: Value): content is Iterable<unknown> {
  return typeof content === 'object' && content !== null && !(content instanceof XObject) && Symbol.iterator in content
}

/** A value as XML writes it. Throws for nodes and attributes, which are no values. */
export function stringValue(value: Value): string {
  if (value === null) return fail('System.ArgumentException', 'The argument cannot be converted to a string.')
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value instanceof XObject) return fail('System.ArgumentException', 'An XObject cannot be used as a value.')
  if (value instanceof Boxed) return numberText(value)
  if (typeof value !== 'object') return textOf(value)
  const own = value as Virtuals // an instance of a .NET type
  switch (typeNameOf(value)) {
    case 'System.DateTime':
      return own.netToString?.('yyyy-MM-ddTHH:mm:ss.FFFFFFFK') ?? ''
    case 'System.DateTimeOffset':
      return (own.netToString?.('yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz') ?? '').replace(/\+00:00$/, 'Z')
    case 'System.TimeSpan':
      return durationText(value)
    default:
      return textOf(value)
  }
}

function numberText({ type, value }: Boxed): string {
  const held = numericKind(type)
  if (held !== 'double' && held !== 'float') return textOf(new Boxed(type, value))
  const number = Number(value)
  if (number === Number.POSITIVE_INFINITY) return 'INF'
  if (number === Number.NEGATIVE_INFINITY) return '-INF'
  if (Object.is(number, -0)) return '-0'
  return held === 'double' ? formatDouble(number, 'R', invariantNumberFormat) : formatSingle(number, 'R', invariantNumberFormat)
}
