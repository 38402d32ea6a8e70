import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { lookupType } from '../../../types/registry.ts'
import { netType } from '../../../types/values.ts'
import { NetEnumerator } from '../../collections/enumerator.ts'
import { required } from '../json/required.ts'
import { DomNode } from './dom.ts'
import type { Prefixes } from './xpath.ts'

/** XmlNodeList and XmlAttributeCollection: nodes as they were when it was asked for. */
class NodeList {
  readonly name: string
  readonly nodes: readonly DomNode[]

  constructor(name: string, nodes: readonly DomNode[]) {
    this.name = name
    this.nodes = nodes
  }

  get [netType]() {
    return lookupType(`System.Xml.${this.name}`)
  }

  [Symbol.iterator](): Iterator<DomNode> {
    return this.nodes[Symbol.iterator]()
  }
}

/** XmlNamespaceManager */
class NamespaceManager {
  readonly prefixes = new Map<string, string>([
    ['xml', 'http://www.w3.org/XML/1998/namespace'],
    ['xmlns', 'http://www.w3.org/2000/xmlns/'],
    ['', ''],
  ])

  get [netType]() {
    return lookupType('System.Xml.XmlNamespaceManager')
  }
}

const list = (nodes: readonly DomNode[]) => new NodeList('XmlNodeList', nodes)

const lookup =
  (manager: NamespaceManager | null): Prefixes =>
  prefix =>
    manager?.prefixes.get(prefix)

const select = (self: DomNode, xpath: string | null, manager: NamespaceManager | null = null) =>
  self.select(required(xpath, 'xpath'), lookup(manager))

const item = (self: NodeList, index: number) => self.nodes[index] ?? null

const enumerator = (self: NodeList) => new NetEnumerator(lookupType('System.Object'), () => self.nodes, true)

const xmlNode = defineType('class System.Xml.XmlNode : System.Collections.IEnumerable', {
  'string Name { get; }': (self: DomNode) => self.name,
  'string LocalName { get; }': (self: DomNode) => self.localName,
  'string NamespaceURI { get; }': (self: DomNode) => self.namespaceUri,
  'string Prefix { get; }': (self: DomNode) => (self.name.includes(':') ? self.name.slice(0, self.name.indexOf(':')) : ''),
  'XmlNodeType NodeType { get; }': (self: DomNode) => self.item.nodeType,
  'string Value { get; set; }': {
    get: (self: DomNode) => self.value,
    set: (self: DomNode, text: string | null) => {
      self.value = text
    },
  },
  'string InnerText { get; set; }': {
    get: (self: DomNode) => self.text,
    set: (self: DomNode, text: string | null) => {
      self.text = text
    },
  },
  'string InnerXml { get; }': (self: DomNode) => self.innerXml,
  'string OuterXml { get; }': (self: DomNode) => self.outerXml,
  'XmlNodeList ChildNodes { get; }': (self: DomNode) => list(self.children),
  'bool HasChildNodes { get; }': (self: DomNode) => self.children.length > 0,
  'XmlNode FirstChild { get; }': (self: DomNode) => self.children[0] ?? null,
  'XmlNode LastChild { get; }': (self: DomNode) => self.children.at(-1) ?? null,
  'XmlNode ParentNode { get; }': (self: DomNode) => self.parent,
  'XmlNode NextSibling { get; }': (self: DomNode) => self.sibling(1),
  'XmlNode PreviousSibling { get; }': (self: DomNode) => self.sibling(-1),
  'XmlDocument OwnerDocument { get; }': (self: DomNode) => self.owner,
  'XmlAttributeCollection Attributes { get; }': (self: DomNode) =>
    self.attributes === null ? null : new NodeList('XmlAttributeCollection', self.attributes),
  'XmlElement this[string name] { get; }': (self: DomNode, name: string) =>
    self.children.find(each => each.name === name) ?? null,
  'XmlNode SelectSingleNode(string xpath)': (self: DomNode, xpath: string | null) => select(self, xpath)[0] ?? null,
  'XmlNode SelectSingleNode(string xpath, XmlNamespaceManager nsmgr)': (
    self: DomNode,
    xpath: string | null,
    manager: NamespaceManager | null,
  ) => select(self, xpath, manager)[0] ?? null,
  'XmlNodeList SelectNodes(string xpath)': (self: DomNode, xpath: string | null) => list(select(self, xpath)),
  'XmlNodeList SelectNodes(string xpath, XmlNamespaceManager nsmgr)': (
    self: DomNode,
    xpath: string | null,
    manager: NamespaceManager | null,
  ) => list(select(self, xpath, manager)),
  'XmlNode AppendChild(XmlNode newChild)': (self: DomNode, child: DomNode | null) => self.append(required(child, 'newChild')),
  'XmlNode RemoveChild(XmlNode oldChild)': (self: DomNode, child: DomNode | null) =>
    self.removeChild(required(child, 'oldChild')),
  'void RemoveAll()': (self: DomNode) => self.removeAll(),
  'System.Collections.IEnumerator GetEnumerator()': (self: DomNode) => enumerator(list(self.children)),
})

