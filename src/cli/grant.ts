import { randomUUID } from 'node:crypto'
import { approve, deny, type Grant, type GrantScope, type Person, revoke, standingAt } from '../access/grant.ts'
import { requestGrant } from '../access/grant-request.ts'
import { baseName } from '../catalog/base-name.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { GrantSettings } from '../catalog/settings.ts'
import { type AccessGrants, maxGrants } from '../store/access-grants.ts'
import { type Arguments, type Command, type Io, UsageError } from './command.ts'
import { onRecord, type StepEvent } from './grant-record.ts'
import { type Signed, signedBy } from './grant-signer.ts'
import { refusalText, requestRefusalText, standingText } from './grant-texts.ts'
import { withGrants } from './grants-of.ts'
import { type Paint, paintFor } from './paint.ts'
import { countDiagnostics, printDiagnostics } from './print-diagnostics.ts'
import { printable, printableTexts } from './printable.ts'
import { readAsAsked } from './read-as-asked.ts'
import { workspaceFolder } from './workspace-folder.ts'

const steps = ['request', 'approve', 'deny', 'revoke', 'list'] as const
type StepName = (typeof steps)[number]

export const grantCommand: Command = {
  name: 'grant',
  summary: 'ask for a role for a time; approve, deny, revoke and list such grants',
  usage: [
    'grant request [WORKSPACE] --role ROLE (--api NAME | --product NAME) --for TIME --reason TEXT (--as WHO | --token T)',
    'grant approve|deny|revoke ID [WORKSPACE] (--as WHO | --token T)',
    'grant list [WORKSPACE] [--all] [--json]',
  ],
  details: `
A grant adds a role to what the holder's tokens say, inside the gateway only, for calls to one API or by one product, from its approval until it ends by itself.
It acts at once, without a new token. Holders of the roles in grants.approvers (gatehouse.yaml) approve, deny and revoke; nobody approves their own request. Each step
is in the audit trail ("gatehouse audit events") before it is taken. --as signs in somebody of the local directory; with a real tenant, --token brings an access token. To ask
or to approve, it is one that every token policy of the API, or of all APIs of the product, takes. Grants are in the state folder, or for several gateways in PostgreSQL
(store.postgres). docs/grants.md tells the whole story. Exits 1 when a step is refused, 2 when it cannot be taken.`,
  options: {
    role: { type: 'string', value: 'ROLE', help: 'the app role that is asked for' },
    api: { type: 'string', value: 'NAME', help: 'for calls to this API' },
    product: { type: 'string', value: 'NAME', help: 'for calls by this product' },
    for: { type: 'string', value: 'TIME', help: 'how long: 30m, 2h, 1d' },
    reason: { type: 'string', value: 'TEXT', help: 'why it is needed' },
    as: { type: 'string', value: 'WHO', help: 'a userPrincipalName, or an application, of the local directory' },
    token: { type: 'string', value: 'T', help: 'an access token for the API, or for all of the product; never shown' },
    all: { type: 'boolean', help: 'also those that are over' },
    json: { type: 'boolean', help: 'print JSON' },
  },
  positionals: { min: 1, max: 3 },
  async run(args, io) {
    const step = steps.find(name => name === args.positionals[0])
    if (step === undefined) throw new UsageError(`it is one of: ${steps.map(name => `grant ${name}`).join(', ')}`)
    const takesId = step !== 'request' && step !== 'list'
    const { catalog, errors, sound } = await readAsAsked(workspaceFolder(args.positionals[takesId ? 2 : 1], io), args, io)
    printDiagnostics(errors, io.stderr, io.env)
    if (!sound) {
      io.stderr.write(`${countDiagnostics(errors)}: mend them first\n`)
      return 1
    }
    return withGrants(catalog, grants => take(step, { args, io, catalog, grants }))
  },
}

interface Asked {
  readonly args: Arguments
  readonly io: Io
  readonly catalog: Catalog
  readonly grants: AccessGrants
}

async function take(step: StepName, asked: Asked): Promise<number> {
  if (step === 'list') return list(asked)
  const { settings } = asked.catalog
  if (settings.grants === undefined)
    return refuse(asked, 'nobody may approve: name the approvers in gatehouse.yaml, such as grants: { approvers: [admins] }')
  return step === 'request' ? request(asked, settings.grants) : decide(step, asked, settings.grants)
}

function refuse({ io }: Asked, why: string): number {
  io.stderr.write(`refused: ${printable(why)}\n`)
  return 1
}

async function request(asked: Asked, settings: GrantSettings): Promise<number> {
  const { args, catalog, grants } = asked
  const [role, reason] = [args.text('role'), args.text('reason')?.trim()]
  if (role === undefined || reason === undefined || reason === '') throw new UsageError('--role and --reason are needed')
  const scope = scopeFrom(args, catalog)
  const duration = durationFrom(args.text('for'))
  const signed = await signedBy(args, catalog, scope)
  if ('refused' in signed) return refuse(asked, signed.refused)
  if (signed.lacks !== undefined) return refuse(asked, signed.lacks)
  const wanted = { id: randomUUID().slice(0, 8), holder: signed.person, role, scope, reason, duration }
  const grant = requestGrant(wanted, Date.now(), settings)
  if (typeof grant === 'string') return refuse(asked, requestRefusalText(grant, settings))
  if (signed.declared !== undefined && !signed.declared.includes(role))
    return refuse(
      asked,
      `the application of ${scope.name} declares no app role ${role}: it has ${signed.declared.join(', ') || 'none'}`,
    )
  if (signed.roles.includes(role)) return refuse(asked, `${signed.person.name} has the role ${role} already`)
  const kept = await recorded(asked, 'grant.requested', grant, signed.person, async () =>
    (await grants.add(grant)) ? grant : { refused: `${maxGrants} requests and grants are open already` },
  )
  if ('refused' in kept) return refuse(asked, kept.refused)
  return tell(
    asked,
    grant,
    `requested; somebody with ${settings.approvers.join(' or ')} approves it: gatehouse grant approve ${grant.id}`,
  )
}

