import { join } from 'node:path'
import type { AuditEvent } from '../audit/audit-event.ts'
import { csvHeader, csvLine } from '../audit/csv.ts'
import { type AuditFilter, lastRecords, queryAudit, queryEvents } from '../audit/query-audit.ts'
import { type DecisionRecord, decisions } from '../audit/record.ts'
import { reasonCodes } from '../catalog/reason.ts'
import { loadWorkspace } from '../workspace/load-workspace.ts'
import { didYouMean, nearestName } from '../workspace/near-names.ts'
import { verifyTrail } from './audit-verify.ts'
import { callerName, rolesText } from './caller-words.ts'
import { type Arguments, type Command, type Io, UsageError } from './command.ts'
import { Damage } from './damage.ts'
import { type Paint, paintFor } from './paint.ts'
import { printableTexts } from './printable.ts'
import { workspaceFolder } from './workspace-folder.ts'

export const auditCommand: Command = {
  name: 'audit',
  summary: 'read the trail of decisions; prove that it is whole',
  usage: [
    'audit query [WORKSPACE] [filters] [--last N] [--json | --csv]',
    'audit events [WORKSPACE] [--from T] [--to T] [--json]',
    'audit verify [WORKSPACE] [--key FILE | --unsigned] [--expect HEAD …] [--json]',
  ],
  details: `
Each call leaves one record: who called what, how it was decided, by which rule, and why. docs/errors.md has every reason and its mend.
"events" are what happened to the gateway itself: starts, changes of the configuration, grants.
"verify" follows the hash chain of every segment, checks the signed checkpoints, holds each chain against what others say of it, and names each record that was
changed, removed, put in or moved. It prints the trail's head: noted elsewhere, --expect asks later whether the trail still goes as far. docs/audit.md says what it
proves and what it cannot, and why the public key (audit-key.pub.pem of the state folder) is best kept elsewhere. Without a trail or a key it exits 1.
Records are printed by the time at which their calls began; one that took longer than a minute may stand where it ended.
Times are ISO 8601 (2026-01-31T12:00:00Z) or a span back from now (15m, 2h, 7d).`,
  options: {
    last: { type: 'string', value: 'N', help: 'only the newest N records' },
    from: { type: 'string', value: 'TIME', help: 'not before' },
    to: { type: 'string', value: 'TIME', help: 'before' },
    'request-id': { type: 'string', value: 'ID', help: 'the call that answered with this X-Request-Id' },
    caller: { type: 'string', value: 'ID', help: "the caller's object id or user principal name" },
    application: { type: 'string', value: 'ID', help: "the client application's id" },
    api: { type: 'string', value: 'NAME', help: 'calls to this API' },
    operation: { type: 'string', value: 'NAME', help: 'calls of this operation' },
    decision: { type: 'string', value: 'WORD', help: 'allowed, refused or failed' },
    reason: { type: 'string', value: 'CODE', help: 'a reason code, such as token.expired' },
    key: {
      type: 'string',
      value: 'FILE',
      help: 'the public key to verify with, a path from the current directory (default: audit-key.pub.pem of the state folder)',
    },
    unsigned: { type: 'boolean', help: 'verify without a key: the hash chains alone' },
    expect: { type: 'string', value: 'HEAD', multiple: true, help: 'a head that "audit verify" printed: the trail must hold it' },
    csv: { type: 'boolean', help: 'CSV with a header line' },
    json: { type: 'boolean', help: 'one JSON object a line' },
  },
  positionals: { min: 1, max: 2 },
  async run(args, io) {
    const [what] = args.positionals
    if (what !== 'query' && what !== 'verify' && what !== 'events')
      throw new UsageError('it is "audit query", "audit events" or "audit verify"')
    const { catalog } = await loadWorkspace({ folder: workspaceFolder(args.positionals[1], io), env: io.env })
    const folder = join(catalog.settings.state, 'audit')
    if (what === 'query') return query(folder, args, io)
    return what === 'events' ? events(folder, args, io) : verifyTrail(catalog.settings.state, args, io)
  },
}

async function query(folder: string, args: Arguments, io: Io): Promise<number> {
  if (args.flag('csv') && args.flag('json')) throw new UsageError('it is --json or --csv, not both')
  const filter = filterFrom(args, Date.now())
  const last = countFrom(args.text('last'))
  const paint = paintFor(io.stdout, io.env)
  const text = args.flag('csv') ? csvLine : (record: DecisionRecord) => describe(record, paint)
  const form = args.flag('json') ? jsonLine : (record: DecisionRecord) => text(printableTexts(record))
  const print = (record: DecisionRecord) => io.stdout.write(form(record))
  if (args.flag('csv')) io.stdout.write(csvHeader)
  const damage = new Damage(io)
  let found = 0
  const records =
    last === undefined ? queryAudit(folder, filter, damage.ofTrail) : await lastRecords(folder, filter, last, damage.ofTrail)
  for await (const record of records) {
    print(record)
    found++
  }
  if (found === 0) io.stderr.write('no record fits\n')
  return found === 0 || damage.isThere ? 1 : 0
}

