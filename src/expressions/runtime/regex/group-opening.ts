import type { NetException } from '../../types/exceptions.ts'
import type { GroupNumbers } from './group-numbers.ts'
import { inlineOptions } from './inline-options.ts'
import { option } from './options.ts'
import { isDigit, isWord, type PatternReader } from './pattern-reader.ts'

export type Opened =
  | { readonly kind: 'plain' }
  | { readonly kind: 'capture'; readonly group: number; readonly balance: number }
  | { readonly kind: 'look'; readonly negative: boolean; readonly behind: boolean }
  | { readonly kind: 'atomic' }
  | { readonly kind: 'if-group'; readonly group: number }
  /** The condition's own parenthesis comes next. */
  | { readonly kind: 'if-match' }

/** What it takes to read the start of a group: the place, the numbers, and the next number to give. */
export class GroupOpening {
  readonly reader: PatternReader
  readonly numbers: GroupNumbers
  /** Directly inside `(?(test)…)`, where .NET reads no options. */
  inCondition = false
  #automatic = 1

  constructor(reader: PatternReader, numbers: GroupNumbers) {
    this.reader = reader
    this.numbers = numbers
  }

  nextNumber(): number {
    return this.#automatic++
  }
}

const plain: Opened = { kind: 'plain' }

/** Reads what follows `(`. Undefined for options alone, as in `(?i)`. A condition's parenthesis captures nothing. */
export function openGroup(opening: GroupOpening, isCondition = false): Opened | undefined {
  const { reader } = opening
  if (reader.peek() !== '?' || reader.peek(1) === ')') {
    if (isCondition || reader.has(option.explicitCapture)) return plain
    return { kind: 'capture', group: opening.nextNumber(), balance: -1 }
  }
  reader.at++
  switch (reader.next()) {
    case ':':
      return plain
    case '=':
      return look(reader, false, false)
    case '!':
      return look(reader, true, false)
    case '>':
      return { kind: 'atomic' }
    case "'":
      return named(opening, "'")
    case '<':
      if (reader.accept('=')) return look(reader, false, true)
      if (reader.accept('!')) return look(reader, true, true)
      return named(opening, '>')
    case '(':
      return conditional(opening)
    case '':
      throw unrecognized(reader)
    default:
      reader.at--
      return withOptions(opening)
  }
}

const unrecognized = (reader: PatternReader): NetException => reader.fault('Unrecognized grouping construct.')
const badName = (reader: PatternReader): NetException =>
  reader.fault('Invalid group name: Group names must begin with a word character.')

function look(reader: PatternReader, negative: boolean, behind: boolean): Opened {
  reader.options = behind ? reader.options | option.rightToLeft : reader.options & ~option.rightToLeft
  return { kind: 'look', negative, behind }
}

function withOptions({ reader, inCondition }: GroupOpening): Opened | undefined {
  if (!inCondition) inlineOptions(reader)
  if (reader.accept(')')) return undefined
  if (!reader.accept(':')) throw unrecognized(reader)
  return plain
}

/** `name>`, `name-other>` or `-other>`. */
function named(opening: GroupOpening, close: string): Opened {
  const { reader } = opening
  if (reader.left === 0) throw unrecognized(reader)
  let group = -1
  if (reader.peek() !== '-') {
    group = groupName(opening)
    if (reader.left > 0 && reader.peek() !== close && reader.peek() !== '-') throw badName(reader)
    if (group === 0) throw reader.fault('Capture number cannot be zero.')
  }
  let balance = -1
  if (reader.accept('-')) {
    balance = balanced(opening)
    if (reader.left > 0 && reader.peek() !== close) throw badName(reader)
  }
  if (!reader.accept(close)) throw unrecognized(reader)
  return { kind: 'capture', group, balance }
}

function groupName({ reader, numbers }: GroupOpening): number {
  if (isDigit(reader.peek())) return reader.decimal()
  if (!isWord(reader.peek())) throw badName(reader)
  return numbers.numberOf(reader.word()) ?? -1
}

function balanced({ reader, numbers }: GroupOpening): number {
  if (isDigit(reader.peek())) {
    const number = reader.decimal()
    if (!numbers.hasNumber(number)) throw reader.fault(`Reference to undefined group number ${number}.`)
    return number
  }
  if (!isWord(reader.peek())) throw badName(reader)
  const name = reader.word()
  const number = numbers.numberOf(name)
  if (number === undefined) throw reader.fault(`Reference to undefined group name ${name}.`)
  return number
}

/** `(?(1)…)`, `(?(name)…)`, or back to before the parenthesis of a condition that is a pattern. */
function conditional({ reader, numbers }: GroupOpening): Opened {
  const start = reader.at
  if (isDigit(reader.peek())) {
    const number = reader.decimal()
    if (!reader.accept(')')) throw reader.fault(`(?(${number}) ) malformed.`)
    if (!numbers.hasNumber(number)) throw reader.fault(`(?(${number}) ) reference to undefined group.`)
    return { kind: 'if-group', group: number }
  }
  const group = numbers.numberOf(reader.word())
  if (group !== undefined && reader.accept(')')) return { kind: 'if-group', group }
  reader.at = start - 1
  checkCondition(reader)
  return { kind: 'if-match' }
}

function checkCondition(reader: PatternReader): void {
  if (reader.peek(1) !== '?') return
  const char = reader.peek(2)
  if (char === '#') throw reader.fault('Alternation conditions cannot be comments.')
  const names = char === "'" || (char === '<' && reader.peek(3) !== '=' && reader.peek(3) !== '!')
  if (names) throw reader.fault('Alternation conditions do not capture and cannot be named.')
}
