import { type KnownGroups, reference } from './back-references.ts'
import { parseClass } from './class-parser.ts'
import { inlineOptions } from './inline-options.ts'
import { option } from './options.ts'
import { charEscape } from './pattern-escapes.ts'
import { isDigit, isWord, PatternReader } from './pattern-reader.ts'

/** The groups of a pattern, known before it is parsed: references may come first. */
export class GroupNumbers {
  /** Number to where it first stands. */
  readonly #places = new Map<number, number>()
  readonly #names = new Map<string, number>()
  #automatic = 1

  constructor() {
    this.#places.set(0, 0)
  }

  noteNumber(number: number, place: number): void {
    if (!this.#places.has(number)) this.#places.set(number, place)
  }

  noteUnnamed(place: number): void {
    this.noteNumber(this.#automatic++, place)
  }

  /** Numbered when all are known: after every group without a name. */
  noteName(name: string, place: number): void {
    if (!this.#names.has(name)) this.#names.set(name, -1 - place)
  }

  assignNames(): void {
    for (const [name, place] of this.#names) {
      while (this.#places.has(this.#automatic)) this.#automatic++
      this.#names.set(name, this.#automatic)
      this.noteNumber(this.#automatic++, -1 - place)
    }
  }

  hasNumber(number: number): boolean {
    return this.#places.has(number)
  }

  placeOf(number: number): number {
    return this.#places.get(number) ?? 0
  }

  numberOf(name: string): number | undefined {
    return this.#names.get(name)
  }

  get highest(): number {
    return Math.max(...this.#places.keys())
  }

  sorted(): { readonly groups: readonly number[]; readonly names: readonly string[] } {
    const groups = [...this.#places.keys()].sort((a, b) => a - b)
    const named = new Map([...this.#names].map(([name, number]) => [number, name]))
    return { groups, names: groups.map(number => named.get(number) ?? String(number)) }
  }
}

/** Reads over a pattern for its groups. A class without an end is found here already. */
export function numberGroups(pattern: string, options: number): GroupNumbers {
  const reader = new PatternReader(pattern, options)
  const numbers = new GroupNumbers()
  const outer: number[] = []
  /** `(?(` was read: the parenthesis that follows captures nothing. */
  let condition = false
  while (reader.left > 0) {
    const place = reader.at
    switch (reader.next()) {
      case '\\':
        if (reader.left > 0) readOverEscape(reader)
        break
      case '#':
        if (reader.has(option.ignorePatternWhitespace)) {
          reader.at--
          reader.blank()
        }
        break
      case '[':
        parseClass(reader, true)
        break
      case ')':
        reader.options = outer.pop() ?? reader.options
        break
      case '(':
        condition = openGroup(reader, numbers, outer, place, condition)
    }
  }
  numbers.assignNames()
  return numbers
}

const anyGroup: KnownGroups = {
  hasNumber: () => true,
  placeOf: () => -1,
  numberOf: () => 0,
  highest: Number.POSITIVE_INFINITY,
}

/** Also says of an escape what is wrong with it: before the parser comes to what stands further left. */
function readOverEscape(reader: PatternReader): void {
  if ('bBAGzZwWsSdDpP'.includes(reader.peek())) reader.at++
  else if (reference(reader, anyGroup) === undefined) charEscape(reader)
}

function openGroup(reader: PatternReader, numbers: GroupNumbers, outer: number[], place: number, condition: boolean): boolean {
  if (reader.peek() === '?' && reader.peek(1) === '#') {
    reader.at--
    reader.blank()
    return condition
  }
  outer.push(reader.options)
  if (!reader.accept('?')) {
    if (!condition && !reader.has(option.explicitCapture)) numbers.noteUnnamed(place)
    return false
  }
  if (reader.left > 1 && (reader.peek() === '<' || reader.peek() === "'")) {
    reader.at++
    const char = reader.peek()
    if (char !== '0' && isWord(char)) {
      if (isDigit(char)) numbers.noteNumber(reader.decimal(), place)
      else numbers.noteName(reader.word(), place)
    }
    return false
  }
  inlineOptions(reader)
  if (reader.accept(')')) outer.pop()
  return reader.peek() === '('
}