const decisions = { approve, deny, revoke } as const
const kinds = { approve: 'grant.approved', deny: 'grant.denied', revoke: 'grant.revoked' } as const satisfies Record<
  string,
  StepEvent['event']
>

async function decide(step: keyof typeof decisions, asked: Asked, settings: GrantSettings): Promise<number> {
  const { args, catalog, grants } = asked
  const id = args.positionals[1]
  if (id === undefined) throw new UsageError(`usage: gatehouse grant ${step} ID`)
  const known = (await grants.all()).find(grant => grant.id === id)
  if (known === undefined) return refuse(asked, `there is no grant ${id}`)
  const signed = await signedBy(args, catalog, known.scope)
  if ('refused' in signed) return refuse(asked, signed.refused)
  // what gives needs a say about all that it is given for; to take away, a part will do
  if (step === 'approve' && signed.lacks !== undefined) return refuse(asked, signed.lacks)
  const now = Date.now()
  const decided = (grant: Grant) =>
    mayDecide(step, grant, signed, settings) ? decisions[step](grant, signed.person, now, settings) : 'not-approver'
  const planned = decided(known)
  if (typeof planned === 'string') return refuse(asked, refusalText(planned, known, settings))
  const done = await recorded(asked, kinds[step], planned, signed.person, async () => {
    // somebody else may have been faster
    const changed = await grants.change(id, decided)
    if (changed === undefined) return { refused: `there is no grant ${id} any more` }
    return typeof changed === 'string' ? { refused: refusalText(changed, known, settings) } : changed
  })
  return 'refused' in done ? refuse(asked, done.refused) : tell(asked, done, standingText(done, now))
}

/** Whoever holds a grant may give it back; all else is for approvers. A role that is itself granted for a time makes no approver. */
function mayDecide(
  step: keyof typeof decisions,
  { holder }: Grant,
  { person, roles }: Signed,
  { approvers }: GrantSettings,
): boolean {
  if (step === 'revoke' && holder.objectId === person.objectId) return true
  return roles.some(role => approvers.includes(role))
}

function scopeFrom(args: Arguments, { apis, products }: Catalog): GrantScope {
  const [api, product] = [args.text('api'), args.text('product')]
  if ((api === undefined) === (product === undefined)) throw new UsageError('--api or --product says what the role is for')
  const kind = api === undefined ? 'product' : 'api'
  const name = api ?? product ?? ''
  const names = kind === 'api' ? apis.map(baseName) : products.map(one => one.name)
  if (!names.includes(name)) {
    const known = [...new Set(names)]
    const what = kind === 'api' ? 'API' : 'product'
    throw new UsageError(`there is no ${what} ${name}: the workspace has ${known.length === 0 ? 'none' : known.join(', ')}`)
  }
  return { kind, name }
}

const spans = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

function durationFrom(text: string | undefined): number {
  const match = /^(\d{1,5})([mhd])$/.exec(text ?? '')
  if (match === null || Number(match[1]) === 0) throw new UsageError('--for says how long: 30m, 2h, 1d')
  return Number(match[1]) * spans[match[2] as keyof typeof spans] // the pattern admits these letters only
}

/** Takes a step once it is in the trail. Gives why it could not be taken after all. */
function recorded(
  { catalog }: Asked,
  event: StepEvent['event'],
  { id, holder, role, scope, reason, until }: Grant,
  by: Person,
  take: () => Promise<Grant | { readonly refused: string }>,
): Promise<Grant | { readonly refused: string }> {
  const detail: StepEvent['detail'] = {
    grant: id,
    holder: holder.name,
    holderObjectId: holder.objectId,
    role,
    scope: `${scope.kind} ${scope.name}`,
    reason,
    byObjectId: by.objectId,
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  }
  return onRecord(catalog.settings.state, { event, time: new Date().toISOString(), by: by.name, detail }, take)
}

function tell({ args, io }: Asked, grant: Grant, text: string): number {
  io.stdout.write(args.flag('json') ? `${JSON.stringify(grant)}\n` : `${grant.id}\n`)
  io.stderr.write(`${printable(`${grant.role} on ${grant.scope.kind} ${grant.scope.name} for ${grant.holder.name}`)}: ${text}\n`)
  return 0
}

async function list({ args, io, grants }: Asked): Promise<number> {
  const now = Date.now()
  const open = new Set(['requested', 'approved'])
  const shown = (await grants.all()).filter(grant => args.flag('all') || open.has(standingAt(grant, now)))
  const paint = paintFor(io.stdout, io.env)
  if (args.flag('json'))
    io.stdout.write(
      `${JSON.stringify(
        shown.map(grant => ({ ...grant, standing: standingAt(grant, now) })),
        null,
        2,
      )}\n`,
    )
  else for (const grant of shown) io.stdout.write(lineOf(printableTexts(grant), now, paint))
  if (shown.length === 0) io.stderr.write('no request waits, and no grant is in force\n')
  return 0
}

function lineOf(grant: Grant, now: number, paint: Paint): string {
  const { id, holder, role, scope, reason } = grant
  const standing = standingAt(grant, now)
  const colour = standing === 'approved' ? paint.green : standing === 'requested' ? paint.yellow : paint.dim
  return `${id}  ${colour(standingText(grant, now))}  ${role} on ${scope.kind} ${scope.name}  ${holder.name}  ${paint.dim(reason)}\n`
}
