import { type AccessRow, whoText } from '../access/access-matrix.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { accessRows } from '../explain/access-rows.ts'
import { type ShadowedRule, shadowedRules } from '../explain/trials/shadowed-rules.ts'
import { type OperationAccess, principalText, whoMay } from '../explain/trials/who-may.ts'
import { printCallerAccess } from './access-as.ts'
import { printCounters } from './access-counters.ts'
import { printAccessDiff } from './access-diff.ts'
import { addressText } from './address-text.ts'
import { type Arguments, type Command, type Io, UsageError } from './command.ts'
import { type Paint, paintFor } from './paint.ts'
import { countDiagnostics, printDiagnostics } from './print-diagnostics.ts'
import { readAsAsked } from './read-as-asked.ts'
import { workspaceFolder } from './workspace-folder.ts'

export const accessCommand: Command = {
  name: 'access',
  summary: 'who may call which operation, and which operations nobody guards',
  usage: [
    'access [WORKSPACE] [--environment NAME] [--json]',
    'access [WORKSPACE] --as USER|APPLICATION [--token T] [--json]',
    'access [WORKSPACE] --counters [--json]',
    'access diff OLD NEW [--json]',
  ],
  details: `
Read from the policies as they take effect, and tried: the plans of the gateway run for each role and group, so that conditions and expressions count.
Operations that nobody guards, that nobody can reach, and values of a rule that a wider rule never lets through are flagged.
--as shows what one caller of the local directory may do (or the bearer of --token). \`diff\` takes two workspace folders, or git revisions of this one, and
prints a line for each operation and role that gains or loses; it exits 1 when there is one. docs/explain.md says how to read it all.`,
  options: {
    as: { type: 'string', value: 'WHO', help: 'a userPrincipalName, or an application by name or appId, of the local directory' },
    token: { type: 'string', value: 'T', help: 'what the bearer of this token may do; never shown' },
    counters: { type: 'boolean', help: 'every rate limit, quota and cache: its key, and which gateways count together' },
    environment: { type: 'string', value: 'NAME', help: 'lay configuration.NAME.yaml over the artifacts' },
    json: { type: 'boolean', help: 'print a JSON array, an object for each row, each demand with its file and line' },
  },
  positionals: { min: 0, max: 3 },
  async run(args, io) {
    if (args.positionals[0] === 'diff') return printAccessDiff(args, io)
    if (args.positionals.length > 1) throw new UsageError(`too many arguments: ${args.positionals.slice(1).join(' ')}`)
    const { catalog, faults } = await catalogOf(args, io)
    if (catalog === undefined) return 1
    if (args.text('as') !== undefined || args.text('token') !== undefined) {
      const code = await printCallerAccess(catalog, args, io)
      return faults > 0 ? 1 : code
    }
    if (args.flag('counters')) {
      printCounters(catalog, args.flag('json'), io)
      return faults > 0 ? 1 : 0
    }
    const rows = accessRows(catalog)
    const tried = new Tried(await triedAccess(catalog, io))
    const shadowed = shadowedRules(rows)
    if (args.flag('json'))
      io.stdout.write(
        `${JSON.stringify(
          rows.map(row => ({ ...row, may: tried.whoIn(row) })),
          null,
          2,
        )}\n`,
      )
    else print(rows, tried, shadowed, io)
    return faults > 0 ? 1 : 0
  },
}

async function catalogOf(args: Arguments, io: Io): Promise<{ readonly catalog: Catalog | undefined; readonly faults: number }> {
  const { catalog, errors, sound } = await readAsAsked(workspaceFolder(args.positionals[0], io), args, io)
  printDiagnostics(errors, io.stderr, io.env)
  if (errors.length > 0) io.stderr.write(`${countDiagnostics(errors)}\n`)
  return { catalog: sound ? catalog : undefined, faults: errors.length }
}

/** A workspace too large to be tried is shown as it reads. */
async function triedAccess(catalog: Catalog, io: Io): Promise<readonly OperationAccess[]> {
  try {
    return await whoMay(catalog)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    io.stderr.write(`not tried with each role: ${error.message}\n`)
    return []
  }
}

/** What trial calls found, looked up by rows of the matrix. */
class Tried {
  readonly #found: ReadonlyMap<string, OperationAccess>

  constructor(found: readonly OperationAccess[]) {
    this.#found = new Map(found.map(one => [keyOf(one.api, one.operation, one.product), one]))
  }

  /** Undefined for what is not served, and so was not tried. */
  whoIn({ api, operation, products }: AccessRow): readonly string[] | undefined {
    const found = products.flatMap(product => this.#found.get(keyOf(api, operation, product)) ?? [])
    return found.length === 0 ? undefined : [...new Set(found.flatMap(({ may }) => may.map(principalText)))]
  }
}

const keyOf = (api: string, operation: string, product: string | null) => JSON.stringify([api, operation, product])

function print(rows: readonly AccessRow[], tried: Tried, shadowed: readonly ShadowedRule[], io: Io): void {
  const paint = paintFor(io.stdout, io.env)
  const width = (text: (row: AccessRow) => string) => Math.min(60, Math.max(0, ...rows.map(row => text(row).length)))
  const [methods, paths] = [width(({ method }) => method), width(addressText)]
  let api: string | undefined
  let open = 0
  let closed = 0
  for (const row of rows) {
    if (row.api !== api) io.stdout.write(`${api === undefined ? '' : '\n'}${paint.bold(row.api)}\n`)
    api = row.api
    const may = tried.whoIn(row)
    if (row.standing === 'unguarded') open++
    if (isClosed(row, may)) closed++
    const products = row.products.every(product => product === null) ? '' : paint.dim(`  (${productsText(row)})`)
    io.stdout.write(`  ${row.method.padEnd(methods)} ${addressText(row).padEnd(paths)}  ${whoIn(row, may, paint)}${products}\n`)
  }
  for (const { claim, value, file, line, by } of shadowed)
    io.stdout.write(
      `${paint.yellow('shadowed')}  ${claim} ${value} at ${file}:${line} never gets there: ${by.file}:${by.line} refuses it before\n`,
    )
  const opened = open === 0 ? 'every operation is guarded in some way' : `nobody guards ${open} of them`
  const unreached = closed === 0 ? '' : `; nobody can reach ${closed} of them`
  io.stderr.write(`${rows.length} rows; ${opened}${unreached}\n`)
}

const isClosed = ({ standing }: AccessRow, may: readonly string[] | undefined) =>
  standing !== 'answered' && may !== undefined && may.length === 0

/** What is asked; and who was let in, where a condition decides. */
function whoIn(row: AccessRow, may: readonly string[] | undefined, paint: Paint): string {
  const asked = whoText(row)
  if (isClosed(row, may)) return paint.red(`nobody can reach this; ${asked}`)
  const isPlain = !row.demands.some(({ kind }) => kind === 'condition')
  const found = isPlain || may === undefined ? '' : ` → ${may.join(', ')}`
  return `${colour(row, paint)(asked)}${found}`
}

const productsText = ({ products }: AccessRow) =>
  products.map(name => (name === null ? 'without a product' : `product ${name}`)).join(', ')

function colour({ standing }: AccessRow, paint: Paint): (text: string) => string {
  if (standing === 'unguarded') return paint.red
  if (standing === 'guarded') return text => text
  return standing === 'not-served' ? paint.dim : paint.yellow
}
