import { whoText } from '../access/access-matrix.ts'
import { counted } from '../catalog/counted.ts'
import { principalText } from '../explain/trials/principal.ts'
import type { ShadowedRule } from '../explain/trials/shadowed-rules.ts'
import type { TriedRow } from '../explain/trials/tried-rows.ts'
import { addressText } from './address-text.ts'
import type { Io } from './command.ts'
import { type Paint, paintFor } from './paint.ts'
import { printableTexts } from './printable.ts'

/** As docs/explain.md has it: callers in words. */
export function printAccessJson(rows: readonly TriedRow[], io: Io): void {
  const shown = rows.map(row => ({ ...row, may: row.may?.map(principalText) }))
  io.stdout.write(`${JSON.stringify(shown, null, 2)}\n`)
}

export function printAccess(tried: readonly TriedRow[], shadowed: readonly ShadowedRule[], io: Io): void {
  const rows = printableTexts(tried)
  const paint = paintFor(io.stdout, io.env)
  const width = (text: (row: TriedRow) => string) => Math.min(60, Math.max(0, ...rows.map(row => text(row).length)))
  const [methods, paths] = [width(({ method }) => method), width(addressText)]
  let api: string | undefined
  for (const row of rows) {
    if (row.api !== api) io.stdout.write(`${api === undefined ? '' : '\n'}${paint.bold(row.api)}\n`)
    api = row.api
    const products = row.products.every(product => product === null) ? '' : paint.dim(`  (${productsText(row)})`)
    const who = `${whoIn(row, paint)}${undeclaredText(row, paint)}`
    io.stdout.write(`  ${row.method.padEnd(methods)} ${addressText(row).padEnd(paths)}  ${who}${products}\n`)
  }
  for (const { claim, value, file, line, by } of printableTexts(shadowed))
    io.stdout.write(
      `${paint.yellow('shadowed')}  ${claim} ${value} at ${file}:${line} does not get there by itself: ${by.file}:${by.line} refuses it before\n`,
    )
  io.stderr.write(`${summary(rows)}\n`)
}

function summary(rows: readonly TriedRow[]): string {
  const count = (test: (row: TriedRow) => boolean) => rows.filter(test).length
  const [open, closed] = [count(({ standing }) => standing === 'unguarded'), count(isClosed)]
  const undeclared = count(({ undeclaredRoles }) => undeclaredRoles.length > 0)
  return [
    counted(rows.length, 'row'),
    open === 0 ? 'every operation is guarded in some way' : `nobody guards ${open} of them`,
    ...(closed === 0 ? [] : [`nobody can reach ${closed} of them`]),
    ...(undeclared === 0
      ? []
      : [`no application declares a role that ${undeclared} of them ${undeclared === 1 ? 'wants' : 'want'}`]),
  ].join('; ')
}

const isClosed = ({ standing, reach }: TriedRow) => standing !== 'answered' && reach === 'nobody'

/** What is asked; and who was let in, where a condition decides or it takes several roles at once. */
function whoIn(row: TriedRow, paint: Paint): string {
  const asked = whoText(row)
  const { may = [], reach, demands } = row
  if (isClosed(row)) return paint.red(`nobody can reach this; ${asked}`)
  if (reach === 'unknown') return paint.yellow(`${asked} → who gets in cannot be told by role or group`)
  const isConditional = demands.some(({ kind }) => kind === 'condition')
  const takesSeveral = may.some(one => one.kind === 'holder' && one.roles.length + one.groups.length > 1)
  const found = (isConditional || takesSeveral) && may.length > 0 ? ` → ${fewOf(may.map(principalText))}` : ''
  return `${colour(row, paint)(asked)}${found}`
}

/** Callers that one line names; `--json` has all. */
const maxNamed = 8

function fewOf(names: readonly string[]): string {
  const more = names.length - maxNamed
  return `${names.slice(0, maxNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function undeclaredText({ undeclaredRoles: [first, ...others] }: TriedRow, paint: Paint): string {
  if (first === undefined) return ''
  return paint.red(`; no application declares the role${others.length > 0 ? 's' : ''} ${[first, ...others].join(', ')}`)
}

const productsText = ({ products }: TriedRow) =>
  products.map(name => (name === null ? 'without a product' : `product ${name}`)).join(', ')

function colour({ standing }: TriedRow, paint: Paint): (text: string) => string {
  if (standing === 'unguarded') return paint.red
  if (standing === 'guarded') return text => text
  return standing === 'not-served' ? paint.dim : paint.yellow
}
