import { SaxesParser } from 'saxes'
import type { Diagnostic } from '../../catalog/diagnostic.ts'
import { type ScannedMarkup, type ScannedTag, type ScannedText, type ScannedValue, scanMarkup } from './scan-markup.ts'
import { decodeEntities, LineIndex, SourceBuilder, SourceText } from './source-text.ts'

/** Policy documents have at most 256 KiB in API Management; this leaves room and keeps a reader's work bounded. */
const maxLength = 1_048_576
const maxDepth = 100

/** Text or an attribute's value: what was written, and whether it is an expression (then with its `@( )` or `@{ }`). */
export interface PolicyText {
  readonly kind: 'literal' | 'expression'
  readonly source: SourceText
}

export interface PolicyAttribute {
  readonly name: string
  /** Offset of its name in the file. */
  readonly offset: number
  readonly value: PolicyText
}

export interface PolicyElement {
  readonly name: string
  /** Offset of its `<` in the file. */
  readonly offset: number
  readonly attributes: readonly PolicyAttribute[]
  readonly children: readonly PolicyElement[]
  /** Its own text, comments left out and entities decoded; undefined when there is none but blanks. */
  readonly text?: PolicyText
  /** All between its tags, as it stands in the file. */
  readonly inner: SourceText
  /** The element itself with its tags, as it stands in the file. */
  readonly outer: SourceText
}

