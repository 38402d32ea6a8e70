import { option } from './options.ts'
import type { PatternReader } from './pattern-reader.ts'

const letters = new Map([
  ['i', option.ignoreCase],
  ['m', option.multiline],
  ['n', option.explicitCapture],
  ['s', option.singleline],
  ['x', option.ignorePatternWhitespace],
])

/** The letters of `(?imnsx-imnsx`, as far as they go; they change the reader's options. */
export function inlineOptions(reader: PatternReader): void {
  let off = false
  for (; reader.left > 0; reader.at++) {
    const char = reader.peek()
    if (char === '-' || char === '+') {
      off = char === '-'
      continue
    }
    const bit = letters.get(char.toLowerCase())
    if (bit === undefined) return
    reader.options = off ? reader.options & ~bit : reader.options | bit
  }
}
