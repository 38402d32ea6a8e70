import { defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import type { Value } from '../../../types/values.ts'
import { newLine } from '../new-line.ts'
import {
  ancestorsAndSelf,
  attributesNamed,
  attributesOf,
  byName,
  compareOrder,
  each,
  elementsOf,
  mustHave,
  nodesOf,
} from './axes.ts'
import { explicitOperators } from './casts.ts'
import { addContent, stringValue } from './content.ts'
import { type XDeclaration, XDocument } from './document.ts'
import { XAttribute, XElement } from './element.ts'
import { type XName, XNamespace } from './names.ts'
import type { XContainer, XNode } from './nodes.ts'
import { parseDocument, parseElement } from './xml-parser.ts'

const ie = 'System.Collections.Generic.IEnumerable'

function made(name: XName | null, content: Value): XElement {
  const element = new XElement(mustHave(name, 'name'))
  addContent(element, content)
  return element
}

function setAttribute(self: XElement, name: XName | null, value: Value): void {
  const wanted = mustHave(name, 'name')
  const known = self.attribute(wanted)
  if (value === null) known?.remove()
  else if (known === null) self.addAttribute(new XAttribute(wanted, stringValue(value)))
  else known.value = stringValue(value)
}

function setElement(self: XElement, name: XName | null, value: Value): void {
  const wanted = mustHave(name, 'name')
  const known = self.firstElement(wanted)
  if (value === null) known?.remove()
  else if (known instanceof XElement) known.value = stringValue(value)
  else addContent(self, made(wanted, stringValue(value)))
}

function replaceAttributes(self: XElement, content: Value): void {
  self.removeAttributes()
  addContent(self, content)
}

function replaceAll(self: XElement, content: Value): void {
  self.removeNodes()
  replaceAttributes(self, content)
}

function removeAll(self: XElement): void {
  self.removeAttributes()
  self.removeNodes()
}

const keepsBlanks = (options: number) => (options & 1) !== 0

const parsed = (text: string | null, options = 0) => parseElement(mustHave(text, 's'), keepsBlanks(options))

/** What Load needs of a StringReader. */
interface Reader {
  readToEnd(): string
}

const readAll = (reader: Reader | null) => mustHave(reader, 'textReader').readToEnd()

/** What Save needs of a StringWriter or another TextWriter. */
interface Writes {
  write(text: string): unknown
}

function save(self: XNode, writer: Writes | null, options = 0): void {
  const declaration = self instanceof XDocument ? self.declaration : null
  const standalone =
    declaration?.standalone === 'yes' || declaration?.standalone === 'no' ? ` standalone="${declaration.standalone}"` : ''
  const formatted = (options & 1) === 0
  mustHave(writer, 'textWriter').write(
    `<?xml version="1.0" encoding="utf-16"${standalone}?>${formatted ? newLine : ''}${self.toText(formatted, (options & 2) !== 0)}`,
  )
}

export const xElement = defineType('class System.Xml.Linq.XElement : XContainer', {
  'new(XElement other)': (other: XElement | null) => mustHave(other, 'other').clone(),
  'new(XName name)': (name: XName | null) => made(name, null),
  'new(XName name, object content)': made,
  'new(XName name, params object[] content)': made,
  'static XElement Load(System.IO.TextReader textReader)': (reader: Reader | null) => parsed(readAll(reader)),
  'static XElement Load(System.IO.TextReader textReader, LoadOptions options)': (reader: Reader | null, options: number) =>
    parsed(readAll(reader), options),
  'static XElement Parse(string text)': parsed,
  'static XElement Parse(string text, LoadOptions options)': parsed,
  [`static ${ie}<XElement> EmptySequence { get; }`]: () => elementsOf(() => [][Symbol.iterator]()),
  'XAttribute FirstAttribute { get; }': (self: XElement) => self.attributes[0] ?? null,
  'XAttribute LastAttribute { get; }': (self: XElement) => self.attributes.at(-1) ?? null,
  'bool HasAttributes { get; }': (self: XElement) => self.attributes.length > 0,
  'bool HasElements { get; }': (self: XElement) => self.firstElement(null) !== null,
  'bool IsEmpty { get; }': (self: XElement) => self.isEmpty,
  'XName Name { get; set; }': {
    get: (self: XElement) => self.name,
    set: (self: XElement, name: XName | null) => {
      self.name = mustHave(name, 'value')
    },
  },
  'string Value { get; set; }': {
    get: (self: XElement) => self.value,
    set: (self: XElement, value: string | null) => {
      self.value = mustHave(value, 'value')
    },
  },
  [`${ie}<XElement> AncestorsAndSelf()`]: (self: XElement) => elementsOf(() => ancestorsAndSelf(self, null)),
  [`${ie}<XElement> AncestorsAndSelf(XName name)`]: (self: XElement, name: XName | null) =>
    elementsOf(byName(name, wanted => ancestorsAndSelf(self, wanted))),
  'XAttribute Attribute(XName name)': (self: XElement, name: XName | null) => (name === null ? null : self.attribute(name)),
  [`${ie}<XAttribute> Attributes()`]: (self: XElement) => attributesOf(() => attributesNamed(self, null)),
  [`${ie}<XAttribute> Attributes(XName name)`]: (self: XElement, name: XName | null) =>
    attributesOf(byName(name, wanted => attributesNamed(self, wanted))),
  [`${ie}<XNode> DescendantNodesAndSelf()`]: (self: XElement) => nodesOf(() => self.descendantNodes(true)),
  [`${ie}<XElement> DescendantsAndSelf()`]: (self: XElement) => elementsOf(() => self.descendants(null, true)),
  [`${ie}<XElement> DescendantsAndSelf(XName name)`]: (self: XElement, name: XName | null) =>
    elementsOf(byName(name, wanted => self.descendants(wanted, true))),
  'XNamespace GetDefaultNamespace()': (self: XElement) => self.namespaceOf('') ?? XNamespace.none,
  'XNamespace GetNamespaceOfPrefix(string prefix)': (self: XElement, prefix: string | null) => namespaceOf(self, prefix),
  'string GetPrefixOfNamespace(XNamespace ns)': (self: XElement, ns: { readonly name: string } | null) =>
    self.prefixOf(mustHave(ns, 'ns').name),
  'void RemoveAll()': removeAll,
  'void RemoveAttributes()': (self: XElement) => self.removeAttributes(),
  'void ReplaceAll(object content)': replaceAll,
  'void ReplaceAll(params object[] content)': replaceAll,
  'void ReplaceAttributes(object content)': replaceAttributes,
  'void ReplaceAttributes(params object[] content)': replaceAttributes,
  'void SetAttributeValue(XName name, object value)': setAttribute,
  'void SetElementValue(XName name, object value)': setElement,
  'void SetValue(object value)': (self: XElement, value: Value) => {
    self.value = stringValue(mustHave(value, 'value'))
  },
  'void Save(System.IO.TextWriter textWriter)': save,
  'void Save(System.IO.TextWriter textWriter, SaveOptions options)': save,
  ...explicitOperators('XElement', 'element'),
})

function namespaceOf(self: XElement, prefix: string | null) {
  const wanted = mustHave(prefix, 'prefix')
  if (wanted === '') return fail('System.ArgumentException', "'' is an invalid prefix.\r\nParameter name: prefix")
  return self.namespaceOf(wanted)
}

function document(declaration: XDeclaration | null, content: Value): XDocument {
  const made = new XDocument()
  made.declaration = declaration
  addContent(made, content)
  return made
}

const parsedDocument = (text: string | null, options = 0) => parseDocument(mustHave(text, 's'), keepsBlanks(options))

export const xDocument = defineType('class System.Xml.Linq.XDocument : XContainer', {
  'new()': () => new XDocument(),
  'new(XDocument other)': (other: XDocument | null) => mustHave(other, 'other').clone(),
  'new(params object[] content)': (content: Value) => document(null, content),
  'new(XDeclaration declaration, params object[] content)': document,
  'XDeclaration Declaration { get; set; }': {
    get: (self: XDocument) => self.declaration,
    set: (self: XDocument, value: XDeclaration | null) => {
      self.declaration = value
    },
  },
  'XDocumentType DocumentType { get; }': (self: XDocument) => self.documentType,
  'XElement Root { get; }': (self: XDocument) => self.root,
  'static XDocument Parse(string text)': parsedDocument,
  'static XDocument Parse(string text, LoadOptions options)': parsedDocument,
  'void Save(System.IO.TextWriter textWriter)': save,
  'void Save(System.IO.TextWriter textWriter, SaveOptions options)': save,
})

type Source<T> = Iterable<T | null> | null

const list = <T>(source: Source<T>) => mustHave(source)

const elements = <S>(source: Source<S>, name: XName | null, axis: (item: S, name: XName | null) => Iterable<unknown>) => {
  const from = list(source)
  return elementsOf(() => each(from, item => axis(item, name)))
}

const namedElements = <S>(source: Source<S>, name: XName | null, axis: (item: S, name: XName | null) => Iterable<unknown>) =>
  name === null ? elementsOf(() => [][Symbol.iterator]()) : elements(source, name, axis)

const childElements = (item: XContainer, name: XName | null) => item.elements(name)
const below = (item: XContainer, name: XName | null) => item.descendants(name, false)
const belowAndSelf = (item: XElement, name: XName | null) => item.descendants(name, true)
const above = (item: XNode, name: XName | null) => item.ancestors(name)

/** Takes all first: removing while walking would lose some. */
function removeEach(source: Source<{ remove(): void }>): void {
  for (const item of [...list(source)]) item?.remove()
}

function inOrder(source: Source<XNode>) {
  const from = list(source)
  return nodesOf(() => [...from].sort(compareOrder)[Symbol.iterator]())
}

export const xmlExtensions = defineType('static class System.Xml.Linq.Extensions', {
  [`static ${ie}<XElement> Ancestors<T>(this ${ie}<T> source) where T : XNode`]: (_: unknown, source: Source<XNode>) =>
    elements(source, null, above),
  [`static ${ie}<XElement> Ancestors<T>(this ${ie}<T> source, XName name) where T : XNode`]: (
    _: unknown,
    source: Source<XNode>,
    name: XName | null,
  ) => namedElements(source, name, above),
  [`static ${ie}<XElement> AncestorsAndSelf(this ${ie}<XElement> source)`]: (source: Source<XElement>) =>
    elements(source, null, ancestorsAndSelf),
  [`static ${ie}<XElement> AncestorsAndSelf(this ${ie}<XElement> source, XName name)`]: (
    source: Source<XElement>,
    name: XName | null,
  ) => namedElements(source, name, ancestorsAndSelf),
  [`static ${ie}<XAttribute> Attributes(this ${ie}<XElement> source)`]: (source: Source<XElement>) => {
    const from = list(source)
    return attributesOf(() => each(from, item => attributesNamed(item, null)))
  },
  [`static ${ie}<XAttribute> Attributes(this ${ie}<XElement> source, XName name)`]: (
    source: Source<XElement>,
    name: XName | null,
  ) => {
    const from = list(source)
    return attributesOf(byName(name, wanted => each(from, item => attributesNamed(item, wanted))))
  },
  [`static ${ie}<XNode> DescendantNodes<T>(this ${ie}<T> source) where T : XContainer`]: (
    _: unknown,
    source: Source<XContainer>,
  ) => {
    const from = list(source)
    return nodesOf(() => each(from, item => item.descendantNodes(false)))
  },
  [`static ${ie}<XNode> DescendantNodesAndSelf(this ${ie}<XElement> source)`]: (source: Source<XElement>) => {
    const from = list(source)
    return nodesOf(() => each(from, item => item.descendantNodes(true)))
  },
  [`static ${ie}<XElement> Descendants<T>(this ${ie}<T> source) where T : XContainer`]: (
    _: unknown,
    source: Source<XContainer>,
  ) => elements(source, null, below),
  [`static ${ie}<XElement> Descendants<T>(this ${ie}<T> source, XName name) where T : XContainer`]: (
    _: unknown,
    source: Source<XContainer>,
    name: XName | null,
  ) => namedElements(source, name, below),
  [`static ${ie}<XElement> DescendantsAndSelf(this ${ie}<XElement> source)`]: (source: Source<XElement>) =>
    elements(source, null, belowAndSelf),
  [`static ${ie}<XElement> DescendantsAndSelf(this ${ie}<XElement> source, XName name)`]: (
    source: Source<XElement>,
    name: XName | null,
  ) => namedElements(source, name, belowAndSelf),
  [`static ${ie}<XElement> Elements<T>(this ${ie}<T> source) where T : XContainer`]: (_: unknown, source: Source<XContainer>) =>
    elements(source, null, childElements),
  [`static ${ie}<XElement> Elements<T>(this ${ie}<T> source, XName name) where T : XContainer`]: (
    _: unknown,
    source: Source<XContainer>,
    name: XName | null,
  ) => namedElements(source, name, childElements),
  [`static ${ie}<T> InDocumentOrder<T>(this ${ie}<T> source) where T : XNode`]: (_: unknown, source: Source<XNode>) =>
    inOrder(source),
  [`static ${ie}<XNode> Nodes<T>(this ${ie}<T> source) where T : XContainer`]: (_: unknown, source: Source<XContainer>) => {
    const from = list(source)
    return nodesOf(() => each(from, item => item.children()))
  },
  [`static void Remove<T>(this ${ie}<T> source) where T : XNode`]: (_: unknown, source: Source<XNode>) => removeEach(source),
  [`static void Remove(this ${ie}<XAttribute> source)`]: (source: Source<XAttribute>) => removeEach(source),
})
