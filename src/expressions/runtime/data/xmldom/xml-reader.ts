import { spend } from '../../../types/budget.ts'
import { fail } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import { netType } from '../../../types/values.ts'
import { required } from '../json/required.ts'
import type { XDocument } from '../xml/document.ts'
import { XElement } from '../xml/element.ts'
import { XText } from '../xml/leaves.ts'
import { nodeType, XContainer, type XNode } from '../xml/nodes.ts'
import { DomNode } from './dom.ts'

interface Position {
  readonly node: XNode
  readonly isEnd: boolean
  readonly depth: number
}

/** System.Xml.XmlReader: walks a document that was read before. */
export class NetXmlReader {
  readonly #positions: readonly Position[]
  #at = -1

  constructor(document: XDocument) {
    const positions: Position[] = []
    walk(document, 0, positions)
    this.#positions = positions
  }

  get [netType]() {
    return lookupType('System.Xml.XmlReader')
  }

  get #here(): Position | undefined {
    return this.#positions[this.#at]
  }

  get node(): XNode | undefined {
    return this.#here?.node
  }

  get atEnd(): boolean {
    return this.#at >= this.#positions.length
  }

  get depth(): number {
    return this.#here?.depth ?? 0
  }

  get nodeType(): number {
    const here = this.#here
    if (here === undefined) return nodeType.None
    if (here.isEnd) return nodeType.EndElement
    if (here.node instanceof XText && here.node.nodeType === nodeType.Text && /^[ \t\r\n]*$/.test(here.node.text))
      return nodeType.Whitespace
    return here.node.nodeType
  }

  get name(): string {
    return this.node instanceof XElement ? (DomNode.of(this.node)?.name ?? '') : ''
  }

  get element(): XElement | undefined {
    return this.node instanceof XElement ? this.node : undefined
  }

  read(): boolean {
    spend()
    if (this.#at < this.#positions.length) this.#at++
    return this.#at < this.#positions.length
  }

  /** Past blanks, comments and instructions; the type of what stands there. */
  moveToContent(): number {
    if (this.#at < 0) this.read()
    const passed: readonly number[] = [
      nodeType.Whitespace,
      nodeType.Comment,
      nodeType.ProcessingInstruction,
      nodeType.DocumentType,
    ]
    while (passed.includes(this.nodeType)) this.read()
    return this.nodeType
  }

  /** Behind the node and all that it holds. */
  skip(): void {
    const here = this.#here
    if (here === undefined) return
    if (here.node instanceof XElement && !here.isEnd && !here.node.isEmpty) {
      while (!(this.#here?.isEnd === true && this.#here.node === here.node) && this.read());
    }
    this.read()
  }

  /** To the next element of that qualified name; `within` an element, or anywhere behind. */
  readTo(name: string, within: boolean): boolean {
    const depth = this.depth
    while (this.read()) {
      if (within && this.depth <= depth) return false
      if (this.nodeType === nodeType.Element && this.name === name) return true
    }
    return false
  }

  /** The text of the element that it stands on, which may hold no elements; then it stands behind. */
  elementText(): string {
    const { element } = this
    if (element === undefined || this.nodeType !== nodeType.Element)
      return fail(
        'System.InvalidOperationException',
        `The ReadElementContentAsString method is not supported on node type ${this.nodeType}.`,
      )
    if (element.firstElement(null) !== null)
      return fail('System.Xml.XmlException', `Element '${element.name.local}' was not found.`)
    this.skip()
    return element.value
  }
}

function walk(container: XContainer, depth: number, positions: Position[]): void {
  for (const node of container.nodes) {
    spend()
    positions.push({ node, isEnd: false, depth })
    if (!(node instanceof XContainer)) continue
    walk(node, depth + 1, positions)
    if (node instanceof XElement && !node.isEmpty) positions.push({ node, isEnd: true, depth })
  }
}

/** `XNode.ReadFrom(reader)`: the node that it stands on, as a tree of its own. */
export function readFrom(reader: NetXmlReader | null) {
  const { node } = required(reader, 'reader')
  if (node === undefined) return fail('System.InvalidOperationException', 'The XmlReader state should be Interactive.')
  const copy = node.clone()
  required(reader, 'reader').skip()
  return copy
}
