import { join } from 'node:path'
import type { KeptCall } from '../audit/kept-call.ts'
import { queryAudit, queryKeptCalls } from '../audit/query-audit.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { withChanges } from '../directory/changes/directory-state.ts'
import { type DryRun, dryRun } from '../explain/dry-run.ts'
import { type Explanation, explainRecord } from '../explain/explanation.ts'
import { hasBadToken, PastCalls, recordedClaims } from '../explain/replay/past-call.ts'
import type { Incoming } from '../gateway/run/serve-call.ts'
import { cutToken } from '../identity/compact-token.ts'
import { defaultTokenLimits } from '../identity/create-token-verifier.ts'
import { type Arguments, type Command, type Io, UsageError } from './command.ts'
import { Damage } from './damage.ts'
import { describeExplanation } from './describe-explanation.ts'
import { requestFrom, secretsOf } from './explain-request.ts'
import { grantsInForce } from './grants-of.ts'
import { paintFor } from './paint.ts'
import { countDiagnostics, printDiagnostics } from './print-diagnostics.ts'
import { printable, printableTexts } from './printable.ts'
import { readAsAsked } from './read-as-asked.ts'
import { standFor } from './stand-for.ts'
import { workspaceFolder } from './workspace-folder.ts'

export const explainCommand: Command = {
  name: 'explain',
  summary: 'why a call is, or was, decided so, and what would change it',
  usage: [
    "explain [WORKSPACE] --url URL [--method M] [--token T] [--header 'A: b']… [--data TEXT] [--json]",
    'explain [WORKSPACE] --request-id ID [--json]',
  ],
  details: `
The call runs through the gateway's own policies and is sent nowhere: no backend is called, counters and cache begin empty, tokens are really
verified (a local directory need not run). With --request-id it is a call that was made, by its record in the audit trail.
Exits 0 when the call is allowed, 1 when it is refused, fails, is answered an error by return-response or the workspace has errors, 2 when it cannot
be asked (no record has the request id, no connection would bring the call). docs/explain.md has an example of each line.
Example: gatehouse explain --method POST --url /articles/ --token "$TOKEN"`,
  options: {
    method: { type: 'string', short: 'X', value: 'M', help: 'default: GET, with --data POST' },
    url: { type: 'string', value: 'URL', help: 'http://HOST/PATH?QUERY, or from the path on' },
    token: { type: 'string', value: 'T', help: 'sent as Authorization: Bearer T; never shown' },
    header: { type: 'string', short: 'H', multiple: true, value: "'A: b'", help: 'a header of the call' },
    data: { type: 'string', short: 'd', value: 'TEXT', help: 'the body, or @FILE for one that is a file; never shown' },
    certificate: {
      type: 'string',
      value: 'FILE',
      help: 'PEM: the certificate that the caller shows, and those that link it to a root',
    },
    ip: { type: 'string', value: 'ADDRESS', help: 'where the call comes from (default: 127.0.0.1)' },
    'request-id': { type: 'string', value: 'ID', help: 'the call that answered with this X-Request-Id' },
    environment: { type: 'string', value: 'NAME', help: 'lay configuration.NAME.yaml over the artifacts' },
    json: { type: 'boolean', help: 'print the explanation as a JSON object' },
  },
  positionals: { min: 0, max: 1 },
  async run(args, io) {
    const requestId = args.text('request-id')
    if (
      requestId !== undefined &&
      ['url', 'method', 'token', 'header', 'data', 'certificate', 'ip'].some(name => args.texts(name).length > 0)
    )
      throw new UsageError('--request-id names a call that was made: only --json and --environment go with it')
    if (requestId === undefined && args.text('url') === undefined)
      throw new UsageError('it takes --url, or --request-id for a call that was made')
    const { catalog, errors, sound } = await readAsAsked(workspaceFolder(args.positionals[0], io), args, io)
    printDiagnostics(errors, io.stderr, io.env)
    if (!sound) {
      io.stderr.write(`${countDiagnostics(errors)}: mend them first, nothing is decided by a workspace with faults\n`)
      return 1
    }
    return requestId === undefined ? explainCall(args, catalog, io) : explainPast(requestId, args, catalog, io)
  },
}

