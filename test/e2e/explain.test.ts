import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { command } from '../harness/command.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { gatehouse, startGatehouse } from '../harness/gatehouse.ts'
import { recordOf } from '../harness/record-of.ts'
import { copyOfDemo, type TemporaryWorkspace } from '../harness/workspace.ts'

let backend: EchoBackend
let demo: TemporaryWorkspace

before(async () => {
  backend = await startEchoBackend()
  demo = await copyOfDemo(backend.address)
})
after(async () => {
  await backend?.close()
  await demo?.remove()
})

const rita = ['--client', 'Gazette CLI', '--user', 'rita@gazette.onmicrosoft.com', '--scope', 'api://articles/.default']

async function tokenOf(who: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await command(['token', demo.folder, ...who])
  assert.equal(code, 0, stderr)
  return stdout.trim()
}

interface Explained {
  readonly verdict: {
    readonly decision: string
    readonly reason: string
    readonly status: number
    readonly rule?: { file: string; line: number }
  }
  readonly mend: string
  readonly mixUps: readonly { readonly code: string }[]
  readonly backend?: string
}

async function explain(args: readonly string[]): Promise<{ code: number | null; explained: Explained; text: string }> {
  const { code, stdout, stderr } = await command(['explain', demo.folder, ...args, '--json'])
  assert.ok(code === 0 || code === 1, stderr)
  return { code, explained: JSON.parse(stdout) as Explained, text: stdout + stderr } // the command's documented form
}

test('with no server running, a reader’s call is allowed by really verified keys, and nothing reaches the backend', async () => {
  const token = await tokenOf(rita)
  const { code, explained, text } = await explain(['--url', '/articles/', '--token', token])
  assert.equal(code, 0)
  assert.equal(explained.verdict.reason, 'allowed')
  assert.equal(explained.backend, `GET ${backend.address}/`)
  assert.equal(backend.calls.length, 0)
  for (const part of token.split('.')) assert.ok(!text.includes(part), 'a part of the token is shown')
})

test('a reader who would publish learns which role is missing, where that is written and who must have it', async () => {
  const { code, explained } = await explain(['--method', 'POST', '--url', '/articles/', '--token', await tokenOf(rita)])
  assert.equal(code, 1)
  assert.deepEqual([explained.verdict.reason, explained.verdict.status], ['token.role', 403])
  assert.match(explained.verdict.rule?.file ?? '', /publish-article\/policy\.xml$/)
  assert.match(explained.mend, /publishers or admins of the application Articles API to user rita@/)
})

test('a token for Microsoft Graph is called that', async () => {
  const graph = await tokenOf([...rita.slice(0, 4), '--scope', 'https://graph.microsoft.com/User.Read'])
  const { explained } = await explain(['--url', '/articles/', '--token', graph])
  assert.equal(explained.verdict.reason, 'token.audience')
  assert.ok(explained.mixUps.some(({ code }) => code === 'graph-token'))
})

