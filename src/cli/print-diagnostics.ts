import { readFileSync } from 'node:fs'
import { counted } from '../catalog/counted.ts'
import type { Diagnostic } from '../catalog/diagnostic.ts'
import type { Io } from './command.ts'
import { type Paint, paintFor } from './paint.ts'
import { printable, printableTexts } from './printable.ts'

/** Errors before warnings, then by file and place. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) =>
      Number(a.severity === 'warning') - Number(b.severity === 'warning') ||
      a.file.localeCompare(b.file, 'en') ||
      a.line - b.line ||
      a.column - b.column,
  )
}

/** `3 errors, 1 warning`. */
export function countDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(diagnostic => diagnostic.severity === 'error').length
  return `${counted(errors, 'error')}, ${counted(diagnostics.length - errors, 'warning')}`
}

/** Each finding with the line it stands in, a mark below its column, and the mend. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], out: Io['stdout'], env: Io['env']): void {
  const paint = paintFor(out, env)
  const lines = new Map<string, readonly string[]>()
  for (const diagnostic of sortDiagnostics(diagnostics)) {
    const text = lines.get(diagnostic.file) ?? linesOf(diagnostic.file)
    lines.set(diagnostic.file, text)
    out.write(render(printableTexts(diagnostic), text[diagnostic.line - 1], paint))
  }
}

function render(diagnostic: Diagnostic, excerpt: string | undefined, paint: Paint): string {
  const { file, line, column, severity, code, message, mend } = diagnostic
  const kind = severity === 'error' ? paint.red('error') : paint.yellow('warning')
  const rows = [`${paint.bold(`${file}:${line}:${column}`)}: ${kind} ${code}: ${message}`]
  if (excerpt !== undefined && excerpt.trim() !== '') rows.push(...excerptRows(excerpt, line, column, paint))
  if (mend !== undefined) rows.push(`  ${paint.green('mend:')} ${mend}`)
  return `${rows.join('\n')}\n\n`
}

const widest = 140

function excerptRows(excerpt: string, line: number, column: number, paint: Paint): string[] {
  // a long line is shown from a little before the place
  const start = column > widest - 20 ? column - 40 : 0
  const shown = (from: number, to: number) => printable(excerpt.slice(from, to).replaceAll('\t', ' '))
  const mark = ' '.repeat(shown(start, column - 1).length + Math.max(0, column - 1 - excerpt.length))
  const gutter = String(line)
  return [
    `  ${paint.dim(`${gutter} |`)} ${shown(start, start + widest)}`,
    `  ${paint.dim(`${' '.repeat(gutter.length)} |`)} ${mark}${paint.red('^')}`,
  ]
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split(/\r\n|\n|\r/)
  } catch {
    return []
  }
}
