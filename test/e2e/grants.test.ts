import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { segmentsIn } from '../../src/audit/segments.ts'
import { isMain } from '../../src/audit/writer-name.ts'
import { command } from '../harness/command.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { gatehouse, type Running, startGatehouse } from '../harness/gatehouse.ts'
import { until } from '../harness/until.ts'
import { copyOfDemo, type TemporaryWorkspace } from '../harness/workspace.ts'

const rita = 'rita@gazette.onmicrosoft.com'
const paul = 'paul@gazette.onmicrosoft.com'

let backend: EchoBackend
let demo: TemporaryWorkspace
let running: Running
let token: string

before(async () => {
  backend = await startEchoBackend()
  demo = await copyOfDemo(backend.address)
  await demo.edit(
    'gatehouse.yaml',
    text => `${text}\ngrants: { approvers: [publishers], maxHours: 8 }\naudit: { keepCalls: { denied: true, sample: 1 } }\n`,
  )
  running = await startGatehouse(demo.folder)
  const who = ['--client', 'Gazette CLI', '--user', rita, '--scope', 'api://articles/.default']
  token = (await command(['token', demo.folder, ...who])).stdout.trim()
})
after(async () => {
  await running?.stop()
  await backend?.close()
  await demo?.remove()
})

const grant = (step: string, ...args: readonly string[]) => command(['grant', step, ...args])

async function publish(): Promise<{ readonly status: number; readonly id: string }> {
  const answer = await fetch(`${running.gateway}/articles/`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"title":"x"}',
  })
  await answer.arrayBuffer()
  return { status: answer.status, id: answer.headers.get('x-request-id') ?? '' }
}

/** Until every thread has heard of it; the gateway looks ten times a second. */
async function publishUntil(wanted: number): Promise<string> {
  let statuses: readonly number[] = []
  return until(
    async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, publish))
      statuses = answers.map(({ status }) => status)
      return statuses.every(status => status === wanted) && answers[0]?.id
    },
    () => `still ${statuses}`,
  )
}

/** Once its batch is written. */
async function recordOf(requestId: string): Promise<string> {
  return until(
    async () => {
      const { stdout } = await command(['audit', 'query', demo.folder, '--request-id', requestId, '--json'])
      return stdout !== '' && stdout
    },
    () => `no record of ${requestId}`,
  )
}

async function ask(time = '2h'): Promise<string> {
  const { code, stdout, stderr } = await grant(
    'request',
    demo.folder,
    ...['--role', 'publishers', '--api', 'articles', '--for', time, '--reason', 'the night shift', '--as', rita],
  )
  assert.equal(code, 0, stderr)
  return stdout.trim()
}

test('a role that is granted acts at once with the token that the caller has already, and ends when it is revoked', async () => {
  assert.equal((await publish()).status, 403)
  const id = await ask()
  assert.equal((await publish()).status, 403)
  assert.equal((await gatehouse(['grant', 'approve', id, demo.folder, '--as', paul])).code, 0)
  const requestId = await publishUntil(200)
  const explained = await command(['explain', demo.folder, '--method', 'POST', '--url', '/articles/', '--token', token])
  assert.equal(explained.code, 0, explained.stdout)
  assert.match(explained.stdout, /granted for a time: publishers/)
  assert.match(explained.stdout, /caller .*roles readers, publishers \(granted\)/)
  const record = JSON.parse(await recordOf(requestId)) as { caller: { roles: string[]; grantedRoles: string[] } } // the command's documented form
  assert.deepEqual([record.caller.roles, record.caller.grantedRoles], [['readers'], ['publishers']])
  const query = (...form: readonly string[]) => command(['audit', 'query', demo.folder, '--request-id', requestId, ...form])
  assert.match((await query()).stdout, /roles readers, publishers \(granted\), from/)
  const [header = '', line = ''] = (await query('--csv')).stdout.split('\r\n')
  assert.match(header, /,grantedRoles$/)
  assert.match(line, /,publishers$/)
  assert.equal((await grant('revoke', id, demo.folder, '--as', paul)).code, 0)
  await publishUntil(403)
  // afterwards, too: what the grant let through stays explained, and comes out the same
  const past = await until(async () => {
    const explained = await command(['explain', demo.folder, '--request-id', requestId])
    return explained.stdout.includes('run again') && explained // once what is kept of the call is written too
  })
  assert.equal(past.code, 0, past.stdout)
  assert.doesNotMatch(past.stdout, /✗/)
  const again = await command(['replay', demo.folder])
  assert.equal(again.code, 0, again.stdout + again.stderr)
})

test('nobody approves their own request, nor does anybody without the role', async () => {
  const id = await ask()
  const own = await grant('approve', id, demo.folder, '--as', rita)
  assert.equal(own.code, 1)
  assert.match(own.stderr, /grants\.approvers/)
  const paulAsks = await grant(
    'request',
    demo.folder,
    ...['--role', 'admins', '--api', 'articles', '--for', '1h', '--reason', 'x', '--as', paul],
  )
  const self = await grant('approve', paulAsks.stdout.trim(), demo.folder, '--as', paul)
  assert.equal(self.code, 1)
  assert.match(self.stderr, /nobody approves their own request/)
  assert.equal((await grant('deny', id, demo.folder, '--as', paul)).code, 0)
  assert.equal((await grant('approve', id, demo.folder, '--as', paul)).code, 1)
  assert.equal((await publish()).status, 403)
})

