import type { Faults } from './faults.ts'
import type { Block, Expression } from './nodes.ts'
import { StatementParser } from './statement-parser.ts'
import { TooDeep } from './token-reader.ts'

/** Longest source that is read, in UTF-16 units; no real expression comes near. */
const longestSource = 256 * 1024

/** What an `@(…)` or `@{…}` holds. */
export type Root =
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'statements'; readonly block: Block }

/** Reads a whole policy expression. Undefined when it cannot be read at all; faults say why. */
export function parse(source: string, faults: Faults): Root | undefined {
  const range = contents(source)
  if (range === undefined || source.length > longestSource) {
    if (range === undefined) faults.add(0, 'CS1646', 'A policy expression has the form @( … ) or @{ … }')
    else faults.add(0, 'CS8078', 'An expression is too long or complex to compile')
    return undefined
  }
  try {
    const parser = new StatementParser(source, range.start, range.end, faults)
    return range.statements
      ? { kind: 'statements', block: parser.statements() }
      : { kind: 'expression', expression: parser.hole() }
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error
    faults.add(error.offset, 'CS8078', 'An expression is too long or complex to compile')
    return undefined
  }
}

function contents(source: string): { readonly start: number; readonly end: number; readonly statements: boolean } | undefined {
  const match = /^\s*@(?<open>[({])/.exec(source)
  if (match === null) return undefined
  const statements = match.groups?.open === '{'
  const end = source.trimEnd().length - 1
  if (end < match[0].length || source[end] !== (statements ? '}' : ')')) return undefined
  return { start: match[0].length, end, statements }
}
