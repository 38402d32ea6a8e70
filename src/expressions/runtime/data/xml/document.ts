import { fail } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import { netType } from '../../../types/values.ts'
import { nested } from '../nesting.ts'
import { XElement } from './element.ts'
import { XDocumentType, XText } from './leaves.ts'
import { nodeType, XContainer, type XNode } from './nodes.ts'
import type { XmlWriter } from './xml-writer.ts'

/** `<?xml version="1.0" …?>` */
export class XDeclaration {
  version: string | null
  encoding: string | null
  standalone: string | null

  constructor(version: string | null, encoding: string | null, standalone: string | null) {
    this.version = version
    this.encoding = encoding
    this.standalone = standalone
  }

  get [netType]() {
    return lookupType('System.Xml.Linq.XDeclaration')
  }

  netToString(): string {
    const part = (name: string, value: string | null) => (value === null ? '' : ` ${name}="${value}"`)
    return `<?xml${part('version', this.version)}${part('encoding', this.encoding)}${part('standalone', this.standalone)}?>`
  }
}

const blank = /^[ \t\r\n]*$/

export class XDocument extends XContainer {
  override readonly netName = 'XDocument'
  override readonly nodeType = nodeType.Document
  declaration: XDeclaration | null = null

  get root(): XElement | null {
    return this.nodes.find(node => node instanceof XElement) ?? null
  }

  get documentType(): XDocumentType | null {
    return this.nodes.find(node => node instanceof XDocumentType) ?? null
  }

  override validate(node: XNode, before: XNode | null): void {
    if (node instanceof XElement) {
      if (this.root !== null || (before !== null && this.hasAfter(before, XDocumentType))) wrongStructure()
    } else if (node instanceof XDocumentType) {
      const root = this.root
      if (
        this.documentType !== null ||
        (root !== null && (before === null || this.nodes.indexOf(before) > this.nodes.indexOf(root)))
      )
        wrongStructure()
    } else if (node.nodeType === nodeType.Document || node.nodeType === nodeType.CDATA) {
      fail(
        'System.ArgumentException',
        `A node of type ${node.nodeType === nodeType.Document ? 'Document' : 'CDATA'} cannot be added to content.`,
      )
    } else if (node instanceof XText) this.validateText(node.text)
  }

  private hasAfter(node: XNode, type: typeof XDocumentType): boolean {
    return this.nodes.slice(this.nodes.indexOf(node)).some(each => each instanceof type)
  }

  override validateText(text: string): void {
    if (!blank.test(text)) fail('System.ArgumentException', 'Non-whitespace characters cannot be added to content.')
  }

  override clone(): XDocument {
    const copy = new XDocument()
    if (this.declaration !== null)
      copy.declaration = new XDeclaration(this.declaration.version, this.declaration.encoding, this.declaration.standalone)
    copy.copyNodes(this)
    return copy
  }

  override writeTo(writer: XmlWriter): void {
    nested(() => {
      for (const node of this.nodes) node.writeTo(writer)
    })
  }

  override deepEquals(other: XNode): boolean {
    return other instanceof XDocument && this.sameNodes(other)
  }
}

function wrongStructure(): never {
  return fail('System.InvalidOperationException', 'This operation would create an incorrectly structured document.')
}
