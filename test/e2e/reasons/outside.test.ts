import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { noRedis, startRedis } from '../../../src/store/testing/redis-server.ts'
import { artifactsOf } from '../../harness/workspace.ts'
import { directoryFile, directoryToken, newsroom, orders, requires, rita, tenant } from './directory.ts'
import { document } from './prove-reasons.ts'
import { type Stage, startStage } from './stage.ts'
import { assertToldApart } from './told-apart.ts'

/** An API `a` with an operation `/x`. */
const apiFiles = (inbound: string) => ({
  ...artifactsOf('a', { get: '/x' }, { serviceUrl: 'BACKEND' }),
  'apis/a/policy.xml': document({ inbound }),
})

async function staged(t: TestContext, ...options: Parameters<typeof startStage>): Promise<Stage> {
  const stage = await startStage(...options)
  t.after(() => stage.stop())
  return stage
}

async function ask(stage: Stage, headers: Record<string, string> = {}) {
  const answer = await fetch(`${stage.gatehouse.gateway}/a/x`, { headers })
  const body = (await answer.json()) as { readonly message?: string } // an error body, or the backend's echo
  return { status: answer.status, message: body.message, id: answer.headers.get('x-request-id') ?? '' }
}

test('counters.away, store.away, store.back: calls that cannot be counted are refused while Redis is away', {
  skip: noRedis,
}, async t => {
  const redis = await startRedis()
  t.after(() => redis.stop())
  const stage = await staged(t, {
    files: {
      'gatehouse.yaml': `gateway: { listen: 127.0.0.1:0, workers: 1 }\nstore: { redis: "${redis.url}", limitsWhenAway: refuse }\n`,
      ...apiFiles('<rate-limit-by-key calls="100" renewal-period="60" counter-key="all" />'),
    },
  })
  assert.equal((await ask(stage)).status, 200)
  await redis.kill()
  const away = await stage.recordThat(({ reason }) => reason === 'store.away')
  assertToldApart('store.away', away.status)
  const refused = await ask(stage)
  assertToldApart('counters.away', refused.status, refused.message)
  const record = await stage.record(refused.id)
  assert.deepEqual([record.reason, record.policy?.name, record.received], ['counters.away', 'rate-limit-by-key', ['none']])
  const { mend } = await stage.explain(['--request-id', refused.id])
  assert.match(mend, /brings Redis back, or sets store\.limitsWhenAway to local/)
  assert.match((await stage.explain(['--request-id', away.requestId])).mend, /^Bring the store back/)
  await redis.restart()
  const back = await stage.recordThat(({ reason }) => reason === 'store.back')
  assertToldApart('store.back', back.status)
  assert.equal((await stage.explain(['--request-id', back.requestId])).mend, '')
  assert.equal((await ask(stage)).status, 200)
})

test('audit.full: what cannot be recorded is refused, and served again when there is room', async t => {
  const stage = await staged(t, {
    files: { 'gatehouse.yaml': 'gateway: { listen: 127.0.0.1:0, workers: 1, auditOverflow: refuse }\n', ...apiFiles('') },
  })
  const [audit, aside] = [join(stage.folder, '.gatehouse/audit'), join(stage.folder, '.gatehouse/aside')]
  if (existsSync(audit)) renameSync(audit, aside)
  // records wait in memory while their folder is no folder
  writeFileSync(audit, '')
  await fillAudit(Number(new URL(stage.gatehouse.gateway).port))
  const refused = await ask(stage)
  assertToldApart('audit.full', refused.status, refused.message)
  assert.match(refused.id, /^[0-9a-f-]{36}$/)
  rmSync(audit)
  if (existsSync(aside)) renameSync(aside, audit)
  await stage.gatehouse.logged(/ audit: the audit trail is written again/)
  assert.equal((await ask(stage)).status, 200)
  // what was refused is not in the trail itself: the next record counts it
  const { lostBefore = 0 } = await stage.recordThat(({ path }) => path === '/a/x')
  assert.ok(lostBefore >= 1, String(lostBefore))
  assert.equal((await stage.command(['explain', '--request-id', refused.id])).code, 2)
})

