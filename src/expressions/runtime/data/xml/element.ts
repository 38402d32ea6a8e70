import { spend } from '../../../types/budget.ts'
import { fail } from '../../../types/exceptions.ts'
import { nested } from '../nesting.ts'
import { XText } from './leaves.ts'
import { sameName, type XName, XNamespace, xmlNamespace, xmlnsNamespace } from './names.ts'
import { nodeType, XContainer, type XNode, XObject } from './nodes.ts'
import { escapeAttribute, XmlWriter } from './xml-writer.ts'

export class XAttribute extends XObject {
  override readonly netName = 'XAttribute'
  override readonly nodeType = nodeType.Attribute
  readonly name: XName
  #value: string

  constructor(name: XName, value: string) {
    super()
    checkDeclaration(name, value)
    this.name = name
    this.#value = value
  }

  get value(): string {
    return this.#value
  }

  set value(value: string) {
    checkDeclaration(this.name, value)
    this.#value = value
  }

  get isNamespaceDeclaration(): boolean {
    return this.name.namespace.name === xmlnsNamespace || (this.name.namespace.name === '' && this.name.local === 'xmlns')
  }

  get siblings(): readonly XAttribute[] {
    return this.holder instanceof XElement ? this.holder.attributes : []
  }

  get next(): XAttribute | null {
    return this.siblings[this.siblings.indexOf(this) + 1] ?? null
  }

  get previous(): XAttribute | null {
    return this.siblings[this.siblings.indexOf(this) - 1] ?? null
  }

  clone(): XAttribute {
    return new XAttribute(this.name, this.value)
  }

  remove(): void {
    const holder = this.mustHaveHolder()
    if (holder instanceof XElement) holder.removeAttribute(this)
  }

  /** As .NET prints it alone: a prefix that nothing here declares is made up, and not declared. */
  netToString(): string {
    const namespace = this.name.namespace.name
    const holder = this.holder instanceof XElement ? this.holder : null
    const prefix =
      namespace === ''
        ? ''
        : namespace === xmlNamespace
          ? 'xml'
          : namespace === xmlnsNamespace
            ? 'xmlns'
            : (holder?.prefixOf(namespace) ?? 'p0')
    return `${prefix === '' ? '' : `${prefix}:`}${this.name.local}="${escapeAttribute(this.value)}"`
  }
}

function checkDeclaration(name: XName, value: string): void {
  const bad = (message: string) => fail('System.ArgumentException', message)
  if (name.namespace.name === xmlnsNamespace) {
    if (value === '') bad(`The prefix '${name.local}' cannot be bound to the empty namespace name.`)
    if (value === xmlNamespace && name.local !== 'xml')
      bad(
        "The prefix 'xml' is bound to the namespace name 'http://www.w3.org/XML/1998/namespace'. Other prefixes must not be bound to this namespace name, and it must not be declared as the default namespace.",
      )
    if (value === xmlnsNamespace)
      bad(
        "The prefix 'xmlns' is bound to the namespace name 'http://www.w3.org/2000/xmlns/'. It must not be declared. Other prefixes must not be bound to this namespace name, and it must not be declared as the default namespace.",
      )
    if (name.local === 'xml' && value !== xmlNamespace)
      bad(
        "The prefix 'xml' is bound to the namespace name 'http://www.w3.org/XML/1998/namespace'. Other prefixes must not be bound to this namespace name, and it must not be declared as the default namespace.",
      )
    if (name.local === 'xmlns')
      bad(
        "The prefix 'xmlns' is bound to the namespace name 'http://www.w3.org/2000/xmlns/'. It must not be declared. Other prefixes must not be bound to this namespace name, and it must not be declared as the default namespace.",
      )
  } else if (name.namespace.name === '' && name.local === 'xmlns') {
    if (value === xmlNamespace || value === xmlnsNamespace)
      bad(
        `The prefix 'xml' is bound to the namespace name '${value}'. Other prefixes must not be bound to this namespace name, and it must not be declared as the default namespace.`,
      )
  }
}

export class XElement extends XContainer {
  override readonly netName = 'XElement'
  override readonly nodeType = nodeType.Element
  name: XName
  readonly attributes: XAttribute[] = []

  constructor(name: XName) {
    super(30)
    this.name = name
  }

  override get isElement(): boolean {
    return true
  }

  override get elementName(): XName {
    return this.name
  }

  get isEmpty(): boolean {
    return this.nodes.length === 0 && !this.hasEmptyText
  }

