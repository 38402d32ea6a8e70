import { spend } from '../../../types/budget.ts'
import { fail } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import type { NamedType } from '../../../types/type.ts'
import { netType } from '../../../types/values.ts'
import { nested } from '../nesting.ts'
import { sameName, type XName } from './names.ts'
import { XmlWriter } from './xml-writer.ts'

/** System.Xml.XmlNodeType, by number. */
export const nodeType = {
  None: 0,
  Element: 1,
  Attribute: 2,
  Text: 3,
  CDATA: 4,
  EntityReference: 5,
  Entity: 6,
  ProcessingInstruction: 7,
  Comment: 8,
  Document: 9,
  DocumentType: 10,
  DocumentFragment: 11,
  Notation: 12,
  Whitespace: 13,
  SignificantWhitespace: 14,
  EndElement: 15,
  EndEntity: 16,
  XmlDeclaration: 17,
} as const

/** An attribute or a node: what has a parent. */
export abstract class XObject {
  abstract readonly netName: string
  abstract readonly nodeType: number
  /** The container that holds it, a document too. */
  holder: XContainer | null = null

  /** Takes of the budget what keeping a node costs in memory: about ten bytes a step. */
  constructor(steps = 10) {
    spend(steps)
  }

  get [netType](): NamedType {
    return lookupType(`System.Xml.Linq.${this.netName}`)
  }

  /** C#'s `Parent`: an element; null below a document. */
  get parent(): XContainer | null {
    return this.holder?.isElement === true ? this.holder : null
  }

  get document(): XContainer | null {
    let top: XObject = this
    while (top.holder !== null) top = top.holder
    return top.nodeType === nodeType.Document ? (top as XContainer) : null // a document is a container
  }

  protected mustHaveHolder(): XContainer {
    return this.holder ?? fail('System.InvalidOperationException', 'The parent is missing.')
  }
}

export abstract class XNode extends XObject {
  abstract clone(): XNode
  abstract writeTo(writer: XmlWriter): void
  abstract deepEquals(other: XNode): boolean

  get isElement(): boolean {
    return false
  }

  /** `ToString()`: indented unless told otherwise. */
  netToString(): string {
    return this.toText(true, false)
  }

  toText(indented: boolean, omitDuplicates: boolean): string {
    const writer = new XmlWriter(indented, omitDuplicates)
    this.writeTo(writer)
    return writer.text
  }

  get next(): XNode | null {
    return this.holder?.nodes[this.holder.nodes.indexOf(this) + 1] ?? null
  }

  get previous(): XNode | null {
    return this.holder?.nodes[this.holder.nodes.indexOf(this) - 1] ?? null
  }

  /** Elements above, from the nearest; documents are none. */
  *ancestors(name: XName | null): Generator<XContainer> {
    for (let at = this.parent; at !== null; at = at.parent) {
      spend()
      if (name === null || sameName(at.elementName, name)) yield at
    }
  }

  *nodesAfter(): Generator<XNode> {
    if (this.holder === null) return
    const { nodes } = this.holder
    for (let i = nodes.indexOf(this) + 1; i < nodes.length; i++) {
      spend()
      yield nodes[i] as XNode // i is below the length
    }
  }

  *nodesBefore(): Generator<XNode> {
    if (this.holder === null) return
    for (const node of [...this.holder.nodes]) {
      if (node === this) return
      spend()
      yield node
    }
  }

  remove(): void {
    this.mustHaveHolder().removeNode(this)
  }

  /** The path from the top: indexes of children, for the order in the document. */
  position(): readonly number[] {
    const path: number[] = []
    for (let at: XNode = this; at.holder !== null; at = at.holder) path.unshift(at.holder.nodes.indexOf(at))
    return path
  }

  get top(): XNode {
    let top: XNode = this
    while (top.holder !== null) top = top.holder
    return top
  }
}

export abstract class XContainer extends XNode {
  readonly nodes: XNode[] = []
  /** Content that is the empty text: an element with it is written with an end tag. */
  hasEmptyText = false