test('groups.unreachable: groups that Microsoft Graph cannot tell are no verdict, and a call passes when it can', async t => {
  const settings = (listen: string) =>
    `gateway: { listen: 127.0.0.1:0, workers: 1 }\nidentity: { tenant: ${tenant}, ${listen} }\n`
  const crowded = directoryFile({ isMended: true, isCrowded: true })
  const directory = await staged(t, {
    files: {
      'gatehouse.yaml': settings('directory: ./directory.yaml, listen: 127.0.0.1:0, managedIdentity: Archive Service'),
      'directory.yaml': crowded
        .replace('members: [rita@gazette.onmicrosoft.com]', 'members: [mia@gazette.onmicrosoft.com]')
        .concat('  - { principal: Archive Service, resource: Microsoft Graph, role: GroupMember.Read.All }\n')
        .concat('  - { principal: Archive Service, resource: Microsoft Graph, role: User.Read.All }\n'),
    },
  })
  const { identity = '' } = directory.gatehouse
  const graph = await lateRelay(t, Number(new URL(identity).port))
  const policy = `<validate-jwt header-name="Authorization"><openid-config url="${identity}/${tenant}/v2.0/.well-known/openid-configuration" />
    <audiences><audience>${orders}</audience></audiences>${requires('groups', newsroom)}</validate-jwt>`
  const env = {
    NODE_EXTRA_CA_CERTS: join(directory.folder, '.gatehouse/ca.pem'),
    AZURE_TENANT_ID: tenant,
    AZURE_CLIENT_ID: 'c4a7e912-3f5b-4d68-b0c2-9e1d8f7a6b33',
    AZURE_CLIENT_SECRET: 'archive-secret',
    AZURE_AUTHORITY_HOST: identity,
  }
  const stage = await staged(t, {
    files: { 'gatehouse.yaml': settings(`graph: 'https://localhost:${graph.port}'`), ...apiFiles(policy) },
    env,
  })
  const token = await directoryToken(directory, { ...rita, user: 'mia@gazette.onmicrosoft.com' })
  const headers = { authorization: `Bearer ${token}` }
  const refused = await ask(stage, headers)
  assertToldApart('groups.unreachable', refused.status, refused.message)
  const record = await stage.record(refused.id)
  assert.deepEqual([record.reason, record.decision, record.policy?.name], ['groups.unreachable', 'failed', 'validate-jwt'])
  assert.match(
    (await stage.explain(['--request-id', refused.id])).mend,
    /lets it reach Microsoft Graph \(.+\); calls succeed again by themselves/,
  )
  graph.open()
  const deadline = Date.now() + 20_000
  let answer = await ask(stage, headers)
  while (answer.status === 503 && Date.now() < deadline) {
    await new Promise(resolve => setTimeout(resolve, 200))
    answer = await ask(stage, headers)
  }
  assert.equal(answer.status, 200)
})

/** A port at which every connection is closed until it is opened, and then led on. */
async function lateRelay(t: TestContext, target: number): Promise<{ readonly port: number; open(): void }> {
  let isOpen = false
  const sockets = new Set<Socket>()
  const relay = createServer(socket => {
    if (!isOpen) return void socket.destroy()
    const onward = connect(target, '127.0.0.1')
    for (const one of [socket, onward]) {
      sockets.add(one)
      one.on('error', () => one.destroy())
      one.once('close', () => sockets.delete(one))
    }
    socket.pipe(onward).pipe(socket)
  })
  relay.listen(0, '127.0.0.1')
  await once(relay, 'listening')
  t.after(() => {
    relay.close()
    for (const socket of sockets) socket.destroy()
  })
  return {
    port: (relay.address() as AddressInfo).port, // a TCP server's address is one
    open() {
      isOpen = true
    },
  }
}

/** So many calls that as many records wait as may. */
async function fillAudit(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(10_000))
  socket.end('GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  await once(socket.resume(), 'close')
}
