import { reference } from './back-references.ts'
import { CharSet } from './char-set.ts'
import { addProperty, addShorthand, parseClass } from './class-parser.ts'
import { type GroupNumbers, numberGroups } from './group-numbers.ts'
import { GroupOpening, openGroup } from './group-opening.ts'
import { lowerUnit } from './letter-case.ts'
import { loopOf } from './loops.ts'
import type { Anchor, Node, Pattern } from './nodes.ts'
import { checkOptions, option } from './options.ts'
import { charEscape } from './pattern-escapes.ts'
import { isDigit, PatternReader } from './pattern-reader.ts'

/** Groups inside groups beyond this are refused, so that a pattern cannot exhaust the stack. */
const deepest = 500

/** Reads a pattern of .NET's syntax. Throws ArgumentException with .NET's message. */
export function parsePattern(text: string, options: number): Pattern {
  checkOptions(options)
  const numbers = numberGroups(text, options)
  const root = new PatternParser(text, options, numbers).parse()
  return { root, ...numbers.sorted() }
}

const empty: Node = { kind: 'empty' }

/** A group that is being read: its alternatives so far, and the items of the one at hand. */
class PatternParser {
  readonly #reader: PatternReader
  readonly #numbers: GroupNumbers
  readonly #opening: GroupOpening
  #depth = 0

  constructor(text: string, options: number, numbers: GroupNumbers) {
    this.#reader = new PatternReader(text, options)
    this.#numbers = numbers
    this.#opening = new GroupOpening(this.#reader, numbers)
  }

  parse(): Node {
    const branches = this.#alternatives()
    if (this.#reader.left > 0) throw this.#reader.fault("Too many )'s.")
    return choice(branches)
  }

  get #rightToLeft(): boolean {
    return this.#reader.has(option.rightToLeft)
  }

  /** Branches up to the closing parenthesis or the end, neither of them read. */
  #alternatives(): Node[] {
    if (++this.#depth > deepest) throw this.#reader.fault('Groups are nested too deeply.')
    const branches: Node[] = []
    const rightToLeft = this.#rightToLeft
    do branches.push(this.#sequence(rightToLeft))
    while (this.#reader.accept('|'))
    this.#depth--
    return branches
  }

  #sequence(rightToLeft: boolean): Node {
    const reader = this.#reader
    const items: Node[] = []
    let afterQuantifier = false
    for (;;) {
      reader.blank()
      const char = reader.peek()
      if (char === '' || char === '|' || char === ')') break
      if (reader.atQuantifier()) throw this.#misplacedQuantifier(afterQuantifier)
      const unit = this.#unit()
      afterQuantifier = false
      if (unit === undefined) continue
      reader.blank()
      if (reader.left > 0 && reader.atQuantifier()) {
        items.push(this.#quantified(unit))
        afterQuantifier = true
      } else items.push(unit)
    }
    const [only] = items
    return only === undefined ? empty : items.length === 1 ? only : { kind: 'sequence', items, rightToLeft }
  }

  #misplacedQuantifier(afterQuantifier: boolean) {
    const char = this.#reader.peek()
    return this.#reader.fault(afterQuantifier ? `Nested quantifier ${char}.` : 'Quantifier {x,y} following nothing.')
  }

  #quantified(body: Node): Node {
    const reader = this.#reader
    const { min, max } = this.#bounds()
    reader.blank()
    const lazy = reader.accept('?')
    if (min > max) throw reader.fault('Illegal {x,y} with x > y.')
    if (max === 0) return empty
    if (min === 1 && max === 1) return body
    return loopOf(body, min, max, lazy)
  }

