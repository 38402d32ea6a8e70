import { fail } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import type { NamedType } from '../../../types/type.ts'
import { netType, type Value } from '../../../types/values.ts'
import { XDocument } from '../xml/document.ts'
import { XAttribute, XElement } from '../xml/element.ts'
import { XText } from '../xml/leaves.ts'
import { XName, XNamespace } from '../xml/names.ts'
import { nodeType, XContainer, XNode } from '../xml/nodes.ts'
import { parseDocument } from '../xml/xml-parser.ts'
import { type Prefixes, selectNodes, stringOf } from './xpath.ts'
import type { Item } from './xpath-axes.ts'

/** System.Xml's XmlNode and all below it: a view on a tree of System.Xml.Linq. Two views of a node are the same node. */
export class DomNode {
  readonly item: Item

  private constructor(item: Item) {
    this.item = item
  }

  static of(item: Item | null): DomNode | null {
    return item === null ? null : new DomNode(item)
  }

  static document(): DomNode {
    return new DomNode(new XDocument())
  }

  get [netType](): NamedType {
    return lookupType(`System.Xml.${typeNames.get(this.item.nodeType) ?? 'XmlNode'}`)
  }

  netEquals(other: Value): boolean {
    return other instanceof DomNode && other.item === this.item
  }

  netHashCode(): number {
    return this.item.nodeType
  }

  load(xml: string, keepBlanks: boolean): void {
    const document = this.item
    if (!(document instanceof XDocument)) return
    document.removeNodes()
    const parsed = parseDocument(xml, keepBlanks)
    document.declaration = parsed.declaration
    for (const node of [...parsed.nodes]) {
      node.remove()
      document.insertNode(document.nodes.length, node)
    }
  }

  get name(): string {
    const { item } = this
    if (item instanceof XElement || item instanceof XAttribute) return qualified(item)
    return fixedNames.get(item.nodeType) ?? ''
  }

  get localName(): string {
    return this.item instanceof XElement || this.item instanceof XAttribute ? this.item.name.local : this.name
  }

  get namespaceUri(): string {
    return this.item instanceof XElement || this.item instanceof XAttribute ? this.item.name.namespace.name : ''
  }

  get value(): string | null {
    return this.item instanceof XContainer ? null : stringOf(this.item)
  }

  set value(text: string | null) {
    const { item } = this
    if (item instanceof XAttribute) item.value = text ?? ''
    else if (item instanceof XText) item.text = text ?? ''
    else fail('System.InvalidOperationException', "Cannot set a value on node type 'Element'.")
  }

  get text(): string {
    return stringOf(this.item)
  }

  set text(text: string | null) {
    const { item } = this
    if (item instanceof XElement) item.value = text ?? ''
    else this.value = text
  }

  get outerXml(): string {
    const { item } = this
    if (item instanceof XAttribute) return item.netToString()
    const declaration = item instanceof XDocument ? (item.declaration?.netToString() ?? '') : ''
    return declaration + item.toText(false, false)
  }

  get innerXml(): string {
    const { item } = this
    if (item instanceof XDocument) return this.outerXml
    if (item instanceof XContainer) return item.nodes.map(node => node.toText(false, false)).join('')
    return stringOf(item)
  }

  get children(): readonly DomNode[] {
    return this.item instanceof XContainer ? this.item.nodes.map(node => new DomNode(node)) : []
  }

  get parent(): DomNode | null {
    return this.item instanceof XAttribute ? null : DomNode.of(this.item.holder)
  }

  sibling(by: 1 | -1): DomNode | null {
    if (!(this.item instanceof XNode)) return null
    return DomNode.of(by === 1 ? this.item.next : this.item.previous)
  }

  get owner(): DomNode | null {
    return this.item.document === null ? null : new DomNode(this.item.document)
  }

  get attributes(): readonly DomNode[] | null {
    return this.item instanceof XElement ? this.item.attributes.map(attribute => new DomNode(attribute)) : null
  }

  attribute(name: string): DomNode | null {
    return this.attributes?.find(each => each.name === name) ?? null
  }

  setAttribute(name: string, value: string): void {
    if (!(this.item instanceof XElement)) return
    const known = this.attribute(name)
    if (known !== null) known.value = value
    else this.item.addAttribute(new XAttribute(XName.get(name), value))
  }

  select(xpath: string, prefixes: Prefixes): readonly DomNode[] {
    return selectNodes(xpath, this.item, prefixes).map(item => new DomNode(item))
  }

  /** Elements below of that qualified name; `*` for all. */
  named(name: string): readonly DomNode[] {
    if (!(this.item instanceof XContainer)) return []
    return [...this.item.descendants(null, false)]
      .map(element => new DomNode(element))
      .filter(each => name === '*' || each.name === name)
  }

  append(child: DomNode): DomNode {
    const parent = this.container()
    if (!(child.item instanceof XNode))
      return fail(
        'System.InvalidOperationException',
        'The specified node cannot be inserted as the valid child of this node, because the specified node is the wrong type.',
      )
    if (child.item.holder !== null) child.item.remove()
    parent.insertNode(parent.nodes.length, child.item)
    return child
  }

  removeChild(child: DomNode): DomNode {
    if (!(child.item instanceof XNode) || child.item.holder !== this.item)
      return fail('System.ArgumentException', 'The node to be removed is not a child of this node.')
    child.item.remove()
    return child
  }

  removeAll(): void {
    this.container().removeNodes()
    if (this.item instanceof XElement) this.item.removeAttributes()
  }

  private container(): XContainer {
    return this.item instanceof XContainer
      ? this.item
      : fail('System.InvalidOperationException', 'The current node cannot contain other nodes.')
  }

  static element(name: string, namespace: string): DomNode {
    const local = name.slice(name.indexOf(':') + 1)
    const element = new XElement(new XNamespace(namespace).named(local))
    if (local !== name && namespace !== '')
      element.addAttribute(
        new XAttribute(new XNamespace('http://www.w3.org/2000/xmlns/').named(name.slice(0, name.indexOf(':'))), namespace),
      )
    return new DomNode(element)
  }

  static text(text: string): DomNode {
    return new DomNode(new XText(text))
  }
}

function qualified(item: XElement | XAttribute): string {
  const { local, namespace } = item.name
  if (item instanceof XAttribute && item.isNamespaceDeclaration) return namespace.name === '' ? 'xmlns' : `xmlns:${local}`
  const element = item instanceof XElement ? item : item.holder
  if (namespace.name === '' || !(element instanceof XElement)) return local
  if (item instanceof XElement && element.namespaceOf('')?.name === namespace.name) return local
  const prefix = element.prefixOf(namespace.name)
  return prefix === null ? local : `${prefix}:${local}`
}

const typeNames: ReadonlyMap<number, string> = new Map<number, string>([
  [nodeType.Element, 'XmlElement'],
  [nodeType.Attribute, 'XmlAttribute'],
  [nodeType.Text, 'XmlText'],
  [nodeType.CDATA, 'XmlCDataSection'],
  [nodeType.Comment, 'XmlComment'],
  [nodeType.Document, 'XmlDocument'],
])

const fixedNames: ReadonlyMap<number, string> = new Map<number, string>([
  [nodeType.Text, '#text'],
  [nodeType.CDATA, '#cdata-section'],
  [nodeType.Comment, '#comment'],
  [nodeType.Document, '#document'],
])
