import type { Backend } from '../catalog/catalog.ts'
import { counted } from '../catalog/counted.ts'
import type { BackendReport } from '../gateway/forward/report-backends.ts'
import { readPublished } from '../gateway/supervisor/backend-reporter.ts'
import type { Command, Io } from './command.ts'
import { type Paint, paintFor } from './paint.ts'
import { countDiagnostics, printDiagnostics } from './print-diagnostics.ts'
import { printableTexts } from './printable.ts'
import { readAsAsked } from './read-as-asked.ts'
import { workspaceFolder } from './workspace-folder.ts'

/** A backend as it is configured, and as the gateway that runs finds it. */
interface Row {
  readonly name: string
  readonly url: string
  readonly kind: 'single' | 'pool'
  readonly members?: Backend['pool']
  /** Absent: no gateway runs, or it has another configuration. */
  readonly state?: BackendReport['breaker']
}

export const backendsCommand: Command = {
  name: 'backends',
  summary: 'the backends, and which of them a circuit breaker keeps calls from',
  usage: ['backends [WORKSPACE] [--environment NAME] [--json]'],
  details: `
The state is that of the gateway which serves this workspace on this machine, all its threads together, not older than a second; without one the
configuration alone is shown. docs/backends.md says what counts as a failure. Exits 1 when the workspace has errors.`,
  options: {
    environment: { type: 'string', value: 'NAME', help: 'lay configuration.NAME.yaml over the artifacts' },
    json: { type: 'boolean', help: 'print one JSON object: running, and an object for each backend' },
  },
  positionals: { min: 0, max: 1 },
  async run(args, io) {
    const { catalog, errors, sound } = await readAsAsked(workspaceFolder(args.positionals[0], io), args, io)
    printDiagnostics(errors, io.stderr, io.env)
    if (errors.length > 0) io.stderr.write(`${countDiagnostics(errors)}\n`)
    if (!sound) return 1
    const running = readPublished(catalog.settings.state)
    const rows = catalog.backends.map(backend => rowOf(backend, running?.backends))
    if (args.flag('json')) io.stdout.write(`${JSON.stringify({ running: running !== undefined, backends: rows }, null, 2)}\n`)
    else print(printableTexts(rows), running !== undefined, io)
    return errors.length > 0 ? 1 : 0
  },
}

function rowOf({ name, url, pool }: Backend, reports: readonly BackendReport[] | undefined): Row {
  const state = reports?.find(one => one.name === name)?.breaker
  return {
    name,
    url,
    kind: pool === undefined ? 'single' : 'pool',
    ...(pool === undefined ? {} : { members: pool }),
    ...(state === undefined ? {} : { state }),
  }
}

function print(rows: readonly Row[], isRunning: boolean, io: Io): void {
  const paint = paintFor(io.stdout, io.env)
  const width = Math.max(0, ...rows.map(({ name }) => name.length))
  for (const row of rows) {
    const where = row.members === undefined ? row.url : membersText(row.members)
    io.stdout.write(`${row.name.padEnd(width)}  ${stateText(row, paint).padEnd(6)}  ${paint.dim(where)}\n`)
    for (const { name, failures, calls } of row.state?.rules ?? [])
      io.stdout.write(
        `${' '.repeat(width)}  ${paint.dim(`${name === '' ? 'rule' : name}: ${counted(failures, 'failure')} of ${counted(calls, 'call')}`)}\n`,
      )
  }
  const open = rows.filter(({ state }) => state?.state === 'open').length
  const sum = open === 0 ? 'no circuit breaker is open' : `${open} kept from calls by their circuit breakers`
  io.stderr.write(
    `${counted(rows.length, 'backend')}; ${isRunning ? sum : 'no gateway runs here, so their state is not known'}\n`,
  )
}

const membersText = (members: NonNullable<Row['members']>) =>
  members.map(({ backend, priority, weight }) => `${backend} (priority ${priority}, weight ${weight})`).join(', ')

function stateText({ state, kind }: Row, paint: Paint): string {
  if (state === undefined) return kind === 'pool' ? 'pool' : '-'
  if (state.state === 'closed') return 'closed'
  return paint.red(`open until ${state.openUntil ?? ''}`)
}
