import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { AuditFilter } from '../audit/query-audit.ts'
import { queryAudit, queryKeptCalls } from '../audit/query-audit.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { counted } from '../catalog/counted.ts'
import type { TrailCall } from '../explain/replay/past-call.ts'
import { type ChangedVerdict, type ReplayResult, replay, type Verdict } from '../explain/replay/replay.ts'
import { folderOf } from './access-diff.ts'
import { filterFrom } from './audit.ts'
import { type Arguments, type Command, type Io, UsageError } from './command.ts'
import { Damage } from './damage.ts'
import { type Paint, paintFor } from './paint.ts'
import { countDiagnostics, printDiagnostics } from './print-diagnostics.ts'
import { printableTexts } from './printable.ts'
import { readAsAsked } from './read-as-asked.ts'
import { assertWorkspace, workspaceFolder } from './workspace-folder.ts'

export const replayCommand: Command = {
  name: 'replay',
  summary: 'run recorded calls against changed policies; list those that come out otherwise',
  usage: ['replay [WORKSPACE] [--base OLD] [--trail STATE] [--from T] [--to T] [--json]'],
  details: `
Calls of the audit trail (and those that audit.keepCalls kept whole) run through the policies of the workspace as it is now. Those whose verdict changes are listed, by
caller and rule: the review of a policy change. With --base, a folder or a git revision, both run, and what differs is between the two. Nothing is sent anywhere.
Calls that limits, content, connections or bad tokens decided are passed over and counted. docs/replay.md tells what a replay can know.
Times are ISO 8601 or a span back from now (15m, 2h, 7d). Exits 0 when no verdict changes, 1 when one does or a segment is damaged, 2 when there is no call to replay.`,
  options: {
    base: { type: 'string', value: 'OLD', help: 'a workspace folder, or a git revision of the folder you stand in' },
    trail: { type: 'string', value: 'STATE', help: "the state folder whose trail it is (default: the workspace's)" },
    from: { type: 'string', value: 'TIME', help: 'calls not before' },
    to: { type: 'string', value: 'TIME', help: 'calls before' },
    api: { type: 'string', value: 'NAME', help: 'calls to this API' },
    environment: { type: 'string', value: 'NAME', help: 'lay configuration.NAME.yaml over the artifacts' },
    json: { type: 'boolean', help: 'print {changes, replayed, passedOver} as JSON' },
  },
  positionals: { min: 0, max: 1 },
  async run(args, io) {
    const workspace = await catalogOf(workspaceFolder(args.positionals[0], io), args, io)
    const base = args.text('base')
    const old = base === undefined ? undefined : await baseOf(base, args, io)
    if (workspace === undefined || old === 'faulty') return 1
    const trail = args.text('trail')
    const state = trail === undefined ? workspace.settings.state : resolve(io.cwd, trail)
    if (!existsSync(join(state, 'audit')))
      throw new UsageError(`there is no trail in ${state}: that folder holds no audit folder`)
    const damage = new Damage(io)
    const result = await replay(callsIn(state, filterFrom(args, Date.now()), damage), workspace, old)
    if (args.flag('json'))
      io.stdout.write(`${JSON.stringify({ ...result, passedOver: Object.fromEntries(result.passedOver) }, null, 2)}\n`)
    else print(result, io)
    // nothing was compared: to a build that would look as if all were well
    if (result.replayed === 0) return 2
    return result.changes.length > 0 || damage.isThere ? 1 : 0
  },
}

/** Those that were kept whole, and the records of all others. */
async function* callsIn(state: string, filter: AuditFilter, damage: Damage): AsyncGenerator<TrailCall> {
  const kept = new Set<string>()
  for await (const call of queryKeptCalls(join(state, 'calls'), filter, damage.ofCalls)) {
    if (filter.api !== undefined && call.kept.api !== filter.api) continue
    kept.add(call.kept.requestId)
    yield call
  }
  for await (const record of queryAudit(join(state, 'audit'), filter, damage.ofTrail))
    if (!kept.has(record.requestId)) yield record
}

async function baseOf(name: string, args: Arguments, io: Io): Promise<Catalog | 'faulty'> {
  const { folder, remove } = await folderOf(name, io)
  try {
    assertWorkspace(folder, name)
    return (await catalogOf(folder, args, io)) ?? 'faulty'
  } finally {
    remove()
  }
}

async function catalogOf(folder: string, args: Arguments, io: Io): Promise<Catalog | undefined> {
  const { catalog, errors, sound } = await readAsAsked(folder, args, io)
  if (sound) return catalog
  printDiagnostics(errors, io.stderr, io.env)
  io.stderr.write(`${folder}: ${countDiagnostics(errors)}\n`)
  return undefined
}

function print({ changes, replayed, passedOver }: ReplayResult, io: Io): void {
  const paint = paintFor(io.stdout, io.env)
  for (const change of changes) io.stdout.write(lineOf(printableTexts(change), paint))
  for (const [why, count] of passedOver) io.stderr.write(`passed over: ${count} ${why}\n`)
  if (replayed === 0) {
    io.stderr.write('no call to replay: the trail holds none that fits\n')
    return
  }
  const calls = changes.reduce((sum, change) => sum + change.calls, 0)
  io.stderr.write(
    `${counted(replayed, 'call')} replayed; ${calls === 0 ? 'none' : calls} ${calls > 1 ? 'come' : 'comes'} out otherwise\n`,
  )
}

const titles = { 'now-allowed': 'now allowed', 'now-refused': 'now refused', 'other-reason': 'refused otherwise' } as const

function lineOf({ kind, method, path, caller, calls, before, after, requestId }: ChangedVerdict, paint: Paint): string {
  const colour = kind === 'now-allowed' ? paint.yellow : kind === 'now-refused' ? paint.red : paint.dim
  const times = calls === 1 ? '' : ` (${calls} calls)`
  return `${colour(titles[kind])}  ${method} ${path}  ${caller}${times}  ${verdictText(before)} → ${verdictText(after)}  ${paint.dim(requestId)}\n`
}

const verdictText = ({ status, reason, rule }: Verdict) => `${status} ${reason}${rule === undefined ? '' : ` by ${rule}`}`