  /** An element's name; null for a document. */
  get elementName(): XName | null {
    return null
  }

  /** Throws when a node may not hang here. `before`: what it would stand before, null for the end. */
  abstract validate(node: XNode, before: XNode | null): void
  /** Throws when text may not stand here. */
  abstract validateText(text: string): void

  /** Hangs a node in, as a copy when it hangs somewhere already or is this container's own top. */
  insertNode(index: number, node: XNode): XNode {
    spend()
    const own = node.holder !== null || node === this.top ? node.clone() : node
    this.validate(own, this.nodes[index] ?? null)
    own.holder = this
    if (index === this.nodes.length) this.nodes.push(own)
    else this.nodes.splice(index, 0, own)
    return own
  }

  removeNode(node: XNode): void {
    const index = this.nodes.indexOf(node)
    if (index < 0) fail('System.InvalidOperationException', 'This operation was corrupted by external code.')
    this.nodes.splice(index, 1)
    node.holder = null
    if (this.nodes.length === 0) this.hasEmptyText = false
  }

  removeNodes(): void {
    for (const node of this.nodes) node.holder = null
    this.nodes.length = 0
    this.hasEmptyText = false
  }

  *children(): Generator<XNode> {
    let node: XNode | null = this.nodes[0] ?? null
    let index = 0
    while (node !== null) {
      spend()
      yield node
      // the node may have moved meanwhile: go on from where it stands now, as .NET's linked nodes do
      if (node.holder !== this) return
      if (this.nodes[index] !== node) index = this.nodes.indexOf(node)
      node = this.nodes[++index] ?? null
    }
  }

  *elements(name: XName | null): Generator<XContainer> {
    for (const node of this.children()) if (node.isElement && matches(node, name)) yield node as XContainer // an element is one
  }

  firstElement(name: XName | null): XContainer | null {
    for (const node of this.nodes) if (node.isElement && matches(node, name)) return node as XContainer // as above
    return null
  }

  /** All below, in document order. */
  *descendantNodes(self: boolean): Generator<XNode> {
    if (self) yield this
    const open: Iterator<XNode>[] = [this.children()]
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const { value, done } = top.next()
      if (done === true) {
        open.pop()
        continue
      }
      yield value
      if (value instanceof XContainer) open.push(value.children())
    }
  }

  *descendants(name: XName | null, self: boolean): Generator<XContainer> {
    for (const node of this.descendantNodes(self)) if (node.isElement && matches(node, name)) yield node as XContainer // as above
  }

  protected copyNodes(from: XContainer): void {
    spend(from.nodes.length)
    this.hasEmptyText = from.hasEmptyText
    nested(() => {
      for (const node of from.nodes) {
        const copy = node.clone()
        copy.holder = this
        this.nodes.push(copy)
      }
    })
  }

  protected sameNodes(other: XContainer): boolean {
    const mine = this.comparedNodes()
    const theirs = other.comparedNodes()
    spend(mine.length)
    if (mine.length !== theirs.length) return false
    return nested(() => mine.every((node, i) => sameContent(node, theirs[i] as XNode | string))) // the lengths are equal
  }

  /** Its nodes with texts that stand side by side as one, as DeepEquals sees them. */
  private comparedNodes(): (XNode | string)[] {
    const seen: (XNode | string)[] = []
    for (const node of this.nodes) {
      const text = plainText(node)
      const last = seen.at(-1)
      if (text === undefined) seen.push(node)
      else if (typeof last === 'string') seen[seen.length - 1] = last + text
      else if (text !== '') seen.push(text)
    }
    return seen
  }
}

function sameContent(a: XNode | string, b: XNode | string): boolean {
  return typeof a === 'string' || typeof b === 'string' ? a === b : a.deepEquals(b)
}

function matches(node: XNode, name: XName | null): boolean {
  return name === null || sameName((node as XContainer).elementName, name) // asked of elements only
}

/** The text of a text node that is no CDATA section. */
function plainText(node: XNode): string | undefined {
  return node.nodeType === nodeType.Text ? (node as XNode & { readonly text: string }).text : undefined // a text node has it
}
