import { fail } from '../../../types/exceptions.ts'
import { nodeType, XNode } from './nodes.ts'
import type { XmlWriter } from './xml-writer.ts'

export class XText extends XNode {
  override readonly netName: string = 'XText'
  override readonly nodeType: number = nodeType.Text
  text: string

  constructor(text: string) {
    super()
    this.text = text
  }

  override clone(): XText {
    return new XText(this.text)
  }

  override writeTo(writer: XmlWriter): void {
    if (this.holder !== null && this.holder.nodeType === nodeType.Document) writer.whitespace(this.text)
    else writer.string(this.text)
  }

  override deepEquals(other: XNode): boolean {
    return other instanceof XText && other.nodeType === this.nodeType && other.text === this.text
  }
}

export class XCData extends XText {
  override readonly netName = 'XCData'
  override readonly nodeType = nodeType.CDATA

  override clone(): XCData {
    return new XCData(this.text)
  }

  override writeTo(writer: XmlWriter): void {
    writer.cdata(this.text)
  }
}

export class XComment extends XNode {
  override readonly netName = 'XComment'
  override readonly nodeType = nodeType.Comment
  value: string

  constructor(value: string) {
    super()
    this.value = value
  }

  override clone(): XComment {
    return new XComment(this.value)
  }

  override writeTo(writer: XmlWriter): void {
    writer.comment(this.value)
  }

  override deepEquals(other: XNode): boolean {
    return other instanceof XComment && other.value === this.value
  }
}

export class XProcessingInstruction extends XNode {
  override readonly netName = 'XProcessingInstruction'
  override readonly nodeType = nodeType.ProcessingInstruction
  target: string
  data: string

  constructor(target: string, data: string) {
    super()
    if (target.toLowerCase() === 'xml')
      fail('System.ArgumentException', `'${target}' is an invalid name for a processing instruction.`)
    this.target = target
    this.data = data
  }

  override clone(): XProcessingInstruction {
    return new XProcessingInstruction(this.target, this.data)
  }

  override writeTo(writer: XmlWriter): void {
    writer.instruction(this.target, this.data)
  }

  override deepEquals(other: XNode): boolean {
    return other instanceof XProcessingInstruction && other.target === this.target && other.data === this.data
  }
}

export class XDocumentType extends XNode {
  override readonly netName = 'XDocumentType'
  override readonly nodeType = nodeType.DocumentType
  name: string
  publicId: string | null
  systemId: string | null
  internalSubset: string | null

  constructor(name: string, publicId: string | null, systemId: string | null, internalSubset: string | null) {
    super()
    this.name = name
    this.publicId = publicId
    this.systemId = systemId
    this.internalSubset = internalSubset
  }

  override clone(): XDocumentType {
    return new XDocumentType(this.name, this.publicId, this.systemId, this.internalSubset)
  }

  override writeTo(writer: XmlWriter): void {
    const ids =
      this.publicId !== null
        ? ` PUBLIC "${this.publicId}" "${this.systemId ?? ''}"`
        : this.systemId !== null
          ? ` SYSTEM "${this.systemId}"`
          : ''
    const subset = this.internalSubset === null ? '' : `[${this.internalSubset}]`
    writer.documentType(`<!DOCTYPE ${this.name}${ids === '' ? ' ' : ids}${subset}>`)
  }

  override deepEquals(other: XNode): boolean {
    if (!(other instanceof XDocumentType)) return false
    return (
      other.name === this.name &&
      other.publicId === this.publicId &&
      other.systemId === this.systemId &&
      other.internalSubset === this.internalSubset
    )
  }
}