const xmlDocument = defineType('class System.Xml.XmlDocument : XmlNode', {
  'new()': () => DomNode.document(),
  'bool PreserveWhitespace { get; set; }': {
    get: (self: DomNode) => preserving.has(self),
    set: (self: DomNode, keep: boolean) => {
      if (keep) preserving.add(self)
      else preserving.delete(self)
    },
  },
  'XmlElement DocumentElement { get; }': (self: DomNode) => self.children.find(each => each.item.nodeType === 1) ?? null,
  'XmlNameTable NameTable { get; }': () => null,
  'void LoadXml(string xml)': (self: DomNode, xml: string | null) => self.load(required(xml, 's'), preserving.has(self)),
  'XmlNodeList GetElementsByTagName(string name)': (self: DomNode, name: string) => list(self.named(name)),
  'XmlElement CreateElement(string name)': (_self: DomNode, name: string) => DomNode.element(name, ''),
  'XmlElement CreateElement(string qualifiedName, string namespaceURI)': (
    _self: DomNode,
    name: string,
    namespace: string | null,
  ) => DomNode.element(name, namespace ?? ''),
  'XmlText CreateTextNode(string text)': (_self: DomNode, text: string | null) => DomNode.text(text ?? ''),
})

/** Documents that keep the blanks of what they load. */
const preserving = new WeakSet<DomNode>()

const xmlElement = defineType('class System.Xml.XmlElement : XmlNode', {
  'bool HasAttributes { get; }': (self: DomNode) => (self.attributes?.length ?? 0) > 0,
  'string GetAttribute(string name)': (self: DomNode, name: string) => self.attribute(name)?.value ?? '',
  'bool HasAttribute(string name)': (self: DomNode, name: string) => self.attribute(name) !== null,
  'XmlAttribute GetAttributeNode(string name)': (self: DomNode, name: string) => self.attribute(name),
  'void SetAttribute(string name, string value)': (self: DomNode, name: string, value: string | null) =>
    self.setAttribute(name, value ?? ''),
  'void RemoveAttribute(string name)': (self: DomNode, name: string) => {
    const found = self.attribute(name)
    if (found !== null) found.item.holder === null || (found.item as { remove(): void }).remove()
  },
  'XmlNodeList GetElementsByTagName(string name)': (self: DomNode, name: string) => list(self.named(name)),
})

export const domTypes: readonly DefinedType[] = [
  xmlNode,
  xmlDocument,
  xmlElement,
  ...['XmlAttribute', 'XmlText', 'XmlCDataSection', 'XmlComment'].map(name =>
    defineType(`class System.Xml.${name} : XmlNode`, {}),
  ),
  defineType('class System.Xml.XmlNameTable', {}),
  defineType('class System.Xml.XmlNodeList : System.Collections.IEnumerable', {
    'int Count { get; }': (self: NodeList) => self.nodes.length,
    'XmlNode this[int i] { get; }': item,
    'XmlNode Item(int index)': item,
    'System.Collections.IEnumerator GetEnumerator()': enumerator,
  }),
  defineType('class System.Xml.XmlAttributeCollection : System.Collections.IEnumerable', {
    'int Count { get; }': (self: NodeList) => self.nodes.length,
    'XmlAttribute this[int i] { get; }': item,
    'XmlAttribute this[string name] { get; }': (self: NodeList, name: string) =>
      self.nodes.find(each => each.name === name) ?? null,
    'XmlNode GetNamedItem(string name)': (self: NodeList, name: string) => self.nodes.find(each => each.name === name) ?? null,
    'System.Collections.IEnumerator GetEnumerator()': enumerator,
  }),
  defineType('class System.Xml.XmlNamespaceManager', {
    'new(XmlNameTable nameTable)': () => new NamespaceManager(),
    'void AddNamespace(string prefix, string uri)': (self: NamespaceManager, prefix: string | null, uri: string | null) => {
      self.prefixes.set(required(prefix, 'prefix'), required(uri, 'uri'))
    },
    'string LookupNamespace(string prefix)': (self: NamespaceManager, prefix: string) => self.prefixes.get(prefix) ?? null,
  }),
  defineType('class System.Xml.XPath.XPathException : System.SystemException', {}),
]
