import { type Extent, expressionExtent } from './expression-extent.ts'
import { decodeEntities, entityAt, SourceText } from './source-text.ts'

/** A policy expression and where it stands in the file. */
export interface FoundExpression {
  readonly source: SourceText
  readonly start: number
  readonly end: number
}

/** The value of an attribute or a stretch of text: what stands between `start` and `end`, and the expression that fills it. */
export interface ScannedValue {
  readonly start: number
  readonly end: number
  readonly expression?: FoundExpression
}

export interface ScannedAttribute {
  readonly nameStart: number
  readonly value: ScannedValue
}

export interface ScannedTag {
  readonly start: number
  readonly end: number
  readonly attributes: readonly ScannedAttribute[]
}

/** What stands between two tags. */
export interface ScannedText extends ScannedValue {
  readonly cdata: boolean
}

export interface ScanFault {
  readonly offset: number
  /** `policy.markup` is XML only after a mend that is certain: the document is read as if it were mended. */
  readonly code: 'policy.expression-unclosed' | 'policy.expression-trailing' | 'policy.xml' | 'policy.markup'
  readonly message: string
  readonly mend: string
}

export interface ScannedMarkup {
  /** The text with all that XML would stumble over (expressions, comments) replaced, each character by one; line ends stay. */
  readonly shielded: string
  readonly openTags: readonly ScannedTag[]
  readonly closeTags: readonly { readonly start: number; readonly end: number }[]
  readonly texts: readonly ScannedText[]
  readonly faults: readonly ScanFault[]
}

/** Takes the markup of a policy document apart as far as it takes to find the C# in it. */
export function scanMarkup(text: string): ScannedMarkup {
  return new MarkupScanner(text).scan()
}

class MarkupScanner {
  readonly #text: string
  #at = 0
  /** Whether only blanks and comments stand between the last tag and here: an expression can begin. */
  #textIsBlank = true
  readonly #shields: { readonly start: number; readonly end: number }[] = []
  readonly #openTags: ScannedTag[] = []
  readonly #closeTags: { start: number; end: number }[] = []
  readonly #texts: ScannedText[] = []
  readonly #faults: ScanFault[] = []
  /** Characters looked at to find where expressions end; each that does not end costs the rest of the document. */
  #work = 0
  #liquidEnds = true

  constructor(text: string) {
    this.#text = text
  }