test('a token with one changed letter in its signature is refused for the signature', async () => {
  const [header, claims, signature = ''] = (await tokenOf(rita)).split('.')
  const forged = `${header}.${claims}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
  const { code, explained, text } = await explain(['--url', '/articles/', '--header', `Authorization: Bearer ${forged}`])
  assert.equal(code, 1)
  assert.equal(explained.verdict.reason, 'token.signature')
  assert.ok(!text.includes(signature.slice(1)))
})

test('a call that was made is explained by its request id', async () => {
  const running = await startGatehouse(demo.folder)
  try {
    const response = await fetch(`${running.gateway}/articles/`)
    assert.equal(response.status, 401)
    const id = response.headers.get('x-request-id') ?? ''
    await recordOf(demo.folder, id)
    const { code, explained } = await explain(['--request-id', id])
    assert.equal(code, 1)
    assert.equal(explained.verdict.reason, 'token.missing')
    assert.match(explained.mend, /Authorization: Bearer/)
  } finally {
    await running.stop()
  }
})

test('who a refused token speaks of is found in the trail, marked when nobody vouches for it', async () => {
  const running = await startGatehouse(demo.folder)
  try {
    const [header, claims] = (await tokenOf(rita)).split('.')
    const send = (token: string) => fetch(`${running.gateway}/articles/`, { headers: { authorization: `Bearer ${token}` } })
    const forged = await send(`${header}.${claims}.${'A'.repeat(342)}`)
    const graph = await send(await tokenOf([...rita.slice(0, 4), '--scope', 'https://graph.microsoft.com/User.Read']))
    assert.deepEqual([forged.status, graph.status], [401, 401])
    const query = async (reason: string, ...form: readonly string[]) =>
      (await command(['audit', 'query', demo.folder, '--caller', 'rita@gazette.onmicrosoft.com', '--reason', reason, ...form]))
        .stdout
    for (const answer of [forged, graph]) await recordOf(demo.folder, answer.headers.get('x-request-id') ?? '')
    assert.match(await query('token.signature'), /caller +rita@gazette\.onmicrosoft\.com \(not verified\), by application/)
    assert.match(await query('token.audience'), /caller +rita@gazette\.onmicrosoft\.com, by application/)
    assert.match(
      await query('token.signature', '--csv'),
      /,rita@gazette\.onmicrosoft\.com \(not verified\),[0-9a-f-]+ \(not verified\),/,
    )
    const id = forged.headers.get('x-request-id') ?? ''
    const { stdout } = await gatehouse(['explain', demo.folder, '--request-id', id])
    assert.match(stdout, /caller +rita@gazette\.onmicrosoft\.com \(not verified\)/)
  } finally {
    await running.stop()
  }
})

test('a wrong command line is told from an answer that is no', async () => {
  const missing = await command(['explain', demo.folder])
  assert.equal(missing.code, 2)
  const both = await command(['explain', demo.folder, '--request-id', 'x', '--url', '/'])
  assert.equal(both.code, 2)
  const odd = await command(['explain', demo.folder, '--url', '/', '--header', 'nonsense'])
  assert.equal(odd.code, 2)
  const unknown = await command(['explain', demo.folder, '--request-id', '00000000-0000-4000-8000-000000000000'])
  assert.equal(unknown.code, 2)
  assert.match(unknown.stderr, /no record/)
  const nowhere = await command(['explain', demo.folder, '--url', '/', '--ip', 'here'])
  assert.equal(nowhere.code, 2)
})

test('the demo passes its policy tests, and a policy that lets too many in fails them', async () => {
  const passing = await gatehouse(['test', demo.folder])
  assert.equal(passing.code, 0, passing.stdout + passing.stderr)
  assert.match(passing.stderr, /^6 of 6 tests passed$/m)
  const policy = 'apis/articles/operations/publish-article/policy.xml'
  const sound = await demo.read(policy)
  await demo.edit(policy, text => text.replace('<value>publishers</value>', '<value>readers</value>'))
  const failing = await command(['test', demo.folder, '--json'])
  await demo.write(policy, sound)
  assert.equal(failing.code, 1)
  const results = failing.stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { name: string; ok: boolean; failures: string[] }) // the documented form
  assert.deepEqual(
    results.filter(({ ok }) => !ok).map(({ name }) => name),
    ['a reader does not publish'],
  )
  assert.ok(!failing.stdout.includes('eyJ'), 'a token is shown')
  assert.equal((await command(['test', demo.folder, '--filter', 'no such test'])).code, 2)
})

test('access shows the roles of each operation, and flags one whose policy drops its base', async () => {
  const before = await command(['access', demo.folder])
  assert.equal(before.code, 0, before.stderr)
  assert.match(before.stdout, /DELETE \/articles\/\{id\} {2}roles: admins/)
  assert.ok(!before.stdout.includes('nobody guards'))
  await demo.write(
    'apis/articles/operations/withdraw-article/policy.xml',
    '<policies><inbound><set-backend-service backend-id="articles-service" /></inbound></policies>',
  )
  const open = await command(['access', demo.folder])
  assert.match(open.stdout, /DELETE \/articles\/\{id\} {2}nobody guards this/)
})