async function explainCall(args: Arguments, catalog: Catalog, io: Io): Promise<number> {
  const incoming = requestFrom(args, catalog, io.cwd)
  const authorization = incoming.headers.get('authorization') ?? undefined
  const secrets = secretsOf(incoming, catalog)
  const claims = claimsIn(authorization)
  const stand = standFor(catalog, { asksGraph: true, grants: await grantsInForce(catalog) })
  try {
    const { record, backend, notes, ...seen } = await dryRun(incoming, stand.options)
    const facts = {
      isPast: false,
      ...seen,
      notes: [...notes, ...(seen.trace === undefined ? [] : notesOn(incoming, catalog))],
      ...(backend === undefined ? {} : { backend }),
      ...(claims === undefined ? {} : { claims }),
    }
    return print(explainRecord(record, asItStands(catalog), facts), secrets, args, io)
  } finally {
    await stand.close()
  }
}

/** What of the call as it was put does not come in as it stands. */
function* notesOn({ scheme, headers, body }: Incoming, { settings }: Catalog): Iterable<string> {
  if (scheme === 'https' && settings.gateway.tls === undefined)
    yield 'The gateway speaks HTTP: the call counts as http, unless X-Forwarded-Proto of a trusted proxy says otherwise.'
  if (body.bytes === null && (headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > 0))
    yield 'The headers announce a body: the call counts as without one (--data), so what policies read in it may differ.'
}

/** With what was changed in the local directory since its file was written. */
function asItStands(catalog: Catalog): Catalog {
  const { directory, settings } = catalog
  return directory === undefined ? catalog : { ...catalog, directory: withChanges(directory, settings.state) }
}

/** What the token of the header states; nobody vouches for it here. */
function claimsIn(authorization: string | undefined): Readonly<Record<string, unknown>> | undefined {
  const token = authorization
    ?.trim()
    .replace(/^(?:bearer\s+)+/i, '')
    .replace(/^["']|["']$/g, '')
  const cut = token === undefined ? '' : cutToken(token, defaultTokenLimits.maxTokenBytes)
  return typeof cut !== 'string' && cut.form === 'signed' ? cut.claims : undefined
}

async function explainPast(requestId: string, args: Arguments, catalog: Catalog, io: Io): Promise<number> {
  const { state } = catalog.settings
  const damage = new Damage(io)
  for await (const record of queryAudit(join(state, 'audit'), { requestId }, damage.ofTrail)) {
    const notes = ['Policies and demands are those of the workspace as it is now; the record says how the call was decided then.']
    const kept = await keptCall(requestId, state, damage)
    const claims = kept?.claims ?? recordedClaims(record.caller)
    const again = kept === undefined || hasBadToken(kept) ? undefined : await runAgain(kept, catalog)
    if (again !== undefined) notes.push(stepsNote(again))
    else if (kept !== undefined) notes.push('The kept call is not run again: its token was no good, and ours would be.')
    const { trace, behind } = again ?? {}
    const facts = {
      isPast: true,
      ...(claims === undefined ? {} : { claims }),
      ...(trace === undefined ? {} : { trace }),
      ...(behind === undefined ? {} : { behind }),
      notes,
    }
    return print(explainRecord(record, asItStands(catalog), facts), [], args, io)
  }
  throw new UsageError(`no record of the trail in ${state} has the request id ${requestId}`)
}

/** What was kept of a call (audit.keepCalls); undefined when it was not. */
async function keptCall(requestId: string, state: string, damage: Damage): Promise<KeptCall | undefined> {
  for await (const call of queryKeptCalls(join(state, 'calls'), {}, damage.ofCalls))
    if (call.kept.requestId === requestId) return call
  return undefined
}

/** The call once more; its notes are those of a call that was never made. */
function runAgain(call: KeptCall, catalog: Catalog): Promise<DryRun> {
  const past = new PastCalls(catalog)
  return dryRun(past.incomingOf(call), past.options, Date.parse(call.time))
}

/** Where the steps are from, or why there are none. */
function stepsNote({ record: { api, reason }, trace }: DryRun): string {
  if (trace !== undefined && trace.entries.length > 0)
    return 'The steps are those of the kept call, run again by the policies as they are now.'
  return reason === 'config.faulty'
    ? `There are no steps: the API ${api} is faulty and runs no policy. Mend it, and its steps are shown here.`
    : `There are no steps: run again, the kept call meets no policy (${reason}).`
}

function print(explanation: Explanation, secrets: readonly string[], args: Arguments, io: Io): number {
  const isJson = args.flag('json')
  const text = isJson
    ? `${JSON.stringify(explanation, null, 2)}\n`
    : describeExplanation(printableTexts(explanation), paintFor(io.stdout, io.env))
  const written = isJson ? secrets : secrets.map(printable)
  io.stdout.write(written.reduce((shown, secret) => shown.replaceAll(secret, '(not shown)'), text))
  return explanation.verdict.passes ? 0 : 1
}
