import { defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import type { Value } from '../../../types/values.ts'
import { annotationMembers } from '../annotations.ts'
import { readFrom } from '../xmldom/xml-reader.ts'
import { attributesOf, byName, compareOrder, elementsAfter, elementsBefore, elementsOf, mustHave, nodesOf } from './axes.ts'
import { explicitOperators } from './casts.ts'
import { addContent, insertContent, stringValue } from './content.ts'
import { XDeclaration } from './document.ts'
import { XAttribute } from './element.ts'
import { XCData, XComment, XDocumentType, XProcessingInstruction, XText } from './leaves.ts'
import { sameName, XName, XNamespace, xmlNamespace, xmlnsNamespace } from './names.ts'
import { nodeType, type XContainer, type XNode, type XObject } from './nodes.ts'

const ie = 'System.Collections.Generic.IEnumerable'

const constants = (type: string, members: Readonly<Record<string, number>>, flags = false) =>
  defineType(`enum ${type}`, {
    ...(flags ? { '[Flags]': { constant: true } } : {}),
    ...Object.fromEntries(Object.entries(members).map(([name, value]) => [`const ${name}`, { constant: value }])),
  })

const isNamespace = (a: XNamespace | null, b: XNamespace | null) => a === b || (a !== null && b !== null && a.name === b.name)

export const xName = defineType('class System.Xml.Linq.XName', {
  'string LocalName { get; }': (self: XName) => self.local,
  'XNamespace Namespace { get; }': (self: XName) => self.namespace,
  'string NamespaceName { get; }': (self: XName) => self.namespace.name,
  'static XName Get(string expandedName)': (text: string | null) => XName.get(text),
  'static XName Get(string localName, string namespaceName)': (local: string | null, namespace: string | null) =>
    new XNamespace(mustHave(namespace, 'namespaceName')).named(local),
  'override string ToString()': (self: XName) => self.netToString(),
  'static implicit operator XName(string expandedName)': (text: string | null) => (text === null ? null : XName.get(text)),
  'static bool operator ==(XName left, XName right)': sameName,
  'static bool operator !=(XName left, XName right)': (a: XName | null, b: XName | null) => !sameName(a, b),
})

export const xNamespace = defineType('class System.Xml.Linq.XNamespace', {
  'string NamespaceName { get; }': (self: XNamespace) => self.name,
  'static XNamespace None { get; }': () => XNamespace.none,
  'static XNamespace Xml { get; }': () => new XNamespace(xmlNamespace),
  'static XNamespace Xmlns { get; }': () => new XNamespace(xmlnsNamespace),
  'static XNamespace Get(string namespaceName)': (name: string | null) => new XNamespace(mustHave(name, 'namespaceName')),
  'XName GetName(string localName)': (self: XNamespace, local: string | null) => self.named(local),
  'override string ToString()': (self: XNamespace) => self.name,
  'static implicit operator XNamespace(string namespaceName)': (name: string | null) =>
    name === null ? null : new XNamespace(name),
  'static XName operator +(XNamespace ns, string localName)': (ns: XNamespace | null, local: string | null) =>
    mustHave(ns, 'ns').named(local),
  'static bool operator ==(XNamespace left, XNamespace right)': isNamespace,
  'static bool operator !=(XNamespace left, XNamespace right)': (a: XNamespace | null, b: XNamespace | null) =>
    !isNamespace(a, b),
})

export const xObject = defineType('class System.Xml.Linq.XObject', {
  'XElement Parent { get; }': (self: XObject) => self.parent,
  'XDocument Document { get; }': (self: XObject) => self.document,
  'System.Xml.XmlNodeType NodeType { get; }': (self: XObject) => self.nodeType,
  'string BaseUri { get; }': () => '',
  ...annotationMembers,
})

/** Adds beside a node that has a holder. */
function addBeside(self: XNode, content: Value, by: 0 | 1): void {
  const holder = self.holder ?? fail('System.InvalidOperationException', 'The parent is missing.')
  insertContent(holder, holder.nodes.indexOf(self) + by, content)
}

function replaceWith(self: XNode, content: Value): void {
  const holder = self.holder ?? fail('System.InvalidOperationException', 'The parent is missing.')
  const index = holder.nodes.indexOf(self)
  self.remove()
  insertContent(holder, index, content)
}

const bothNull = (a: XNode | null, b: XNode | null) => a === b || (a !== null && b !== null && a.deepEquals(b))

/** SaveOptions: 1 DisableFormatting, 2 OmitDuplicateNamespaces. */
const text = (self: XNode, options: number) => self.toText((options & 1) === 0, (options & 2) !== 0)

export const xNode = defineType('class System.Xml.Linq.XNode : XObject', {
  'XNode NextNode { get; }': (self: XNode) => self.next,
  'XNode PreviousNode { get; }': (self: XNode) => self.previous,
  'static XNodeDocumentOrderComparer DocumentOrderComparer { get; }': () => new XNodeDocumentOrderComparer(),
  'static XNodeEqualityComparer EqualityComparer { get; }': () => new XNodeEqualityComparer(),
  'void AddAfterSelf(object content)': (self: XNode, content: Value) => addBeside(self, content, 1),
  'void AddAfterSelf(params object[] content)': (self: XNode, content: Value) => addBeside(self, content, 1),
  'void AddBeforeSelf(object content)': (self: XNode, content: Value) => addBeside(self, content, 0),
  'void AddBeforeSelf(params object[] content)': (self: XNode, content: Value) => addBeside(self, content, 0),
  [`${ie}<XElement> Ancestors()`]: (self: XNode) => elementsOf(() => self.ancestors(null)),
  [`${ie}<XElement> Ancestors(XName name)`]: (self: XNode, name: XName | null) =>
    elementsOf(byName(name, wanted => self.ancestors(wanted))),
  'static int CompareDocumentOrder(XNode n1, XNode n2)': compareOrder,
  [`${ie}<XNode> NodesAfterSelf()`]: (self: XNode) => nodesOf(() => self.nodesAfter()),
  [`${ie}<XNode> NodesBeforeSelf()`]: (self: XNode) => nodesOf(() => self.nodesBefore()),
  [`${ie}<XElement> ElementsAfterSelf()`]: (self: XNode) => elementsOf(() => elementsAfter(self, null)),
  [`${ie}<XElement> ElementsAfterSelf(XName name)`]: (self: XNode, name: XName | null) =>
    elementsOf(byName(name, wanted => elementsAfter(self, wanted))),
  [`${ie}<XElement> ElementsBeforeSelf()`]: (self: XNode) => elementsOf(() => elementsBefore(self, null)),
  [`${ie}<XElement> ElementsBeforeSelf(XName name)`]: (self: XNode, name: XName | null) =>
    elementsOf(byName(name, wanted => elementsBefore(self, wanted))),
  'bool IsAfter(XNode node)': (self: XNode, node: XNode | null) => compareOrder(self, node) > 0,
  'bool IsBefore(XNode node)': (self: XNode, node: XNode | null) => compareOrder(self, node) < 0,
  'void Remove()': (self: XNode) => self.remove(),
  'void ReplaceWith(object content)': replaceWith,
  'void ReplaceWith(params object[] content)': replaceWith,
  'static bool DeepEquals(XNode n1, XNode n2)': bothNull,
  'static XNode ReadFrom(System.Xml.XmlReader reader)': readFrom,
  'override string ToString()': (self: XNode) => self.netToString(),
  'string ToString(SaveOptions options)': text,
})

export class XNodeDocumentOrderComparer {
  compare(a: XNode | null, b: XNode | null): number {
    return compareOrder(a, b)
  }
}

export class XNodeEqualityComparer {
  equals(a: XNode | null, b: XNode | null): boolean {
    return bothNull(a, b)
  }

  /** Equal trees have equal texts. */
  hashCode(node: XNode | null): number {
    return node === null ? 0 : node.nodeType
  }
}

function addFirst(self: XContainer, content: Value): void {
  insertContent(self, 0, content)
}

function replaceNodes(self: XContainer, content: Value): void {
  self.removeNodes()
  addContent(self, content)
}

export const xContainer = defineType('class System.Xml.Linq.XContainer : XNode', {
  'XNode FirstNode { get; }': (self: XContainer) => self.nodes[0] ?? null,
  'XNode LastNode { get; }': (self: XContainer) => self.nodes.at(-1) ?? null,
  'void Add(object content)': addContent,
  'void Add(params object[] content)': addContent,
  'void AddFirst(object content)': addFirst,
  'void AddFirst(params object[] content)': addFirst,
  [`${ie}<XNode> DescendantNodes()`]: (self: XContainer) => nodesOf(() => self.descendantNodes(false)),
  [`${ie}<XElement> Descendants()`]: (self: XContainer) => elementsOf(() => self.descendants(null, false)),
  [`${ie}<XElement> Descendants(XName name)`]: (self: XContainer, name: XName | null) =>
    elementsOf(byName(name, wanted => self.descendants(wanted, false))),
  'XElement Element(XName name)': (self: XContainer, name: XName | null) => (name === null ? null : self.firstElement(name)),
  [`${ie}<XElement> Elements()`]: (self: XContainer) => elementsOf(() => self.elements(null)),
  [`${ie}<XElement> Elements(XName name)`]: (self: XContainer, name: XName | null) =>
    elementsOf(byName(name, wanted => self.elements(wanted))),
  [`${ie}<XNode> Nodes()`]: (self: XContainer) => nodesOf(() => self.children()),
  'void RemoveNodes()': (self: XContainer) => self.removeNodes(),
  'void ReplaceNodes(object content)': replaceNodes,
  'void ReplaceNodes(params object[] content)': replaceNodes,
})

export const xAttribute = defineType('class System.Xml.Linq.XAttribute : XObject', {
  'new(XName name, object value)': (name: XName | null, value: Value) =>
    new XAttribute(mustHave(name, 'name'), stringValue(mustHave(value, 'value'))),
  'new(XAttribute other)': (other: XAttribute | null) => mustHave(other, 'other').clone(),
  [`static ${ie}<XAttribute> EmptySequence { get; }`]: () => attributesOf(() => [][Symbol.iterator]()),
  'bool IsNamespaceDeclaration { get; }': (self: XAttribute) => self.isNamespaceDeclaration,
  'XName Name { get; }': (self: XAttribute) => self.name,
  'XAttribute NextAttribute { get; }': (self: XAttribute) => self.next,
  'XAttribute PreviousAttribute { get; }': (self: XAttribute) => self.previous,
  'string Value { get; set; }': {
    get: (self: XAttribute) => self.value,
    set: (self: XAttribute, value: string | null) => {
      self.value = mustHave(value, 'value')
    },
  },
  'void Remove()': (self: XAttribute) => self.remove(),
  'void SetValue(object value)': (self: XAttribute, value: Value) => {
    self.value = stringValue(mustHave(value, 'value'))
  },
  'override string ToString()': (self: XAttribute) => self.netToString(),
  ...explicitOperators('XAttribute', 'attribute'),
})

const textOf = {
  get: (self: XText) => self.text,
  set: (self: XText, value: string | null) => {
    self.text = mustHave(value, 'value')
  },
}

export const leafTypes = [
  defineType('class System.Xml.Linq.XText : XNode', {
    'new(string value)': (value: string | null) => new XText(mustHave(value, 'value')),
    'new(XText other)': (other: XText | null) => mustHave(other, 'other').clone(),
    'string Value { get; set; }': textOf,
  }),
  defineType('class System.Xml.Linq.XCData : XText', {
    'new(string value)': (value: string | null) => new XCData(mustHave(value, 'value')),
    'new(XCData other)': (other: XCData | null) => mustHave(other, 'other').clone(),
  }),
  defineType('class System.Xml.Linq.XComment : XNode', {
    'new(string value)': (value: string | null) => new XComment(mustHave(value, 'value')),
    'new(XComment other)': (other: XComment | null) => mustHave(other, 'other').clone(),
    'string Value { get; set; }': {
      get: (self: XComment) => self.value,
      set: (self: XComment, value: string | null) => {
        self.value = mustHave(value, 'value')
      },
    },
  }),
  defineType('class System.Xml.Linq.XProcessingInstruction : XNode', {
    'new(string target, string data)': (target: string | null, data: string | null) =>
      new XProcessingInstruction(mustHave(target, 'target'), mustHave(data, 'data')),
    'new(XProcessingInstruction other)': (other: XProcessingInstruction | null) => mustHave(other, 'other').clone(),
    'string Target { get; set; }': {
      get: (self: XProcessingInstruction) => self.target,
      set: (self: XProcessingInstruction, value: string | null) => {
        self.target = new XProcessingInstruction(mustHave(value, 'value'), '').target
      },
    },
    'string Data { get; set; }': {
      get: (self: XProcessingInstruction) => self.data,
      set: (self: XProcessingInstruction, value: string | null) => {
        self.data = mustHave(value, 'value')
      },
    },
  }),
  defineType('class System.Xml.Linq.XDocumentType : XNode', {
    'new(string name, string publicId, string systemId, string internalSubset)': (
      name: string | null,
      publicId: string | null,
      systemId: string | null,
      subset: string | null,
    ) => new XDocumentType(XName.get(name).local, publicId, systemId, subset),
    'new(XDocumentType other)': (other: XDocumentType | null) => mustHave(other, 'other').clone(),
    'string Name { get; }': (self: XDocumentType) => self.name,
    'string PublicId { get; }': (self: XDocumentType) => self.publicId,
    'string SystemId { get; }': (self: XDocumentType) => self.systemId,
    'string InternalSubset { get; }': (self: XDocumentType) => self.internalSubset,
  }),
  defineType('class System.Xml.Linq.XNodeDocumentOrderComparer : System.Collections.Generic.IComparer<XNode>', {
    'new()': () => new XNodeDocumentOrderComparer(),
    'int Compare(XNode x, XNode y)': compareOrder2,
  }),
  defineType('class System.Xml.Linq.XNodeEqualityComparer : System.Collections.Generic.IEqualityComparer<XNode>', {
    'new()': () => new XNodeEqualityComparer(),
    'bool Equals(XNode x, XNode y)': (_: unknown, a: XNode | null, b: XNode | null) => bothNull(a, b),
    'int GetHashCode(XNode obj)': (self: XNodeEqualityComparer, node: XNode | null) => self.hashCode(node),
  }),
  defineType('class System.Xml.Linq.XDeclaration', {
    'new(string version, string encoding, string standalone)': (
      version: string | null,
      encoding: string | null,
      standalone: string | null,
    ) => new XDeclaration(version, encoding, standalone),
    'new(XDeclaration other)': (other: XDeclaration | null) => {
      const { version, encoding, standalone } = mustHave(other, 'other')
      return new XDeclaration(version, encoding, standalone)
    },
    'string Version { get; set; }': declarationPart('version'),
    'string Encoding { get; set; }': declarationPart('encoding'),
    'string Standalone { get; set; }': declarationPart('standalone'),
    'override string ToString()': (self: XDeclaration) => self.netToString(),
  }),
  constants('System.Xml.XmlNodeType', nodeType),
  constants('System.Xml.Linq.SaveOptions', { None: 0, DisableFormatting: 1, OmitDuplicateNamespaces: 2 }, true),
  constants('System.Xml.Linq.LoadOptions', { None: 0, PreserveWhitespace: 1, SetBaseUri: 2, SetLineInfo: 4 }, true),
  defineType('class System.Xml.XmlException : System.Exception', {
    'int LineNumber { get; }': (self: Error) => Number(/Line (\d+), position \d+\.$/.exec(self.message)?.[1] ?? 0),
    'int LinePosition { get; }': (self: Error) => Number(/position (\d+)\.$/.exec(self.message)?.[1] ?? 0),
  }),
]

function compareOrder2(_self: unknown, a: XNode | null, b: XNode | null): number {
  return compareOrder(a, b)
}

function declarationPart(part: 'version' | 'encoding' | 'standalone') {
  return {
    get: (self: XDeclaration) => self[part],
    set: (self: XDeclaration, value: string | null) => {
      self[part] = value
    },
  }
}