const jsonLine = (record: object) => `${JSON.stringify(record)}\n`

async function events(folder: string, args: Arguments, io: Io): Promise<number> {
  const paint = paintFor(io.stdout, io.env)
  const found: AuditEvent[] = []
  const damage = new Damage(io)
  for await (const event of queryEvents(folder, filterFrom(args, Date.now()), damage.ofTrail))
    if (event.event !== 'audit.heads') found.push(event) // every half minute, and for "verify" alone
  found.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
  for (const event of found) io.stdout.write(args.flag('json') ? jsonLine(event) : describeEvent(printableTexts(event), paint))
  if (found.length === 0) io.stderr.write('no event fits\n')
  return found.length === 0 || damage.isThere ? 1 : 0
}

function describeEvent({ event, time, by, detail }: AuditEvent, paint: Paint): string {
  const fields = Object.entries(detail).map(([name, value]) => `${name} ${[value].flat().join(', ')}`)
  return `${paint.dim(time)}  ${paint.bold(event)}${by === undefined ? '' : ` by ${by}`}  ${fields.join('; ')}\n`
}

/** What the options of a command ask of records. */
export function filterFrom(args: Arguments, now: number): AuditFilter {
  const text = (name: string, key: keyof AuditFilter) => {
    const value = args.text(name)
    return value === undefined ? {} : { [key]: value }
  }
  const time = (name: 'from' | 'to') => {
    const value = args.text(name)
    return value === undefined ? {} : { [name]: timeFrom(value, now) }
  }
  const oneOf = (name: 'decision' | 'reason', words: readonly string[]) => {
    const value = args.text(name)
    return value === undefined ? {} : { [name]: known(name, value, words) }
  }
  return {
    ...time('from'),
    ...time('to'),
    ...text('request-id', 'requestId'),
    ...text('caller', 'caller'),
    ...text('application', 'application'),
    ...text('api', 'api'),
    ...text('operation', 'operation'),
    ...oneOf('decision', decisions),
    ...oneOf('reason', reasonCodes),
  }
}

/** A word that is on no list would fit no record, and say so as if there were none. */
function known(option: string, value: string, words: readonly string[]): string {
  if (words.includes(value)) return value
  const family = words.filter(word => word.split('.')[0] === value.split('.')[0])
  const mend = didYouMean(value, nearestName(value, words) === undefined && family.length > 0 ? family : words)
  throw new UsageError(`--${option} "${value}" is none that a record has: ${mend ?? 'docs/errors.md has all'}`)
}

const spans = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

function timeFrom(text: string, now: number): number {
  const span = /^(\d{1,6})([smhd])$/.exec(text)
  if (span !== null) return now - Number(span[1]) * spans[span[2] as keyof typeof spans] // the pattern admits these letters only
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw new UsageError(`"${text}" is no time; write 2026-01-31T12:00:00Z or 15m, 2h, 7d`)
  return time
}

function countFrom(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,6}$/.test(text) || Number(text) === 0) throw new UsageError('--last is a whole number from 1')
  return Number(text)
}

/** A record for a person: one line for the call, and under it who, which rule, and what was compared. */
export function describe(record: DecisionRecord, paint: Paint): string {
  const colour = record.decision === 'allowed' ? paint.green : paint.red
  const lines = [
    `${paint.dim(record.time)}  ${colour(`${record.status} ${record.reason}`)}  ${record.method} ${record.path}  ${paint.dim(`${record.duration.total} ms`)}`,
  ]
  const row = (name: string, text: string | undefined) => {
    if (text !== undefined && text !== '') lines.push(`    ${paint.dim(name.padEnd(9))} ${text}`)
  }
  row('request', record.requestId)
  row(
    'operation',
    [
      record.api,
      record.operation,
      record.product && `product ${record.product}`,
      record.subscription && `subscription ${record.subscription}`,
    ]
      .filter(Boolean)
      .join(', '),
  )
  row('caller', callerText(record))
  const { policy } = record
  row('rule', policy && `${policy.name} at ${policy.file}:${policy.line} (${policy.scope}, ${policy.section})`)
  row('expected', record.expected?.join(', '))
  row('received', record.received?.join(', '))
  return `${lines.join('\n')}\n`
}

function callerText({ caller, ipAddress }: DecisionRecord): string {
  const application = caller?.clientApplication
  const roles = caller === undefined ? '' : rolesText(caller)
  return [
    caller && callerName(caller),
    application && `by application ${application}`,
    roles && `roles ${roles}`,
    `from ${ipAddress}`,
  ]
    .filter(Boolean)
    .join(', ')
}
