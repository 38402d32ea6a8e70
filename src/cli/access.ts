import { type AccessRow, whoText } from '../access/access-matrix.ts'
import { accessRows } from '../explain/access-rows.ts'
import type { Command, Io } from './command.ts'
import { type Paint, paintFor } from './paint.ts'
import { countDiagnostics, printDiagnostics } from './print-diagnostics.ts'
import { readWorkspace } from './read-workspace.ts'
import { workspaceFolder } from './workspace-folder.ts'

export const accessCommand: Command = {
  name: 'access',
  summary: 'who may call which operation, and which operations nobody guards',
  usage: ['access [WORKSPACE] [--environment NAME] [--json]'],
  details: `
Read from the policies as they take effect: scopes composed through <base />, fragments in their place. An operation that asks for neither a
token, a subscription key nor anything else is flagged. docs/explain.md says how to read it. Exits 1 when the workspace has errors.`,
  options: {
    environment: { type: 'string', value: 'NAME', help: 'lay configuration.NAME.yaml over the artifacts' },
    json: { type: 'boolean', help: 'print a JSON array, an object for each row, each demand with its file and line' },
  },
  positionals: { min: 0, max: 1 },
  async run(args, io) {
    const environment = args.text('environment')
    const { catalog, diagnostics, sound } = await readWorkspace({
      folder: workspaceFolder(args.positionals[0], io),
      env: io.env,
      serveValid: true,
      ...(environment === undefined ? {} : { environment }),
    })
    const errors = diagnostics.filter(({ severity }) => severity === 'error')
    printDiagnostics(errors, io.stderr, io.env)
    if (errors.length > 0) io.stderr.write(`${countDiagnostics(errors)}\n`)
    if (!sound) return 1
    const rows = accessRows(catalog)
    if (args.flag('json')) io.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
    else print(rows, io)
    return errors.length > 0 ? 1 : 0
  },
}

function print(rows: readonly AccessRow[], io: Io): void {
  const paint = paintFor(io.stdout, io.env)
  const width = (text: (row: AccessRow) => string) => Math.min(60, Math.max(0, ...rows.map(row => text(row).length)))
  const [methods, paths] = [width(({ method }) => method), width(({ path }) => path)]
  let api: string | undefined
  for (const row of rows) {
    if (row.api !== api) io.stdout.write(`${api === undefined ? '' : '\n'}${paint.bold(row.api)}\n`)
    api = row.api
    const products = row.products.every(product => product === null) ? '' : paint.dim(`  (${productsText(row)})`)
    io.stdout.write(`  ${row.method.padEnd(methods)} ${row.path.padEnd(paths)}  ${colour(row, paint)(whoText(row))}${products}\n`)
  }
  const open = rows.filter(({ standing }) => standing === 'unguarded').length
  io.stderr.write(
    `${rows.length} rows; ${open === 0 ? 'every operation is guarded in some way' : `nobody guards ${open} of them`}\n`,
  )
}

const productsText = ({ products }: AccessRow) =>
  products.map(name => (name === null ? 'without a product' : `product ${name}`)).join(', ')

function colour({ standing }: AccessRow, paint: Paint): (text: string) => string {
  if (standing === 'unguarded') return paint.red
  if (standing === 'guarded') return text => text
  return standing === 'not-served' ? paint.dim : paint.yellow
}
