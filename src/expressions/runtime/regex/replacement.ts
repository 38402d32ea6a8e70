import { spend } from '../../types/budget.ts'
import { badCountOf } from './argument-checks.ts'
import type { NetMatch } from './match.ts'
import { option } from './options.ts'
import { isDigit, isWord, PatternReader } from './pattern-reader.ts'
import type { NetRegex } from './regex.ts'

/** A piece of a replacement: text as it is, or what to take from the match. */
type Piece = string | ((match: NetMatch) => string)

/** Reads a replacement pattern: `$1`, `${name}`, `$$`, `$&`, `` $` ``, `$'`, `$+`, `$_`; any other `$` is itself. */
export function parseReplacement(regex: NetRegex, text: string): readonly Piece[] {
  const reader = new PatternReader(text, regex.options)
  const pieces: Piece[] = []
  while (reader.left > 0) {
    const dollar = text.indexOf('$', reader.at)
    const end = dollar < 0 ? text.length : dollar
    if (end > reader.at) pieces.push(text.slice(reader.at, end))
    reader.at = end + 1
    if (dollar >= 0) pieces.push(substitution(regex, reader))
  }
  return pieces
}

/** What the `$` just read stands for. */
function substitution(regex: NetRegex, reader: PatternReader): Piece {
  const start = reader.at
  const slot = reader.accept('{') ? bracedSlot(regex, reader) : isDigit(reader.peek()) ? numberedSlot(regex, reader) : undefined
  if (slot !== undefined && slot >= 0) return match => match.groups[slot]?.value ?? ''
  reader.at = start
  const known = symbols.get(reader.peek())
  if (known === undefined) return '$'
  reader.at++
  return known
}

const symbols = new Map<string, Piece>([
  ['$', '$'],
  ['&', match => match.value],
  ['`', match => match.text.slice(match.begin, match.index)],
  ["'", match => match.text.slice(match.index + match.length, match.end)],
  ['+', match => match.groups.at(-1)?.value ?? ''],
  ['_', match => match.text],
])

function bracedSlot(regex: NetRegex, reader: PatternReader): number | undefined {
  const name = isDigit(reader.peek()) ? reader.decimal() : isWord(reader.peek()) ? reader.word() : undefined
  if (name === undefined || !reader.accept('}')) return undefined
  return typeof name === 'number' ? regex.groups.indexOf(name) : regex.names.indexOf(name)
}

function numberedSlot(regex: NetRegex, reader: PatternReader): number | undefined {
  if ((regex.options & option.ecmaScript) === 0) return regex.groups.indexOf(reader.decimal())
  // as many digits as name a group
  let best: number | undefined
  let end = reader.at
  let number = 0
  while (isDigit(reader.peek()) && number < 100_000_000) {
    number = number * 10 + Number(reader.next())
    const slot = regex.groups.indexOf(number)
    if (slot < 0) continue
    best = slot
    end = reader.at
  }
  reader.at = end
  return best
}

export function expand(pieces: readonly Piece[], match: NetMatch): string {
  let result = ''
  for (const piece of pieces) result += typeof piece === 'string' ? piece : piece(match)
  spend(result.length / 16)
  return result
}

/** Replaces up to `count` matches (-1: all) by what `replace` makes of each. */
export function replaceMatches(
  regex: NetRegex,
  input: string,
  replace: (match: NetMatch) => string,
  count: number,
  at: number | undefined,
): string {
  if (count < -1) throw badCountOf()
  if (count === 0) return input
  const parts: string[] = []
  let left = count
  // right to left, the parts come from the end
  let edge = regex.rightToLeft ? input.length : 0
  for (const match of regex.all(input, at)) {
    const text = replace(match)
    spend(text.length / 16)
    if (regex.rightToLeft) {
      parts.unshift(text, input.slice(match.index + match.length, edge))
      edge = match.index
    } else {
      parts.push(input.slice(edge, match.index), text)
      edge = match.index + match.length
    }
    if (--left === 0) break
  }
  return regex.rightToLeft ? input.slice(0, edge) + parts.join('') : parts.join('') + input.slice(edge)
}

/** `Split`: the text between matches, and after each match what its groups captured. `count` 0: no limit. */
export function split(regex: NetRegex, input: string, count: number, at: number | undefined): string[] {
  if (count < 0) throw badCountOf()
  if (count === 1) return [input]
  const parts: string[] = []
  let left = count - 1
  let edge = regex.rightToLeft ? input.length : 0
  for (const match of regex.all(input, at)) {
    const end = match.index + match.length
    parts.push(regex.rightToLeft ? input.slice(end, edge) : input.slice(edge, match.index))
    edge = regex.rightToLeft ? match.index : end
    for (const group of match.groups.slice(1)) if (group.success) parts.push(group.value)
    if (--left === 0) break
  }
  parts.push(regex.rightToLeft ? input.slice(0, edge) : input.slice(edge))
  return regex.rightToLeft ? parts.reverse() : parts
}