  scan(): ScannedMarkup {
    while (this.#at < this.#text.length && !this.#exhausted) this.#step()
    // a document of expressions that do not end: what was told of them is enough
    if (this.#at < this.#text.length) this.#shields.push({ start: this.#at, end: this.#text.length })
    return {
      shielded: this.#shield(),
      openTags: this.#openTags,
      closeTags: this.#closeTags,
      texts: this.#texts,
      faults: this.#faults,
    }
  }

  get #exhausted(): boolean {
    return this.#work > 20 * this.#text.length + 100_000
  }

  #step(): void {
    if (this.#startsWith('<!--')) this.#comment()
    else if (/^<![–—]/.test(this.#text.slice(this.#at, this.#at + 3))) this.#dashedComment()
    else if (this.#startsWith('<![CDATA[')) this.#cdata()
    else if (this.#startsWith('<!DOCTYPE')) this.#doctype()
    else if (this.#startsWith('<?')) this.#shieldTo('?>')
    else if (this.#startsWith('</')) this.#closeTag()
    else if (/^<[A-Za-z_:]/.test(this.#text.slice(this.#at, this.#at + 2))) this.#openTag()
    else this.#textRun()
  }

  #startsWith(mark: string): boolean {
    return this.#text.startsWith(mark, this.#at)
  }

  /** Comments hold anything, `--` too: XML forbids that (§2.5), policy files do it. */
  #comment(): void {
    const start = this.#at
    const end = this.#text.indexOf('-->', start + 4)
    this.#at = end < 0 ? this.#text.length : end + 3
    if (end >= 0) this.#shields.push({ start: start + 4, end })
  }

  /** `<!— … -->`: what a word processor makes of a comment; the reference's pages have some. */
  #dashedComment(): void {
    this.#malformed(this.#at, 'a comment begins with two hyphens', 'write <!--')
    this.#shieldTo('-->')
  }

  #doctype(): void {
    this.#faults.push({
      offset: this.#at,
      code: 'policy.xml',
      message: 'a policy document has no DOCTYPE',
      mend: 'take the DOCTYPE out',
    })
    this.#shieldTo('>')
  }

  /** An XML declaration or processing instruction: says nothing to us. */
  #shieldTo(mark: string): void {
    const end = this.#text.indexOf(mark, this.#at)
    const after = end < 0 ? this.#text.length : end + mark.length
    this.#shields.push({ start: this.#at, end: after })
    this.#blanks.add(this.#shields.length - 1)
    this.#at = after
  }

  /** Shields that become blanks, not letters: what stood there is no content. */
  readonly #blanks = new Set<number>()

  /** Shields that become a value in quotes. */
  readonly #quoted = new Set<number>()

  #cdata(): void {
    const start = this.#at + '<![CDATA['.length
    const found = this.#text.indexOf(']]>', start)
    const end = found < 0 ? this.#text.length : found
    this.#texts.push({ start, end, cdata: true, ...this.#wholeExpression(start, end) })
    this.#textIsBlank = false
    this.#at = Math.min(this.#text.length, end + 3)
  }

  /** Inside CDATA nothing has to be found: its end is certain. */
  #wholeExpression(start: number, end: number): { expression?: FoundExpression } {
    const source = SourceText.at(this.#text, start, end).trim()
    if (!/^@[({]/.test(source.text)) return {}
    const first = source.offsetOf(0)
    return { expression: { source, start: first, end: first + source.text.length } }
  }

  #closeTag(): void {
    const start = this.#at
    const end = this.#text.indexOf('>', start)
    this.#at = end < 0 ? this.#text.length : end + 1
    this.#closeTags.push({ start, end: this.#at })
    this.#textIsBlank = true
  }

  #openTag(): void {
    const start = this.#at
    const attributes: ScannedAttribute[] = []
    this.#at = skip(this.#text, start + 1, /[^\s/>]/)
    while (this.#at < this.#text.length && this.#text[this.#at] !== '>' && !this.#exhausted) {
      if (/[\s/]/.test(this.#text[this.#at] ?? '')) this.#at++
      else this.#attribute(attributes)
    }
    this.#at++
    this.#openTags.push({ start, end: this.#at, attributes })
    this.#textIsBlank = true
  }

  #attribute(attributes: ScannedAttribute[]): void {
    const nameStart = this.#at
    this.#at = skip(this.#text, nameStart + 1, /[^\s=/>"']/)
    const equals = skip(this.#text, this.#at, /\s/)
    if (this.#text[equals] !== '=') return
    const opening = skip(this.#text, equals + 1, /\s/)
    const quote = this.#text[opening]
    if (quote !== '"' && quote !== "'") {
      const bare = this.#namedValue(opening)
      this.#at = bare ?? opening
      if (bare !== undefined) attributes.push({ nameStart, value: { start: opening, end: bare } })
      return
    }
    attributes.push({ nameStart, value: this.#attributeValue(opening + 1, quote) })
  }

  /** Reference pages write a named value without quotes: `username={{name}}`. Where it ends, when it is one. */
  #namedValue(start: number): number | undefined {
    const form = /\{\{[^{}<>"'\r\n]+\}\}/y
    form.lastIndex = start
    if (!form.test(this.#text)) return undefined
    this.#shields.push({ start, end: form.lastIndex })
    this.#quoted.add(this.#shields.length - 1)
    return form.lastIndex
  }

  #malformed(offset: number, message: string, mend: string): void {
    this.#faults.push({ offset, code: 'policy.markup', message: `Azure reads XML alone: ${message}`, mend })
  }

  #attributeValue(start: number, quote: string): ScannedValue {
    const first = skip(this.#text, start, /\s/)
    if (!/^@[({]/.test(this.#text.slice(first, first + 2))) {
      const end = this.#literalEnd(start, quote)
      this.#mendLiteral(start, end)
      this.#at = end + 1
      return { start, end }
    }
    // where the value ends when the expression does not: at a quote that looks like the attribute's own
    const likelyEnd = () => {
      const pattern = new RegExp(`${quote}(?=\\s*/?>|\\s+[\\w:-]+\\s*=\\s*["'])`, 'g')
      pattern.lastIndex = first
      const found = pattern.exec(this.#text)?.index
      this.#work += (found ?? this.#text.length) - first
      return found ?? this.#indexOrEnd(quote, first)
    }
    const expression = this.#expression(first, likelyEnd)
    let end = skip(this.#text, expression.end, /\s/)
    if (this.#text[end] !== quote) {
      this.#trailing(expression.end)
      end = this.#indexOrEnd(quote, expression.end)
      this.#shields.push({ start: expression.end, end })
    }
    this.#at = end + 1
    return { start, end, expression }
  }

  /** Quotes around a part of a distinguished name belong to the value: `O="Contoso, Inc."` stands so in the reference. */
  #literalEnd(start: number, quote: string): number {
    let end = this.#indexOrEnd(quote, start)
    while (end > start + 1 && this.#text[end - 1] === '=' && /[^\s/>]/.test(this.#text[end + 1] ?? ' ')) {
      const inner = this.#indexOrEnd(quote, end + 1)
      const within = this.#text.slice(end + 1, inner)
      const outer = this.#text.indexOf(quote, inner + 1)
      if (outer < 0 || /[<\n]/.test(within)) break
      this.#malformed(end, 'a quote in a value is an entity', 'write &quot;')
      this.#shields.push({ start: end, end: end + 1 }, { start: inner, end: inner + 1 })
      end = outer
    }
    return end
  }

  /** `&` that begins no entity, and placeholders like `<tenant-name>` in a value. */
  #mendLiteral(start: number, end: number): void {
    this.#mendAmpersands(start, end)
    for (const { index, 0: found } of this.#text.slice(start, end).matchAll(/<[\w-]+>/g)) {
      this.#malformed(start + index, '`<` in a value is an entity', 'write &lt;')
      this.#shields.push({ start: start + index, end: start + index + found.length })
    }
  }

  #mendAmpersands(start: number, end: number, code: readonly { start: number; end: number }[] = []): void {
    let passed = 0
    for (let at = this.#text.indexOf('&', start); at >= 0 && at < end; at = this.#text.indexOf('&', at + 1)) {
      // one with a name of its own is an entity that XML does not know: the parser tells it
      if (entityAt(this.#text, at) || /^&\w+;/.test(this.#text.slice(at, at + 40))) continue
      while ((code[passed]?.end ?? end) <= at) passed++
      if ((code[passed]?.start ?? end) <= at) continue
      this.#malformed(at, '`&` is an entity', 'write &amp;')
      this.#shields.push({ start: at, end: at + 1 })
    }
  }

  #trailing(offset: number): void {
    this.#faults.push({
      offset,
      code: 'policy.expression-trailing',
      message: 'more text follows the end of the expression',
      mend: 'make the expression the whole value: put the text into it, as @("text" + …)',
    })
  }

  #textRun(): void {
    const start = this.#at
    const first = skip(this.#text, start, /\s/)
    if (this.#textIsBlank && /^@[({]/.test(this.#text.slice(first, first + 2))) {
      this.#textExpression(start, first)
      return
    }
    const liquid = this.#shields.length
    this.#at = this.#endOfText(start)
    if (this.#text.slice(start, this.#at).trim() !== '') this.#textIsBlank = false
    this.#mendAmpersands(start, this.#at, this.#shields.slice(liquid))
    this.#texts.push({ start, end: this.#at, cdata: false })
  }

  /** Up to the next tag or comment. Liquid's `{% if a < b %}` is text, too. */
  #endOfText(start: number): number {
    // a `<` that begins no markup is text: it is the parser that refuses it
    let at = this.#text[start] === '<' ? start + 1 : start
    while (at < this.#text.length) {
      if (this.#liquidEnds && this.#text.startsWith('{%', at)) {
        const end = this.#text.indexOf('%}', at)
        this.#liquidEnds = end >= 0
        if (end < 0) continue
        this.#shields.push({ start: at, end: end + 2 })
        at = end + 2
      } else if (this.#text[at] === '<') return at
      else at++
    }
    return at
  }

  #textExpression(start: number, first: number): void {
    const expression = this.#expression(first, () => this.#indexOrEnd('</', first))
    const after = skip(this.#text, expression.end, /\s/)
    this.#at = this.#indexOrEnd('<', after)
    if (this.#at !== after) {
      this.#trailing(expression.end)
      this.#shields.push({ start: expression.end, end: this.#at })
    }
    this.#texts.push({ start, end: this.#at, cdata: false, expression })
    this.#textIsBlank = false
  }

  /** The expression at `start`; when it has no end of its own, it is what stands up to `likelyEnd`. */
  #expression(start: number, likelyEnd: () => number): FoundExpression {
    const found = this.#extent(start, likelyEnd)
    this.#shields.push({ start, end: found.end })
    return found
  }

  #extent(start: number, likelyEnd: () => number): FoundExpression {
    const raw = expressionExtent(this.#text, start)
    if (raw.kind === 'unclosed') this.#work += this.#text.length - start
    if (raw.kind === 'closed') return { source: SourceText.at(this.#text, start, raw.end), start, end: raw.end }
    const limit = likelyEnd()
    const region = SourceText.at(this.#text, start, limit)
    this.#work += limit - start
    if (raw.kind === 'unclosed') return this.#unclosed(region, raw, start, limit)
    const decoded = decodeEntities(region)
    const extent = expressionExtent(decoded.text, 0)
    if (extent.kind !== 'closed') return this.#unclosed(decoded.trim(), extent, start, limit)
    const end = extent.end === decoded.text.length ? limit : decoded.offsetOf(extent.end)
    return { source: decoded.slice(0, extent.end), start, end }
  }

  #unclosed(source: SourceText, extent: Extent, start: number, limit: number): FoundExpression {
    const what = extent.kind === 'unclosed' ? extent.what : 'its end'
    this.#faults.push({
      offset: start,
      code: 'policy.expression-unclosed',
      message: `the expression does not end: ${what} is missing`,
      mend: 'close every bracket, string and comment of the expression',
    })
    return { source, start, end: limit }
  }

  #indexOrEnd(mark: string, from: number): number {
    const found = this.#text.indexOf(mark, from)
    return found < 0 ? this.#text.length : found
  }

  #shield(): string {
    let shielded = ''
    let last = 0
    const ordered = this.#shields.map((shield, i) => ({
      ...shield,
      fill: this.#blanks.has(i) ? ' ' : 'x',
      quoted: this.#quoted.has(i),
    }))
    for (const { start, end, fill, quoted } of ordered.sort((a, b) => a.start - b.start)) {
      if (end <= last) continue
      const from = Math.max(start, last)
      const filled = this.#text.slice(from, end).replace(/[^\r\n]/g, fill)
      shielded += this.#text.slice(last, from) + (quoted ? `"${filled.slice(2)}"` : filled)
      last = end
    }
    return shielded + this.#text.slice(last)
  }
}

/** The first place from `at` on where the pattern (one character) does not fit. */
function skip(text: string, at: number, pattern: RegExp): number {
  let i = at
  while (i < text.length && pattern.test(text[i] ?? '')) i++
  return i
}
