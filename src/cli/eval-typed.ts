import type { ExpressionDiagnostic } from '../expressions/expressions.ts'

/** What somebody typed at the prompt, made a whole expression. */
export interface Typed {
  readonly source: string
  /** How many characters were put before the first line. */
  readonly before: number
}

/** `1 + 1` means `@(1 + 1)`; what ends with `;` or `}` after a statement is `@{ }`. */
export function wrapTyped(text: string): Typed {
  const trimmed = text.trim()
  const blanks = text.length - text.trimStart().length
  if (trimmed.startsWith('@(') || trimmed.startsWith('@{')) return { source: trimmed, before: -blanks }
  const isBlock = /;\s*}?\s*$/.test(trimmed)
  return { source: isBlock ? `@{${trimmed}}` : `@(${trimmed})`, before: 2 - blanks }
}

const closed = /(?:@\$?|\$@)"(?:[^"]|"")*"|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g

/** Whether more is to come: brackets, a verbatim string or a comment stand open. */
export function isOpen(text: string): boolean {
  const code = text.replace(closed, '')
  if (/(?:@\$?|\$@)"|\/\*/.test(code)) return true
  let depth = 0
  for (const char of code) depth += '([{'.includes(char) ? 1 : ')]}'.includes(char) ? -1 : 0
  return depth > 0
}

/**
 * Each fault with a mark under its place. `margin`: how far right of the left edge the only line stands on the screen already;
 * otherwise the line is repeated.
 */
export function pointAtFaults(
  faults: readonly ExpressionDiagnostic[],
  { before }: Typed,
  lines: readonly string[],
  margin: number | undefined,
): string[] {
  return faults.map(({ line, column, code, message }) => {
    const text = lines[line - 1] ?? ''
    const at = Math.max(0, Math.min(text.length, column - 1 - (line === 1 ? before : 0)))
    const mark = `${' '.repeat((margin ?? 4) + at)}^ ${code}: ${message}`
    return margin === undefined ? `    ${text}\n${mark}` : mark
  })
}
