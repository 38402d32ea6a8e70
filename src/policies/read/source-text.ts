import type { Position } from '../../catalog/diagnostic.ts'

/** From `at` on, the text stands in the file at `offset`: one character for one, until the next piece. */
interface Piece {
  readonly at: number
  readonly offset: number
}

/** A value of a policy document as its policy sees it, and where each of its characters stands in the file. */
export class SourceText {
  readonly text: string
  readonly #pieces: readonly Piece[]

  constructor(text: string, pieces: readonly Piece[]) {
    this.text = text
    this.#pieces = pieces
  }

  /** A part of a file, unchanged. */
  static at(file: string, start: number, end: number): SourceText {
    return new SourceText(file.slice(start, end), [{ at: 0, offset: start }])
  }

  /** The file's offset of a character; one made of a longer text (an entity) has the offset where that begins. */
  offsetOf(index: number): number {
    const found = this.#pieces[this.#pieceAt(index)]
    return found === undefined ? 0 : found.offset + (index - found.at)
  }

  /** Index of the last piece that begins at or before a character. */
  #pieceAt(index: number): number {
    let low = 0
    let high = this.#pieces.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#pieces[middle]?.at ?? 0) <= index) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Its pieces, the first at 0. */
  get pieces(): readonly Piece[] {
    return this.#pieces
  }

  slice(start: number, end = this.text.length): SourceText {
    const inside = this.#pieces.slice(this.#pieceAt(start) + 1, this.#pieceAt(Math.max(start, end - 1)) + 1)
    const pieces = inside.map(piece => ({ at: piece.at - start, offset: piece.offset }))
    return new SourceText(this.text.slice(start, end), [{ at: 0, offset: this.offsetOf(start) }, ...pieces])
  }

  /** Without the blanks around it. */
  trim(): SourceText {
    const start = this.text.length - this.text.trimStart().length
    return this.slice(start, Math.max(start, this.text.trimEnd().length))
  }

  /** Replaces each match; the new text counts as standing where the match began. */
  replace(pattern: RegExp, replacement: (match: RegExpMatchArray) => string | undefined): SourceText {
    const builder = new SourceBuilder()
    let last = 0
    for (const match of this.text.matchAll(pattern)) {
      const text = replacement(match)
      if (text === undefined) continue
      builder.add(this.slice(last, match.index))
      builder.put(text, this.offsetOf(match.index))
      last = match.index + match[0].length
    }
    if (last === 0) return this
    builder.add(this.slice(last))
    return builder.build()
  }
}

/** Puts a SourceText together from parts. */
export class SourceBuilder {
  #text = ''
  readonly #pieces: Piece[] = []

  add(part: SourceText): void {
    if (part.text === '') return
    for (const { at, offset } of part.pieces) this.#pieces.push({ at: this.#text.length + at, offset })
    this.#text += part.text
  }

  /** Text that is not the file's own, made from what stands at `offset`. */
  put(text: string, offset: number): void {
    for (let i = 0; i < text.length; i++) this.#pieces.push({ at: this.#text.length + i, offset })
    this.#text += text
  }

  build(): SourceText {
    return new SourceText(this.#text, this.#pieces.length === 0 ? [{ at: 0, offset: 0 }] : this.#pieces)
  }
}

const entity = /&(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});/g
const namedEntities = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&amp;', '&'],
  ['&quot;', '"'],
  ['&apos;', "'"],
])

/** Whether one of XML's own entities or a character reference stands at `index`. */
export function entityAt(text: string, index: number): boolean {
  const sticky = new RegExp(entity.source, 'y')
  sticky.lastIndex = index
  return sticky.test(text)
}

/** XML 1.0 §4.6 and §4.1: the predefined entities and character references; others stay as they are. */
export function decodeEntities(source: SourceText): SourceText {
  return source.replace(entity, ([written]) => {
    const named = namedEntities.get(written)
    if (named !== undefined) return named
    const code = written.startsWith('&#x') ? Number.parseInt(written.slice(3), 16) : Number.parseInt(written.slice(2), 10)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined
  })
}

/** Turns offsets of a text into lines and columns. */
export class LineIndex {
  readonly #starts: readonly number[]

  constructor(text: string) {
    const starts = [0]
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1)
    this.#starts = starts
  }

  position(offset: number): Position {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 }
  }
}
