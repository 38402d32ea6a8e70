import { option } from './options.ts'
import { isDigit, isWord, type PatternReader } from './pattern-reader.ts'

/** What a reference asks of the groups of its pattern. */
export interface KnownGroups {
  readonly highest: number
  hasNumber(number: number): boolean
  placeOf(number: number): number
  numberOf(name: string): number | undefined
}

/** The group of `\1`, `\k<name>` or `\<name>`; undefined, and nothing read, for what is a character after all. The backslash has been read. */
export function reference(reader: PatternReader, groups: KnownGroups): number | undefined {
  const start = reader.at
  const group = referenced(reader, groups)
  if (group === undefined) reader.at = start
  return group
}

function referenced(reader: PatternReader, groups: KnownGroups): number | undefined {
  const close = bracket(reader)
  const char = reader.peek()
  if (close === '') {
    if (char < '1' || char > '9') return undefined
    return reader.has(option.ecmaScript) ? ecmaNumber(reader, groups) : bareNumber(reader, groups)
  }
  if (isDigit(char)) {
    const number = reader.decimal()
    if (!reader.accept(close)) return undefined
    if (!groups.hasNumber(number)) throw reader.fault(`Reference to undefined group number ${number}.`)
    return number
  }
  if (!isWord(char)) return undefined
  const name = reader.word()
  if (!reader.accept(close)) return undefined
  const number = groups.numberOf(name)
  if (number === undefined) throw reader.fault(`Reference to undefined group name ${name}.`)
  return number
}

/** What closes the reference that opens here with `k<`, `k'`, `<` or `'`; empty for a bare number. */
function bracket(reader: PatternReader): string {
  const named = reader.peek() === 'k'
  const open = reader.peek(named ? 1 : 0)
  const opens = open === '<' || open === "'"
  if (named && (!opens || reader.left < 3)) throw reader.fault('Malformed \\k<...> named back reference.')
  if (!opens || reader.left < 2) return ''
  reader.at += named ? 2 : 1
  return open === '<' ? '>' : "'"
}

/** A number that names no group is an octal escape, but for one digit alone. */
function bareNumber(reader: PatternReader, groups: KnownGroups): number | undefined {
  const number = reader.decimal()
  if (groups.hasNumber(number)) return number
  if (number <= 9) throw reader.fault(`Reference to undefined group number ${number}.`)
  return undefined
}

/** ECMAScript: as many digits as name a group that stands before. */
function ecmaNumber(reader: PatternReader, groups: KnownGroups): number | undefined {
  const place = reader.at - 1
  let found: number | undefined
  let end = reader.at
  let number = 0
  while (isDigit(reader.peek())) {
    number = number * 10 + Number(reader.next())
    if (number > groups.highest) break
    if (groups.hasNumber(number) && groups.placeOf(number) < place) {
      found = number
      end = reader.at
    }
  }
  reader.at = end
  return found
}
