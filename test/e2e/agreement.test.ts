import assert from 'node:assert/strict'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { queryAudit } from '../../src/audit/query-audit.ts'
import { directoryCallers } from '../../src/cli/directory-callers.ts'
import { readWorkspace } from '../../src/cli/read-workspace.ts'
import { standFor } from '../../src/cli/stand-for.ts'
import { DryRunner } from '../../src/explain/dry-run.ts'
import { accessDiff } from '../../src/explain/trials/access-diff.ts'
import { callerAccess } from '../../src/explain/trials/caller-access.ts'
import { type Principal, principalText } from '../../src/explain/trials/principal.ts'
import { type OperationAccess, whoMay } from '../../src/explain/trials/who-may.ts'
import { Body } from '../../src/policies/context/body.ts'
import { Headers } from '../../src/policies/context/headers.ts'
import { command } from '../harness/command.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { type Running, startGatehouse } from '../harness/gatehouse.ts'
import { PolicyMaker, randomOf, roles, team, tenant, upn, users } from '../harness/policy-maker.ts'
import { until } from '../harness/until.ts'
import { type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

/** Random workspaces that are tried; AGREEMENTS=200 for the long run, SEED for another one. */
const rounds = Number(process.env.AGREEMENTS ?? 4)
const seed = Number(process.env.SEED ?? 1)

const directory = `
tenant: { id: ${tenant}, domain: colors.onmicrosoft.com, displayName: Colors }
users:
${users.map((_, i) => `  - { userPrincipalName: ${upn(i)}, password: pass-${i}, displayName: User ${i} }`).join('\n')}
groups:
  - { id: ${team.id}, displayName: Team, members: [${team.members.map(upn).join(', ')}] }
applications:
  - displayName: Colors API
    groupMembershipClaims: SecurityGroup
    appId: 0a1b2c3d-0000-4000-8000-000000000001
    identifierUris: [api://colors]
    api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [{ value: access_as_user }] }
    appRoles: [${roles.map(value => `{ value: ${value}, displayName: ${value}, allowedMemberTypes: [User] }`).join(', ')}]
  - { displayName: CLI, appId: 0a1b2c3d-0000-4000-8000-000000000002, isFallbackPublicClient: true }
appRoleAssignments:
${users.flatMap((held, i) => held.map(role => `  - { principal: ${upn(i)}, resource: Colors API, role: ${role} }`)).join('\n')}
`
const operations = ['one', 'two', 'three'] as const
const specification = `
openapi: 3.0.3
info: { title: Colors, version: '1' }
paths:
${operations.map(name => `  /${name}: { get: { operationId: ${name}, responses: { '200': { description: ok } } } }`).join('\n')}
  /round: { get: { operationId: round, responses: { '200': { description: ok } } } }
`

let backend: EchoBackend
let workspace: TemporaryWorkspace
let running: Running
const tokens: string[] = []

before(async () => {
  backend = await startEchoBackend()
  const api = {
    properties: {
      displayName: 'Colors',
      path: 'colors',
      serviceUrl: backend.address,
      protocols: ['http', 'https'],
      subscriptionRequired: false,
    },
  }
  workspace = await temporaryWorkspace({
    'gatehouse.yaml': `gateway: { listen: 127.0.0.1:0, workers: 1 }\nidentity: { tenant: ${tenant}, directory: ./directory.yaml, listen: 127.0.0.1:0 }\n`,
    'directory.yaml': directory,
    'apis/colors/apiInformation.json': JSON.stringify(api),
    'apis/colors/specification.yaml': specification,
    'apis/colors/policy.xml': '<policies><inbound><base /></inbound></policies>',
  })
  running = await startGatehouse(workspace.folder)
  for (const [i] of users.entries()) {
    const args = ['--client', 'CLI', '--user', upn(i), '--scope', 'api://colors/.default']
    tokens.push((await command(['token', workspace.folder, ...args])).stdout.trim())
  }
})
after(async () => {
  await running?.stop()
  await backend?.close()
  await workspace?.remove()
})

test(`explain, access and the live gateway agree on ${rounds} random workspaces, for every caller and call`, async () => {
  const maker = new PolicyMaker(randomOf(seed))
  for (let round = 0; round < rounds; round++) {
    const text = maker.document()
    const own = operations.map(() => maker.document())
    await replaceApis({ policy: text, operations: own })
    await compareAll(`seed ${seed}, round ${round}:\n${[text, ...own].join('\n')}`)
  }
})

let changesSeen = 0

/** The folder is replaced as a whole, so that the gateway sees one change; resolves once that is in force. */
async function replaceApis(made: { readonly policy: string; readonly operations: readonly string[] }): Promise<void> {
  const next = await temporaryWorkspace({
    'apis/colors/apiInformation.json': await workspace.read('apis/colors/apiInformation.json'),
    'apis/colors/specification.yaml': specification,
    'apis/colors/policy.xml': made.policy,
    'apis/colors/operations/round/policy.xml': `<policies><inbound><return-response><set-body>${changesSeen}</set-body></return-response></inbound></policies>`,
    ...Object.fromEntries(operations.map((name, i) => [`apis/colors/operations/${name}/policy.xml`, made.operations[i] ?? ''])),
  })
  renameSync(join(workspace.folder, 'apis'), join(next.folder, 'before'))
  renameSync(join(next.folder, 'apis'), join(workspace.folder, 'apis'))
  await next.remove()
  // the gateway may reload once or twice for it
  const served = async () => (await fetch(`${running.gateway}/colors/round`)).text()
  await until(
    async () => (await served()) === String(changesSeen),
    () => 'the change is not in force',
  )
  changesSeen++
}

interface Tried {
  readonly user: number
  readonly operation: string
  readonly team: string | undefined
}

async function compareAll(context: string): Promise<void> {
  const { catalog, sound } = await readWorkspace({ folder: workspace.folder, env: {}, serveValid: true })
  assert.ok(sound, context)
  const { options, close } = standFor(catalog)
  try {
    const combinations = [...tokens, undefined].flatMap((_, user) =>
      operations.flatMap(operation => [undefined, 'red'].map((team): Tried => ({ user, operation, team }))),
    )
    const live = await callAll(combinations)
    const tables = [await whoMay(catalog, directoryCallers(catalog)), await whoMay(catalog)]
    const runner = new DryRunner(options)
    for (const [user, token] of [...tokens, undefined].entries()) {
      const access = await callerAccess(
        catalog,
        options,
        async () => (token === undefined ? { refused: 'no token' } : { token }),
        directoryCallers(catalog),
      )
      for (const tried of combinations.filter(one => one.user === user)) {
        const answered = live.get(tried)
        assert.ok(answered !== undefined)
        const who = `${token === undefined ? 'nobody' : upn(user)} ${tried.operation} ${tried.team ?? 'no team'}\n${context}`
        const { status, reason } = (await runner.run(incomingOf(tried, token))).record
        assert.deepEqual([status, reason], [answered.status, answered.reason], `explain and gateway: ${who}`)
        const may = access.find(({ operation }) => operation === tried.operation)?.may
        if (answered.status === 200) assert.equal(may, true, `access --as and gateway: ${who}`)
        if (isAboutWho(answered)) assert.equal(may, false, `access --as and gateway: ${who}`)
        for (const [i, table] of tables.entries())
          compareOne(answered, { table, knowsCallers: i === 0 }, tried, token !== undefined, who)
      }
    }
    compareChanges({ live, tables }, context)
  } finally {
    await close()
  }
}

interface Matrix {
  readonly table: readonly OperationAccess[]
  readonly knowsCallers: boolean
}

/** Nobody gets in whom the matrix does not name, or at least leaves open; and nobody whom it names is turned away for who they are. */
function compareOne(answered: Answered, { table, knowsCallers }: Matrix, tried: Tried, hasToken: boolean, who: string): void {
  const row = table.find(({ operation }) => operation === tried.operation)
  assert.ok(row !== undefined, who)
  const named = row.may.filter(one => isCaller(one, tried.user, hasToken)).map(principalText)
  if (isAboutWho(answered)) assert.deepEqual(named, [], `access and gateway: ${who}`)
  if (answered.status !== 200) return
  assert.notEqual(row.reach, 'nobody', `access and gateway: ${who}`)
  // without the callers of the directory a condition on names leaves open who gets in
  if (knowsCallers || row.conditions.untold === '') assert.notDeepEqual(named, [], `access and gateway: ${who}`)
}

function isCaller(principal: Principal, user: number, hasToken: boolean): boolean {
  if (principal.kind === 'nobody') return true
  if (principal.kind === 'token' || !hasToken) return hasToken
  if (principal.kind !== 'holder') return principal.name === upn(user)
  const held: readonly string[] = users[user] ?? []
  const groups: readonly string[] = team.members.some(one => one === user) ? [team.id] : []
  return principal.roles.every(role => held.includes(role)) && principal.groups.every(group => groups.includes(group))
}

interface Round {
  readonly live: ReadonlyMap<Tried, Answered>
  /** With the callers of the directory, and without. */
  readonly tables: readonly (readonly OperationAccess[])[]
}

let lastRound: Round | undefined

/** Who is let in and was not, or was and is not, shows in the difference of the two workspaces. */
function compareChanges(now: Round, context: string): void {
  const was = lastRound
  lastRound = now
  if (was === undefined) return
  const outcomes = ({ live }: Round) =>
    new Map([...live].map(([tried, answered]) => [JSON.stringify(tried), outcomeOf(answered)]))
  const old = outcomes(was)
  const changed = [...outcomes(now)].filter(([key, outcome]) => outcome && old.get(key) && old.get(key) !== outcome)
  for (const [i, table] of now.tables.entries()) {
    const told = new Set(accessDiff(was.tables[i] ?? [], table).map(({ operation }) => operation))
    for (const [key] of changed)
      assert.ok(told.has((JSON.parse(key) as Tried).operation), `access diff and gateway: ${key}\n${context}`)
  }
}

const outcomeOf = (answered: Answered) => (answered.status === 200 ? 'in' : isAboutWho(answered) ? 'away' : undefined)

/** Turned away for who calls, not for an address or a header. */
const isAboutWho = ({ status, reason }: { readonly status: number; readonly reason: string }) =>
  reason.startsWith('token.') || (reason === 'policy.returned-response' && status !== 200)

interface Answered {
  readonly status: number
  readonly reason: string
}

/** All of them, and then the reasons from the trail. */
async function callAll(combinations: readonly Tried[]): Promise<ReadonlyMap<Tried, Answered>> {
  const answers = await Promise.all(
    combinations.map(async tried => {
      const token = tokens[tried.user]
      const headers = {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(tried.team === undefined ? {} : { 'x-team': tried.team }),
      }
      const answer = await fetch(`${running.gateway}/colors/${tried.operation}`, { headers })
      await answer.arrayBuffer()
      return { tried, status: answer.status, id: answer.headers.get('x-request-id') }
    }),
  )
  const reasons = await reasonsOf(answers.flatMap(({ status, id }) => (status === 200 || id === null ? [] : [id])))
  return new Map(
    answers.map(({ tried, status, id }) => {
      const reason = status === 200 ? 'allowed' : id === null ? 'policy.returned-response' : (reasons.get(id) ?? 'no record')
      return [tried, { status, reason }]
    }),
  )
}

/** Once the batches that they are in are written. */
async function reasonsOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return until(async () => {
    const found = new Map<string, string>()
    for await (const { requestId, reason } of queryAudit(`${workspace.folder}/.gatehouse/audit`, {})) found.set(requestId, reason)
    return ids.every(id => found.has(id)) && found
  })
}

function incomingOf({ operation, team }: Tried, token: string | undefined) {
  const headers = new Headers(['Host', 'localhost'])
  if (token !== undefined) headers.append('Authorization', `Bearer ${token}`)
  if (team !== undefined) headers.append('X-Team', team)
  const path = `/colors/${operation}`
  const scheme = 'http' as const
  return { method: 'GET', path, query: '', headers, body: Body.empty(), peer: '127.0.0.1', scheme, startedAt: Date.now() }
}
