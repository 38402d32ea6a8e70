import { required } from '../collections/argument-errors.ts'
import { charEscape } from './pattern-escapes.ts'
import { PatternReader } from './pattern-reader.ts'

const blanks = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\f', '\\f'],
])

/** `Regex.Escape`: the text as a pattern that matches just that. */
export function escapeText(text: string | null): string {
  return required(text, 'str').replace(/[\\*+?|{[()^$.# \t\n\r\f]/g, char => blanks.get(char) ?? `\\${char}`)
}

/** `Regex.Unescape`. Throws ArgumentException for an escape that is none. */
export function unescapeText(text: string | null): string {
  const reader = new PatternReader(required(text, 'str'), 0)
  let result = ''
  while (reader.left > 0) {
    const slash = reader.pattern.indexOf('\\', reader.at)
    result += reader.pattern.slice(reader.at, slash < 0 ? undefined : slash)
    reader.at = slash < 0 ? reader.pattern.length : slash + 1
    if (slash >= 0 && reader.left > 0) result += String.fromCharCode(charEscape(reader))
  }
  return result
}