test('what cannot be is refused with its reason: too long, no such role, a forged token', async () => {
  const request = (...args: readonly string[]) => grant('request', demo.folder, '--api', 'articles', '--reason', 'x', ...args)
  assert.match((await request('--role', 'publishers', '--for', '2d', '--as', rita)).stderr, /8 hours at most/)
  assert.match((await request('--role', 'emperors', '--for', '1h', '--as', rita)).stderr, /declares no app role emperors/)
  assert.match((await request('--role', 'publishers', '--for', '1h', '--as', paul)).stderr, /has the role publishers already/)
  const [head, body] = token.split('.')
  const forged = await request('--role', 'publishers', '--for', '1h', '--token', `${head}.${body}.AAAA`)
  assert.match(forged.stderr, /token\.signature/)
  assert.ok(!forged.stderr.includes(body ?? ''))
  assert.equal((await request('--role', 'publishers', '--for', 'ever', '--as', rita)).code, 2)
})

test('a request that is for longer than grants.maxHours has become is not approved, and can be denied', async () => {
  const id = await ask('8h')
  const shorten = (from: string, to: string) =>
    demo.edit('gatehouse.yaml', text => text.replace(`maxHours: ${from}`, `maxHours: ${to}`))
  await shorten('8', '1')
  try {
    const { code, stderr } = await grant('approve', id, demo.folder, '--as', paul)
    assert.equal(code, 1)
    assert.match(
      stderr,
      /refused: it is for 8 hours, and a grant is for 1 hour at most by now \(grants\.maxHours\): deny it, and have it asked for again/,
    )
    assert.equal((await grant('deny', id, demo.folder, '--as', paul)).code, 0)
  } finally {
    await shorten('1', '8')
  }
})

test('what an approver reads holds nothing that moves the cursor, hides or turns round, and is of bounded length', async () => {
  const request = (role: string, reason: string) =>
    grant('request', demo.folder, '--api', 'articles', '--role', role, '--for', '1h', '--reason', reason, '--as', rita)
  const before = (await grant('list', demo.folder)).stdout
  for (const reason of ['x\u001b[2Ky', 'x\ny', 'x\u202ey', 'x\u2028y', 'x'.repeat(501)]) {
    const { code, stderr } = await request('publishers', reason)
    assert.equal(code, 1)
    assert.match(stderr, /refused: the reason is 1 to 500 characters, without line breaks, control and format characters/)
  }
  const { code, stderr } = await request('publishers\u001b[2K', 'x')
  assert.deepEqual([code, stderr.includes('\u001b')], [1, false])
  assert.match(stderr, /refused: the role is 1 to 120 characters, without/)
  assert.equal((await grant('list', demo.folder)).stdout, before)
})

test('every step is in the audit trail, with who took it, and the trail is whole', async () => {
  const { stdout } = await command(['audit', 'events', demo.folder, '--json'])
  const events = stdout
    .split('\n')
    .filter(line => line.includes('"grant.'))
    .map(line => JSON.parse(line) as { event: string; by: string; detail: { holder: string; reason: string } }) // the documented form
  assert.deepEqual(
    events.slice(0, 3).map(({ event, by, detail }) => [event, by, detail.holder, detail.reason]),
    [
      ['grant.requested', rita, rita, 'the night shift'],
      ['grant.approved', paul, rita, 'the night shift'],
      ['grant.revoked', paul, rita, 'the night shift'],
    ],
  )
  assert.equal((await command(['audit', 'verify', demo.folder])).code, 0)
})

test('a gateway that runs names the chain of every approval as soon as it acts on it', async () => {
  const folder = join(demo.folder, '.gatehouse', 'audit')
  const named = (writer: string) =>
    segmentsIn(folder).some(({ writer: main, path }) => isMain(main) && readFileSync(path, 'utf8').includes(`"${writer}/`))
  for (let i = 0; i < 4; i++) {
    const id = await ask()
    assert.equal((await grant('approve', id, demo.folder, '--as', paul)).code, 0)
    const writers = segmentsIn(folder).flatMap(({ writer }) => (writer.endsWith('-grants') ? [writer] : []))
    const left = () => writers.filter(writer => !named(writer))
    await until(
      () => left().length === 0,
      () => `not named: ${left()}`,
    )
  }
})

test('a store that cannot be used is named with what to do, and nothing is taken', async () => {
  const file = join(demo.folder, '.gatehouse', 'grants.db')
  const other = await copyOfDemo(backend.address)
  try {
    await other.write('.gatehouse/grants.db', 'no database at all, and long enough to be looked at '.repeat(99))
    const damaged = await gatehouse(['grant', 'list', other.folder])
    assert.equal(damaged.code, 2)
    assert.match(damaged.stderr, /^gatehouse grant: .*grants\.db cannot be used \(file is not a database\): bring it back .*\n$/)
  } finally {
    await other.remove()
  }
  const holder = new DatabaseSync(file)
  try {
    holder.exec('BEGIN IMMEDIATE')
    const args = ['--role', 'publishers', '--api', 'articles', '--for', '1h', '--reason', 'a store in use', '--as', rita]
    const locked = await grant('request', demo.folder, ...args)
    assert.deepEqual([locked.code, locked.stdout], [2, ''])
    assert.match(locked.stderr, /^gatehouse grant: .*grants\.db cannot be used \(database is locked\): another process holds it/)
  } finally {
    holder.close()
  }
  assert.doesNotMatch((await grant('list', demo.folder, '--json')).stdout, /a store in use/)
})

test('without approvers nothing can be asked for', async () => {
  const plain = await copyOfDemo(backend.address)
  try {
    const args = ['--role', 'publishers', '--api', 'articles', '--for', '1h', '--reason', 'x', '--as', rita]
    const { code, stderr } = await grant('request', plain.folder, ...args)
    assert.equal(code, 1)
    assert.match(stderr, /grants: \{ approvers/)
  } finally {
    await plain.remove()
  }
})