  /** All text below. */
  get value(): string {
    if (this.nodes.length === 1 && this.nodes[0] instanceof XText) return this.nodes[0].text
    let value = ''
    for (const node of this.descendantNodes(false)) {
      if (!(node instanceof XText)) continue
      spend(node.text.length >> 4)
      value += node.text
    }
    return value
  }

  set value(text: string) {
    this.removeNodes()
    this.addText(text)
  }

  override validate(node: XNode): void {
    if (node.nodeType === nodeType.Document || node.nodeType === nodeType.DocumentType) {
      fail(
        'System.ArgumentException',
        `A node of type ${node.nodeType === nodeType.Document ? 'Document' : 'DocumentType'} cannot be added to content.`,
      )
    }
  }

  override validateText(): void {}

  /** Text as content: it joins a text that stands last. */
  addText(text: string): void {
    spend(text.length >> 4)
    const last = this.nodes.at(-1)
    if (text === '') {
      if (this.nodes.length === 0) this.hasEmptyText = true
    } else if (last instanceof XText && last.nodeType === nodeType.Text) last.text += text
    else this.insertNode(this.nodes.length, new XText(text))
  }

  attribute(name: XName): XAttribute | null {
    return this.attributes.find(each => sameName(each.name, name)) ?? null
  }

  addAttribute(attribute: XAttribute): void {
    spend()
    const own = attribute.holder !== null ? attribute.clone() : attribute
    if (this.attribute(own.name) !== null) fail('System.InvalidOperationException', 'Duplicate attribute.')
    own.holder = this
    this.attributes.push(own)
  }

  removeAttribute(attribute: XAttribute): void {
    const index = this.attributes.indexOf(attribute)
    if (index < 0) return
    this.attributes.splice(index, 1)
    attribute.holder = null
  }

  removeAttributes(): void {
    for (const attribute of this.attributes) attribute.holder = null
    this.attributes.length = 0
  }

  override clone(): XElement {
    const copy = new XElement(this.name)
    for (const attribute of this.attributes) copy.addAttribute(attribute.clone())
    copy.copyNodes(this)
    return copy
  }

  override writeTo(writer: XmlWriter): void {
    writer.startElement(
      this.name.local,
      this.name.namespace.name,
      this.attributes.map(({ name, value }) => ({ local: name.local, namespace: name.namespace.name, value })),
    )
    if (this.hasEmptyText && this.nodes.length === 0) writer.string('')
    nested(() => {
      for (const node of this.nodes) node.writeTo(writer)
    })
    writer.endElement(!this.isEmpty)
  }

  override toText(indented: boolean, omitDuplicates: boolean): string {
    const writer = new XmlWriter(indented, omitDuplicates)
    for (const above of [...this.ancestors(null)].reverse()) {
      for (const { prefix, uri } of declarationsOf(above as XElement)) writer.inherit(prefix, uri) // ancestors are elements
    }
    this.writeTo(writer)
    return writer.text
  }

  override deepEquals(other: XNode): boolean {
    if (!(other instanceof XElement) || !sameName(this.name, other.name)) return false
    if (this.attributes.length !== other.attributes.length) return false
    const same = this.attributes.every(
      (mine, i) => sameName(mine.name, other.attributes[i]?.name ?? null) && mine.value === other.attributes[i]?.value,
    )
    return same && this.isEmpty === other.isEmpty && this.sameNodes(other)
  }

  /** The namespace that a prefix means here; null when it means none. The empty prefix is the default namespace's. */
  namespaceOf(prefix: string): XNamespace | null {
    for (let at: XContainer | null = this; at !== null; at = at.parent) {
      const found = declarationsOf(at as XElement).find(each => each.prefix === prefix) // parents are elements
      if (found !== undefined) return new XNamespace(found.uri)
    }
    if (prefix === 'xml') return new XNamespace(xmlNamespace)
    return prefix === 'xmlns' ? new XNamespace(xmlnsNamespace) : null
  }

  /** A prefix that means the namespace here; null when there is none. */
  prefixOf(namespace: string): string | null {
    for (let at: XContainer | null = this; at !== null; at = at.parent) {
      for (const { prefix, uri } of declarationsOf(at as XElement)) {
        // parents are elements
        if (uri === namespace && prefix !== '' && this.namespaceOf(prefix)?.name === namespace) return prefix
      }
    }
    if (namespace === xmlNamespace) return 'xml'
    return namespace === xmlnsNamespace ? 'xmlns' : null
  }
}

function declarationsOf(element: XElement): readonly { readonly prefix: string; readonly uri: string }[] {
  return element.attributes
    .filter(each => each.isNamespaceDeclaration)
    .map(({ name, value }) => ({ prefix: name.namespace.name === '' ? '' : name.local, uri: value }))
}
