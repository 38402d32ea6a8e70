import { option } from './options.ts'
import { isWord, type PatternReader } from './pattern-reader.ts'

const controls = new Map([
  ['a', 0x07],
  ['b', 0x08],
  ['e', 0x1b],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['v', 0x0b],
])

/** The character that an escape means; the backslash has been read. */
export function charEscape(reader: PatternReader): number {
  const char = reader.next()
  if (char >= '0' && char <= '7') {
    reader.at--
    return octal(reader)
  }
  if (char === 'x') return hex(reader, 2)
  if (char === 'u') return hex(reader, 4)
  if (char === 'c') return control(reader)
  const known = controls.get(char)
  if (known !== undefined) return known
  if (!reader.has(option.ecmaScript) && isWord(char)) throw reader.fault(`Unrecognized escape sequence \\${char}.`)
  return char.charCodeAt(0)
}

function octal(reader: PatternReader): number {
  let value = 0
  for (let count = 0; count < 3 && reader.peek() >= '0' && reader.peek() <= '7'; count++) {
    value = value * 8 + Number(reader.next())
    if (reader.has(option.ecmaScript) && value >= 0x20) break
  }
  return value & 0xff
}

function hex(reader: PatternReader, length: number): number {
  const digits = reader.pattern.slice(reader.at, reader.at + length)
  if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits)) throw reader.fault('Insufficient hexadecimal digits.')
  reader.at += length
  return Number.parseInt(digits, 16)
}

function control(reader: PatternReader): number {
  if (reader.left === 0) throw reader.fault('Missing control character.')
  const char = reader.next()
  const unit = (char >= 'a' && char <= 'z' ? char.toUpperCase() : char).charCodeAt(0) - 0x40
  if (unit < 0 || unit >= 0x20) throw reader.fault('Unrecognized control character.')
  return unit
}

/** The name in `\p{name}`; `\p` has been read. */
export function propertyName(reader: PatternReader): string {
  if (reader.left < 3) throw reader.fault('Incomplete \\p{X} character escape.')
  if (!reader.accept('{')) throw reader.fault('Malformed \\p{X} character escape.')
  const start = reader.at
  while (isWord(reader.peek()) || reader.peek() === '-') reader.at++
  const name = reader.pattern.slice(start, reader.at)
  if (!reader.accept('}')) throw reader.fault('Incomplete \\p{X} character escape.')
  return name
}