  #bounds(): { readonly min: number; readonly max: number } {
    const reader = this.#reader
    const char = reader.next()
    if (char === '*') return { min: 0, max: Number.POSITIVE_INFINITY }
    if (char === '+') return { min: 1, max: Number.POSITIVE_INFINITY }
    if (char === '?') return { min: 0, max: 1 }
    const min = reader.decimal()
    let max = min
    if (reader.accept(',')) max = isDigit(reader.peek()) ? reader.decimal() : Number.POSITIVE_INFINITY
    reader.accept('}')
    return { min, max }
  }

  /** One item without its quantifier; undefined for what only changes options. */
  #unit(): Node | undefined {
    const reader = this.#reader
    const char = reader.next()
    switch (char) {
      case '[':
        return this.#set(parseClass(reader))
      case '(':
        return this.#group()
      case '\\':
        return this.#backslash()
      case '^':
        return anchor(reader.has(option.multiline) ? 'line-start' : 'beginning')
      case '$':
        return anchor(reader.has(option.multiline) ? 'line-end' : 'end-or-newline')
      case '.':
        return this.#set(
          reader.has(option.singleline) ? new CharSet().addRange(0, 0xffff) : new CharSet().addRange(0, 9).addRange(11, 0xffff),
        )
      default:
        return this.#char(char.charCodeAt(0))
    }
  }

  #set(set: CharSet): Node {
    return { kind: 'set', set, rightToLeft: this.#rightToLeft }
  }

  #char(unit: number): Node {
    const ignoreCase = this.#reader.has(option.ignoreCase)
    return { kind: 'char', unit: ignoreCase ? lowerUnit(unit) : unit, ignoreCase, rightToLeft: this.#rightToLeft }
  }

  #group(): Node | undefined {
    const reader = this.#reader
    const outer = reader.options
    const opened = openGroup(this.#opening)
    if (opened === undefined) return undefined // `(?i)`: the options stay
    const { inCondition } = this.#opening
    this.#opening.inCondition = opened.kind === 'if-match'
    let node: Node
    if (opened.kind === 'if-match') node = this.#conditional(this.#condition(), outer)
    else if (opened.kind === 'if-group') node = this.#conditional(opened.group, outer)
    else {
      const body = choice(this.#alternatives())
      this.#close(outer)
      node =
        opened.kind === 'plain'
          ? body
          : opened.kind === 'capture'
            ? { ...opened, body }
            : opened.kind === 'look'
              ? { ...opened, body }
              : { kind: 'atomic', body }
    }
    this.#opening.inCondition = inCondition
    return node
  }

  #close(outer: number): void {
    const reader = this.#reader
    if (!reader.accept(')')) throw reader.fault("Not enough )'s.")
    reader.options = outer
  }

  /** The parenthesised condition of `(?(…)`, which captures nothing itself. */
  #condition(): Node {
    const reader = this.#reader
    const outer = reader.options
    reader.blank()
    if (!reader.accept('(')) throw reader.fault('Illegal conditional (?(...)) expression.')
    const opened = openGroup(this.#opening, true)
    this.#opening.inCondition = false
    const body = choice(this.#alternatives())
    this.#opening.inCondition = true
    this.#close(outer)
    if (opened?.kind === 'look') return { ...opened, body }
    return opened?.kind === 'atomic' ? { kind: 'atomic', body } : body
  }

  #conditional(test: Node | number, outer: number): Node {
    const branches = this.#alternatives()
    if (branches.length > 2) throw this.#reader.fault('Too many | in (?()|).')
    this.#close(outer)
    const [yes = empty, no = empty] = branches
    return typeof test === 'number' ? { kind: 'if-group', group: test, yes, no } : { kind: 'if-match', test, yes, no }
  }

  #backslash(): Node {
    const reader = this.#reader
    if (reader.left === 0) throw reader.fault('Illegal \\ at end of pattern.')
    const char = reader.peek()
    const ecma = reader.has(option.ecmaScript)
    const known = anchors.get(char)
    if (known !== undefined) {
      reader.at++
      return anchor(ecma && char === 'b' ? 'ecma-boundary' : ecma && char === 'B' ? 'not-ecma-boundary' : known)
    }
    if ('wWsSdD'.includes(char)) {
      const set = new CharSet()
      addShorthand(set, reader.next(), ecma)
      return this.#set(reader.has(option.ignoreCase) ? set.fold() : set)
    }
    if (char === 'p' || char === 'P') {
      const set = new CharSet()
      reader.at++
      addProperty(set, reader, char === 'P')
      return this.#set(reader.has(option.ignoreCase) ? set.fold() : set)
    }
    return this.#reference() ?? this.#char(charEscape(reader))
  }

  #reference(): Node | undefined {
    const reader = this.#reader
    const group = reference(reader, this.#numbers)
    if (group === undefined) return undefined
    const ignoreCase = reader.has(option.ignoreCase)
    return { kind: 'backreference', group, ignoreCase, rightToLeft: this.#rightToLeft, ecma: reader.has(option.ecmaScript) }
  }
}

const anchors = new Map<string, Anchor>([
  ['b', 'boundary'],
  ['B', 'not-boundary'],
  ['A', 'beginning'],
  ['G', 'start'],
  ['Z', 'end-or-newline'],
  ['z', 'end'],
])

const anchor = (which: Anchor): Node => ({ kind: 'anchor', anchor: which })

function choice(branches: readonly Node[]): Node {
  const [only] = branches
  return only !== undefined && branches.length === 1 ? only : { kind: 'choice', branches }
}
