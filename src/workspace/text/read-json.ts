import type { Position } from '../../catalog/diagnostic.ts'
import type { Report } from '../report.ts'
import type { Member, Place, TextNode } from './text-node.ts'

const deepest = 200

class JsonFault extends Error {
  readonly offset: number
  constructor(offset: number, message: string) {
    super(message)
    this.offset = offset
  }
}

/** Offsets of a text to lines and columns, counted from 1. Lines end at LF, CRLF or CR. */
export function lineIndex(text: string): (offset: number) => Position {
  const starts = [0]
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 10 || (code === 13 && text.charCodeAt(index + 1) !== 10)) starts.push(index + 1)
  }
  return offset => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - starts[low]! + 1 }
  }
}

/**
 * Reads JSON (RFC 8259), keeping places. One syntax fault ends the reading, since what follows it is a guess; a key that
 * stands twice is a fault and the last value counts, as with Azure Resource Manager.
 */
export function readJson(file: string, text: string, report: Report): TextNode | undefined {
  const positionOf = lineIndex(text)
  const placeOf = (offset: number): Place => ({ file, ...positionOf(offset) })
  try {
    return new JsonReader(text, placeOf, report).document()
  } catch (fault) {
    if (!(fault instanceof JsonFault)) throw fault
    report.error(placeOf(fault.offset), fault.message.startsWith('nested') ? 'document.tooDeep' : 'json.syntax', fault.message)
    return undefined
  }
}

const literals = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
])

class JsonReader {
  readonly #text: string
  readonly #placeOf: (offset: number) => Place
  readonly #report: Report
  #offset = 0

  constructor(text: string, placeOf: (offset: number) => Place, report: Report) {
    this.#text = text
    this.#placeOf = placeOf
    this.#report = report
  }

  document(): TextNode {
    const value = this.#value(0)
    this.#blank()
    if (this.#offset < this.#text.length) throw this.#unexpected('the end of the document')
    return value
  }

  #value(depth: number): TextNode {
    if (depth > deepest) throw new JsonFault(this.#offset, `nested deeper than ${deepest} levels`)
    this.#blank()
    const next = this.#text[this.#offset]
    if (next === '{') return this.#object(depth)
    if (next === '[') return this.#list(depth)
    const at = this.#placeOf(this.#offset)
    if (next === '"') return { kind: 'scalar', at, value: this.#string() }
    const word = /[a-z]+|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
    word.lastIndex = this.#offset
    const found = word.exec(this.#text)?.[0]
    if (found === undefined) throw this.#unexpected('a value')
    const literal = literals.get(found)
    if (literal === undefined && /^[a-z]/.test(found)) throw this.#unexpected('a value')
    this.#offset += found.length
    return { kind: 'scalar', at, value: literal === undefined ? Number(found) : literal }
  }

  #object(depth: number): TextNode {
    const at = this.#placeOf(this.#offset++)
    const members = new Map<string, Member>()
    if (this.#skip('}')) return { kind: 'object', at, members }
    do {
      this.#blank()
      const keyAt = this.#placeOf(this.#offset)
      if (this.#text[this.#offset] !== '"') throw this.#unexpected('a key in double quotes')
      const key = this.#string()
      if (!this.#skip(':')) throw this.#unexpected("':'")
      if (members.has(key)) this.#report.error(keyAt, 'key.duplicate', `the key '${key}' stands twice in this object`)
      members.set(key, { keyAt, value: this.#value(depth + 1) })
    } while (this.#skip(','))
    if (!this.#skip('}')) throw this.#unexpected("',' or '}'")
    return { kind: 'object', at, members }
  }

  #list(depth: number): TextNode {
    const at = this.#placeOf(this.#offset++)
    const items: TextNode[] = []
    if (this.#skip(']')) return { kind: 'list', at, items }
    do items.push(this.#value(depth + 1))
    while (this.#skip(','))
    if (!this.#skip(']')) throw this.#unexpected("',' or ']'")
    return { kind: 'list', at, items }
  }

  #string(): string {
    const start = this.#offset++
    while (this.#offset < this.#text.length) {
      const code = this.#text.charCodeAt(this.#offset)
      if (code < 32) throw new JsonFault(this.#offset, 'a control character stands in a string; write it as an escape')
      if (code === 34) return this.#unescape(start)
      this.#offset += code === 92 ? 2 : 1
    }
    throw new JsonFault(start, 'this string does not end')
  }

  #unescape(start: number): string {
    const quoted = this.#text.slice(start, ++this.#offset)
    const wrong = /\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(quoted.replace(/\\\\/g, '  '))
    if (wrong !== null) throw new JsonFault(start + wrong.index, 'this is no escape that JSON knows')
    // Quotes, control characters and escapes were checked above, so what is left is a JSON string.
    return JSON.parse(quoted) as string
  }

  #skip(sign: string): boolean {
    this.#blank()
    if (this.#text[this.#offset] !== sign) return false
    this.#offset++
    return true
  }

  #blank(): void {
    while (' \t\r\n'.includes(this.#text[this.#offset] ?? '.')) this.#offset++
  }

  #unexpected(wanted: string): JsonFault {
    const found = this.#text[this.#offset]
    return new JsonFault(this.#offset, `expected ${wanted}, found ${found === undefined ? 'the end of the text' : `'${found}'`}`)
  }
}
