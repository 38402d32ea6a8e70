import type { Catalog } from '../catalog/catalog.ts'
import { accessRows } from '../explain/access-rows.ts'
import { shadowedRules } from '../explain/trials/shadowed-rules.ts'
import { triedRows } from '../explain/trials/tried-rows.ts'
import { type OperationAccess, whoMay } from '../explain/trials/who-may.ts'
import { printCallerAccess } from './access-as.ts'
import { printCounters } from './access-counters.ts'
import { printAccessDiff } from './access-diff.ts'
import { type Arguments, type Command, type Io, UsageError } from './command.ts'
import { directoryCallers } from './directory-callers.ts'
import { printAccess, printAccessJson } from './print-access.ts'
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
Read from the policies as they take effect, and tried: the plans of the gateway run for roles and groups, one by one and in the sets that policies demand,
and for the callers of the local directory, so that conditions and expressions count. Operations that nobody guards, that nobody can reach or that want an
app role that no application declares are flagged, and values of a rule that a wider rule refuses.
--as shows what one caller of the local directory may do (or the bearer of --token). \`diff\` takes two workspace folders, or git revisions of this one, and
prints a line for each operation and role, or set of roles, that gains or loses, and for a condition that changed where who gains cannot be told; it exits 1
when there is one. docs/explain.md says how to read it all.`,
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
    const rows = triedRows(accessRows(catalog), await triedAccess(catalog, io), catalog)
    if (args.flag('json')) printAccessJson(rows, io)
    else printAccess(rows, shadowedRules(rows), io)
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
    return await whoMay(catalog, directoryCallers(catalog))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    io.stderr.write(`not tried: ${error.message}\n`)
    return []
  }
}
