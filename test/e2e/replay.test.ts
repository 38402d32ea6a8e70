import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { command } from '../harness/command.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { gatehouse, startGatehouse } from '../harness/gatehouse.ts'
import { copyOfDemo, type TemporaryWorkspace } from '../harness/workspace.ts'

const users = { rita: 'rita@gazette.onmicrosoft.com', paul: 'paul@gazette.onmicrosoft.com' }

let backend: EchoBackend
let demo: TemporaryWorkspace
let unchanged: TemporaryWorkspace
const tokens = new Map<string, string>()

before(async () => {
  backend = await startEchoBackend()
  demo = await copyOfDemo(backend.address)
  await demo.edit('gatehouse.yaml', text => `${text}\naudit: { keepCalls: { denied: true, sample: 1 } }\n`)
  unchanged = await copyOfDemo(backend.address)
  const running = await startGatehouse(demo.folder)
  for (const [name, user] of Object.entries(users)) {
    const args = ['--client', 'Gazette CLI', '--user', user, '--scope', 'api://articles/.default']
    tokens.set(name, (await command(['token', demo.folder, ...args])).stdout.trim())
  }
  const call = async (who: string | undefined, method: string, path = '/articles/?code=s3cr3tcode') => {
    const headers = { 'X-Team': 'night', ...(who === undefined ? {} : { authorization: `Bearer ${tokens.get(who)}` }) }
    const body = method === 'POST' ? '{}' : undefined
    await (await fetch(`${running.gateway}${path}`, { method, headers, ...(body === undefined ? {} : { body }) })).arrayBuffer()
  }
  await call('rita', 'GET')
  await call('rita', 'GET')
  await call('rita', 'POST')
  await call('paul', 'POST')
  await call(undefined, 'GET')
  await running.stop()
})
after(async () => {
  await backend?.close()
  await demo?.remove()
  await unchanged?.remove()
})

interface Replayed {
  readonly changes: readonly { kind: string; method: string; caller: string; calls: number; after: { reason: string } }[]
  readonly replayed: number
}

async function replay(...args: readonly string[]): Promise<{ code: number | null; result: Replayed }> {
  const { code, stdout, stderr } = await command(['replay', demo.folder, '--json', ...args])
  assert.ok(stdout !== '', stderr)
  return { code, result: JSON.parse(stdout) as Replayed } // the command's documented form
}

test('calls that run again by the same policies come out as they did', async () => {
  const { code, result } = await replay()
  assert.deepEqual([code, result.changes, result.replayed], [0, [], 5])
})

test('a trail that is not there, or holds no call that fits, is not green', async () => {
  const nowhere = await command(['replay', demo.folder, '--trail', join(demo.folder, 'nowhere')])
  assert.equal(nowhere.code, 2)
  assert.match(nowhere.stderr, /there is no trail in .*nowhere/)
  const none = await command(['replay', demo.folder, '--from', '2000-01-01T00:00:00Z', '--to', '2000-01-02T00:00:00Z'])
  assert.equal(none.code, 2)
  assert.match(none.stderr, /no call to replay/)
  assert.equal((await command(['replay', unchanged.folder])).code, 2)
})

test('what is kept of a call holds no credential', () => {
  const folder = join(demo.folder, '.gatehouse', 'calls')
  const text = readdirSync(folder)
    .map(name => readFileSync(join(folder, name), 'utf8'))
    .join('')
  assert.match(text, /X-Team/i)
  for (const token of tokens.values())
    for (const part of token.split('.')) assert.ok(!text.includes(part), 'a part of a token is kept')
  assert.ok(!text.includes('s3cr3tcode'))
})

test('a call that was kept is explained step by step by its id', async () => {
  const { stdout } = await command(['audit', 'query', demo.folder, '--reason', 'token.role', '--json'])
  const { requestId } = JSON.parse(stdout.split('\n')[0] ?? '') as { requestId: string } // the documented form
  const explained = await command(['explain', demo.folder, '--request-id', requestId])
  assert.equal(explained.code, 1, explained.stderr)
  assert.match(explained.stdout, /✗ claim roles: has \[readers\], needs any of \[publishers, admins\]/)
})

test('a change of policy lists the calls that come out otherwise, by caller and rule', async () => {
  const policy = 'apis/articles/operations/publish-article/policy.xml'
  const sound = await demo.read(policy)
  const changes = (result: Replayed) =>
    result.changes.map(({ kind, method, caller, calls, after }) => [kind, method, caller, calls, after.reason])
  await demo.write(policy, sound.replace('<value>publishers</value>', ''))
  // what was kept of a call has its headers: one that is asked for now was there
  const header =
    '<inbound><check-header name="X-Team" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="false"><value>night</value></check-header>'
  await demo.edit('apis/articles/policy.xml', text => text.replace('<inbound>', header))
  const closed = await replay()
  assert.deepEqual([closed.code, changes(closed.result)], [1, [['now-refused', 'POST', users.paul, 1, 'token.role']]])
  assert.deepEqual(changes((await replay('--base', unchanged.folder)).result), changes(closed.result))
  const text = await gatehouse(['replay', demo.folder])
  assert.match(
    text.stdout,
    /now refused {2}POST \/articles\/ {2}paul@.* 200 allowed → 403 token\.role by validate-azure-ad-token at .*publish-article/,
  )
  await demo.write(policy, sound.replace('<value>publishers</value>', '<value>readers</value><value>publishers</value>'))
  const opened = await replay()
  assert.deepEqual(changes(opened.result), [['now-allowed', 'POST', users.rita, 1, 'allowed']])
})
