import { type DefinedType, defineType } from '../../../types/define-type.ts'
import type { StringReader } from '../../primitives/io/text-reader.ts'
import { required } from '../json/required.ts'
import { nodeType } from '../xml/nodes.ts'
import { parseDocument } from '../xml/xml-parser.ts'
import { DomNode } from './dom.ts'
import { NetXmlReader } from './xml-reader.ts'
import { stringOf } from './xpath.ts'

function created(input: StringReader | null): NetXmlReader {
  return new NetXmlReader(parseDocument(required(input, 'input').readToEnd(), true))
}

function attribute(self: NetXmlReader, name: string): string | null {
  return self.element === undefined ? null : (DomNode.of(self.element)?.attribute(name)?.value ?? null)
}

const xmlOf = (self: NetXmlReader, inner: boolean) => {
  const node = DomNode.of(self.node ?? null)
  self.skip()
  return node === null ? '' : inner ? node.innerXml : node.outerXml
}

const isStart = (self: NetXmlReader) => self.moveToContent() === nodeType.Element

export const readerTypes: readonly DefinedType[] = [
  defineType('class System.Xml.XmlReader : System.IDisposable', {
    'static XmlReader Create(System.IO.TextReader input)': created,
    'bool EOF { get; }': (self: NetXmlReader) => self.atEnd,
    'int Depth { get; }': (self: NetXmlReader) => self.depth,
    'int AttributeCount { get; }': (self: NetXmlReader) => self.element?.attributes.length ?? 0,
    'bool HasAttributes { get; }': (self: NetXmlReader) => (self.element?.attributes.length ?? 0) > 0,
    'bool IsEmptyElement { get; }': (self: NetXmlReader) => self.element?.isEmpty ?? false,
    'string Name { get; }': (self: NetXmlReader) => self.name,
    'string LocalName { get; }': (self: NetXmlReader) => self.element?.name.local ?? '',
    'string NamespaceURI { get; }': (self: NetXmlReader) => self.element?.name.namespace.name ?? '',
    'string Prefix { get; }': (self: NetXmlReader) => (self.name.includes(':') ? self.name.slice(0, self.name.indexOf(':')) : ''),
    'XmlNodeType NodeType { get; }': (self: NetXmlReader) => self.nodeType,
    'string Value { get; }': (self: NetXmlReader) =>
      self.node === undefined || self.element !== undefined ? '' : stringOf(self.node),
    'string this[string name] { get; }': attribute,
    'string GetAttribute(string name)': attribute,
    'bool Read()': (self: NetXmlReader) => self.read(),
    'void Skip()': (self: NetXmlReader) => self.skip(),
    'XmlNodeType MoveToContent()': (self: NetXmlReader) => self.moveToContent(),
    'bool IsStartElement()': isStart,
    'bool IsStartElement(string name)': (self: NetXmlReader, name: string) => isStart(self) && self.name === name,
    'bool ReadToFollowing(string name)': (self: NetXmlReader, name: string) => self.readTo(name, false),
    'bool ReadToDescendant(string name)': (self: NetXmlReader, name: string) => self.readTo(name, true),
    'string ReadElementContentAsString()': (self: NetXmlReader) => self.elementText(),
    'string ReadInnerXml()': (self: NetXmlReader) => xmlOf(self, true),
    'string ReadOuterXml()': (self: NetXmlReader) => xmlOf(self, false),
    'void Close()': () => {},
    'void Dispose()': () => {},
  }),
]
