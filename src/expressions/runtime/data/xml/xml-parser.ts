import { SaxesParser, type SaxesTagNS } from 'saxes'
import { spend } from '../../../types/budget.ts'
import { fail } from '../../../types/exceptions.ts'
import { XDeclaration, XDocument } from './document.ts'
import { XAttribute, XElement } from './element.ts'
import { XCData, XComment, XDocumentType, XProcessingInstruction, XText } from './leaves.ts'
import { XName, XNamespace, xmlnsNamespace } from './names.ts'
import type { XContainer, XNode } from './nodes.ts'

/** Deeper documents are refused: every walk over a tree recurses. */
const maxDepth = 400
/** As APIM caps what it buffers; characters. */
const maxLength = 64 * 1024 * 1024

const blank = /^[ \t\r\n]*$/

/**
 * Reads XML as `XDocument.Parse` does. White space between tags is dropped unless it is kept, or `xml:space` says so. Entities
 * but XML's own five are undeclared, whatever the document type says: nothing is fetched, nothing expands.
 */
export function parseDocument(text: string, keepBlanks: boolean): XDocument {
  return new DocumentReader(keepBlanks).read(text)
}

/** `XElement.Parse`: the root, without its document. */
export function parseElement(text: string, keepBlanks: boolean): XElement {
  const root = parseDocument(text, keepBlanks).root
  if (root === null) return noRoot()
  root.remove()
  return root
}

function noRoot(): never {
  return fail('System.Xml.XmlException', 'Root element is missing.')
}

class DocumentReader {
  readonly #keepBlanks: boolean
  readonly #document = new XDocument()
  readonly #parser = new SaxesParser({ xmlns: true, position: true })
  readonly #preserve: boolean[] = []
  readonly #spaced = new SpacedNamespaces()
  #current: XContainer = this.#document
  /** .NET takes any text that may stand in an attribute for the encoding, of which it makes nothing. */
  #oddEncoding = false

  constructor(keepBlanks: boolean) {
    this.#keepBlanks = keepBlanks
    const parser = this.#parser
    parser.on('error', error => {
      if (!this.#oddEncoding || !error.message.includes('encoding value must match')) this.#fail(error.message)
    })
    parser.on('xmldecl', ({ version, encoding, standalone }) => {
      this.#document.declaration = new XDeclaration(version ?? null, encoding ?? null, standalone ?? null)
    })
    parser.on('doctype', doctype => this.#add(documentType(doctype)))
    parser.on('opentag', tag => this.#open(tag))
    parser.on('closetag', tag => this.#close(tag))
    parser.on('text', text => this.#text(text))
    parser.on('cdata', text => this.#add(new XCData(text)))
    parser.on('comment', text => this.#add(new XComment(text)))
    parser.on('processinginstruction', ({ target, body }) => this.#add(new XProcessingInstruction(target, body)))
  }

  read(text: string): XDocument {
    if (text.length > maxLength) this.#fail('The document is too large')
    spend(text.length >> 2)
    if (text === '' || blank.test(text)) noRoot()
    this.#oddEncoding = /^<\?xml[^?]*?encoding\s*=\s*(?:"[^"'<>&]*"|'[^'"<>&]*')/.test(text.slice(0, 1000))
    this.#parser.write(text).close()
    if (this.#document.root === null) noRoot()
    return this.#document
  }

  #fail(message: string): never {
    const { line, columnIndex } = this.#parser
    return fail('System.Xml.XmlException', `${sentence(message)} Line ${line}, position ${columnIndex + 1}.`)
  }

  #add(node: XNode): void {
    spend()
    node.holder = this.#current
    this.#current.nodes.push(node)
  }

  #text(text: string): void {
    const preserve = this.#keepBlanks || this.#preserve.at(-1) === true
    if (!preserve && blank.test(text)) return
    this.#add(new XText(text))
  }

  #open(tag: SaxesTagNS): void {
    if (this.#preserve.length >= maxDepth) this.#fail('The document is nested too deep')
    const attributes = Object.values(tag.attributes)
    this.#spaced.open(attributes)
    const element = new XElement(new XName(tag.local, new XNamespace(this.#spaced.uriOf(tag))))
    let preserve = this.#preserve.at(-1) ?? false
    for (const attribute of attributes) {
      const { local, prefix, value } = attribute
      const uri = prefix === '' ? attribute.uri : this.#spaced.uriOf(attribute)
      const isDefault = prefix === 'xmlns' && local === ''
      const plain = uri === xmlnsNamespace && (prefix === '' || isDefault)
      element.addAttribute(new XAttribute(new XName(plain ? 'xmlns' : local, new XNamespace(plain ? '' : uri)), value))
      if (prefix === 'xml' && local === 'space') preserve = value === 'preserve'
    }
    this.#add(element)
    this.#preserve.push(preserve)
    this.#current = element
  }

  #close(tag: SaxesTagNS): void {
    this.#preserve.pop()
    this.#spaced.close()
    const element = this.#current
    if (!tag.isSelfClosing && element.nodes.length === 0) element.hasEmptyText = true
    this.#current = element.holder ?? this.#document
  }
}

interface Named {
  readonly prefix: string
  readonly local: string
  readonly uri: string
}

/** The parser trims the names of namespaces; .NET takes them with the spaces that an author left around them. */
class SpacedNamespaces {
  /** What each open element declares, from the outermost in. */
  readonly #levels: (ReadonlyMap<string, string> | undefined)[] = []
  #used = false

  open(attributes: readonly (Named & { readonly value: string })[]): void {
    const declared = attributes.filter(({ uri }) => uri === xmlnsNamespace)
    this.#used ||= declared.some(({ value }) => value !== value.trim())
    this.#levels.push(
      declared.length === 0 ? undefined : new Map(declared.map(each => [each.prefix === 'xmlns' ? each.local : '', each.value])),
    )
  }

  close(): void {
    this.#levels.pop()
  }

  uriOf({ prefix, uri }: Named): string {
    if (!this.#used || prefix === 'xmlns') return uri
    return this.#levels.findLast(level => level?.has(prefix))?.get(prefix) ?? uri
  }
}

/** The parser's complaint, without its own idea of the place, as a sentence. */
function sentence(message: string): string {
  const text = message.replace(/^[^:]*?\d+:\d+: /, '')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`
}

const doctypeForm =
  /^\s*([^\s[]+)\s*(?:PUBLIC\s*(?:"([^"]*)"|'([^']*)')\s*(?:"([^"]*)"|'([^']*)')|SYSTEM\s*(?:"([^"]*)"|'([^']*)'))?\s*(?:\[([\s\S]*)\])?\s*$/

function documentType(text: string): XDocumentType {
  const match = doctypeForm.exec(text)
  if (match === null) return fail('System.Xml.XmlException', 'The document type declaration is not valid.')
  const first = (...groups: readonly number[]) => groups.map(group => match[group]).find(found => found !== undefined) ?? null
  return new XDocumentType(match[1] ?? '', first(2, 3), first(4, 5, 6, 7), match[8] ?? '')
}