export interface PolicyFile {
  readonly file: string
  readonly lines: LineIndex
  /** The elements outside any other: one in a whole document, several in a bare snippet. */
  readonly roots: readonly PolicyElement[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads a policy file as people write them: XML with C# in it, unescaped. Every fault with its place; never throws. */
export function readPolicy(file: string, content: string): PolicyFile {
  const text = content.startsWith('\uFEFF') ? content.slice(1) : content
  const lines = new LineIndex(text)
  if (text.length > maxLength) {
    return { file, lines, roots: [], diagnostics: [{ ...tooLarge, file, line: 1, column: 1 }] }
  }
  const scanned = scanMarkup(text)
  const built = new TreeBuilder(text, scanned).build()
  const faults = [...scanned.faults, ...built.faults, ...built.omissions].sort((a, b) => a.offset - b.offset)
  const diagnostics = faults.map(({ offset, code, message, mend }): Diagnostic => {
    return { file, ...lines.position(offset), severity: 'error', code, message, mend }
  })
  return { file, lines, roots: built.faults.length === 0 ? built.roots : [], diagnostics }
}

const tooLarge = {
  severity: 'error',
  code: 'policy.too-large',
  message: `a policy document has at most ${maxLength} characters`,
  mend: 'move parts of it into policy fragments',
} as const

interface OpenElement {
  readonly name: string
  readonly tag: ScannedTag
  readonly attributes: readonly PolicyAttribute[]
  readonly children: PolicyElement[]
  readonly texts: ScannedText[]
}

interface XmlFault {
  readonly offset: number
  readonly code: string
  readonly message: string
  readonly mend: string
}

/** Lets the XML parser check and build the tree; offsets come from the scan, whose tags come in the same order. */
class TreeBuilder {
  readonly #text: string
  readonly #scanned: ScannedMarkup
  readonly #stack: OpenElement[] = []
  readonly #roots: PolicyElement[] = []
  readonly #faults: XmlFault[] = []
  readonly #omissions: XmlFault[] = []
  #opened = 0
  #closed = 0
  #texts = 0

  constructor(text: string, scanned: ScannedMarkup) {
    this.#text = text
    this.#scanned = scanned
  }

  build(): { roots: readonly PolicyElement[]; faults: readonly XmlFault[]; omissions: readonly XmlFault[] } {
    const parser = new SaxesParser({ fragment: true, position: true })
    parser.on('error', error => this.#fault(parser.position - 1, error.message.replace(/^(?:[^:\s]*:)?\d+:\d+: /, '')))
    parser.on('opentag', tag => this.#open(tag.name, Object.keys(tag.attributes), tag.isSelfClosing))
    parser.on('closetag', tag => this.#close(tag.isSelfClosing))
    parser.write(this.#scanned.shielded).close()
    this.#takeTexts(this.#text.length)
    return { roots: this.#roots, faults: this.#faults.slice(0, 1), omissions: this.#omissions }
  }

  /** One XML fault makes the rest of the document guesswork: only the first is told. */
  #fault(offset: number, message: string): void {
    const place = Math.max(0, Math.min(offset, this.#text.length - 1))
    this.#faults.push({
      offset: place,
      code: 'policy.xml',
      message: firstSentence(message),
      mend: 'make the document well-formed XML',
    })
  }

  #open(name: string, attributeNames: readonly string[], selfClosing: boolean): void {
    const tag = this.#scanned.openTags[this.#opened++]
    if (tag === undefined || tag.attributes.length !== attributeNames.length) {
      this.#fault(tag?.start ?? 0, `the tag <${name}> cannot be read`)
      return
    }
    if (this.#stack.length >= maxDepth) this.#fault(tag.start, `elements are nested deeper than ${maxDepth}`)
    this.#takeTexts(tag.start)
    const attributes = tag.attributes.map(({ nameStart, value }, i): PolicyAttribute => {
      return { name: attributeNames[i] ?? '', offset: nameStart, value: this.#attributeText(value) }
    })
    const own = attributes.filter(one => !one.name.startsWith('xmlns:'))
    this.#stack.push({ name, tag, attributes: own, children: [], texts: [] })
    if (selfClosing) this.#selfClosed.add(tag)
  }

  readonly #selfClosed = new Set<ScannedTag>()

  #close(selfClosing: boolean): void {
    const open = this.#stack.at(-1)
    if (open === undefined) return
    const tag = selfClosing ? undefined : this.#scanned.closeTags[this.#closed++]
    const end = selfClosing ? open.tag.end : (tag?.start ?? this.#text.length)
    const closed = selfClosing ? open.tag.end : (tag?.end ?? this.#text.length)
    this.#takeTexts(end)
    this.#stack.pop()
    const text = this.#elementText(open.texts)
    const element: PolicyElement = {
      name: open.name,
      offset: open.tag.start,
      attributes: open.attributes,
      children: open.children,
      ...(text === undefined ? {} : { text }),
      inner: SourceText.at(this.#text, open.tag.end, Math.max(open.tag.end, end)),
      outer: SourceText.at(this.#text, open.tag.start, Math.max(open.tag.end, closed)),
    }
    ;(this.#stack.at(-1)?.children ?? this.#roots).push(element)
  }

  /** Gives the texts that stand before `end` to the element that is open. */
  #takeTexts(end: number): void {
    for (
      let text = this.#scanned.texts[this.#texts];
      text !== undefined && text.start < end;
      text = this.#scanned.texts[this.#texts]
    ) {
      this.#texts++
      const open = this.#stack.at(-1)
      const written = this.#text.slice(text.start, text.end).trim()
      if (open !== undefined) open.texts.push(text)
      else if (omission.test(written)) this.#omissions.push({ ...outside, offset: text.start, code: 'policy.markup' })
      else if (written !== '') this.#fault(text.start, outside.message)
    }
  }

  #attributeText(value: ScannedValue): PolicyText {
    if (value.expression !== undefined) return { kind: 'expression', source: value.expression.source }
    // XML 1.0 §3.3.3: each line end or tab of an attribute is a blank
    const written = SourceText.at(this.#text, value.start, value.end).replace(/\r\n|[\r\n\t]/g, () => ' ')
    return { kind: 'literal', source: decodeEntities(written) }
  }

  #elementText(texts: readonly ScannedText[]): PolicyText | undefined {
    const expression = texts.find(text => text.expression !== undefined)?.expression
    if (expression !== undefined) return { kind: 'expression', source: expression.source }
    const builder = new SourceBuilder()
    for (const { start, end, cdata } of texts) {
      const part = SourceText.at(this.#text, start, end)
      builder.add(cdata ? part : decodeEntities(part))
    }
    const source = builder.build()
    return source.text.trim() === '' && !texts.some(text => text.cdata) ? undefined : { kind: 'literal', source }
  }
}

const outside = { message: 'text stands outside every element', mend: 'take it out' }
/** What the reference writes where an example leaves something out. */
const omission = /^\[?(?:…|\.\.\.)\]?$/

const firstSentence = (message: string) => message.replace(/\.$/, '')
