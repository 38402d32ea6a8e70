import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { makeDebugToken } from '../../src/gateway/tracing/debug-token.ts'
import { command } from '../harness/command.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { gatehouse, type Running, startGatehouse } from '../harness/gatehouse.ts'
import { RawClient } from '../harness/serve-catalog.ts'
import { artifactsOf, copyOfDemo, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

const secrets = ['v3ry-s3cret-value', 'watcher-1', 'watcher-2', 'of-the-caller', 'opaque-token', 'nobodys-key']

function artifacts(backend: string): Record<string, string> {
  const json = (properties: Record<string, unknown>) => JSON.stringify({ properties })
  const keyed = {
    serviceUrl: backend,
    subscriptionRequired: true,
    subscriptionKeyParameterNames: { header: 'X-Caller', query: 'c' },
  }
  const subscription = (name: string, allowTracing: boolean) => ({
    [`subscriptions/${name}/subscriptionInformation.json`]: json({
      scope: '/apis',
      state: 'active',
      primaryKey: `${name}-1`,
      secondaryKey: `${name}-2`,
      allowTracing,
    }),
  })
  return {
    'gatehouse.yaml':
      'gateway: { listen: 127.0.0.1:0, workers: 2 }\nportal: { listen: 127.0.0.1:0 }\ntracing: { roles: [admins] }\n',
    'named values/secret/namedValueInformation.json': json({ displayName: 'secret', value: 'v3ry-s3cret-value', secret: true }),
    ...subscription('watcher', true),
    ...subscription('blind', false),
    ...artifactsOf('seen', { x: '/x' }, keyed),
    ...artifactsOf('other', { x: '/x' }, keyed),
    ...artifactsOf('loose', { x: '/x' }, { serviceUrl: backend, subscriptionRequired: false }),
    'apis/loose/policy.xml': `<policies><inbound><base />
      <validate-jwt header-name="Authorization" require-signed-tokens="false" require-expiration-time="false" />
      </inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`,
    'apis/seen/policy.xml': `<policies><inbound><base />
      <set-header name="X-Plain" exists-action="override"><value>so {{secret}} it is</value></set-header>
      <set-variable name="access_token" value="@("opaque" + "-token")" />
      <choose id="which"><when condition="@(context.Request.Headers.ContainsKey("X-Deny"))">
        <check-header name="X-Team" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="true"><value>red</value></check-header>
      </when></choose></inbound>
      <backend><base /></backend>
      <outbound><base /><set-header name="X-Seen" exists-action="override"><value>yes</value></set-header></outbound>
      <on-error><base /><set-header name="X-Failed" exists-action="override"><value>yes</value></set-header></on-error></policies>`,
  }
}

let backend: EchoBackend
let workspace: TemporaryWorkspace
let running: Running

before(async () => {
  backend = await startEchoBackend()
  workspace = await temporaryWorkspace(artifacts(backend.address))
  running = await startGatehouse(workspace.folder)
})
after(async () => {
  await running?.stop()
  await backend?.close()
  await workspace?.remove()
})

const call = (path: string, headers: Record<string, string>) => fetch(running.gateway + path, { headers })

interface Entry {
  readonly source: string
  readonly scope: string
  readonly path: string
  readonly file: string
  readonly elapsed: number
  readonly duration: number
  readonly outcome: string
  readonly output: readonly { readonly target: string; readonly after?: string }[]
}
interface Trace {
  readonly decision: string
  readonly reason: string
  readonly statusCode: number
  readonly traceEntries: Readonly<Record<'inbound' | 'backend' | 'outbound' | 'on-error', readonly Entry[]>>
}

const headersOfTracing = [
  'Apim-Trace-Id',
  'Ocp-Apim-Trace-Location',
  'Apim-Debug-Authorization-Expired',
  'Apim-Debug-Authorization-WrongAPI',
]
const toldBy = (response: Response) => headersOfTracing.filter(name => response.headers.has(name))

async function token(...more: string[]): Promise<string> {
  const { code, stdout, stderr } = await command(['trace', 'token', workspace.folder, '--api', 'seen', ...more])
  assert.equal(code, 0, stderr)
  return stdout.trim()
}

test('a subscription that allows tracing gets the trace of a call that asks for it, by section, without a secret', async () => {
  const response = await call('/seen/x?c=of-the-caller', {
    'X-Caller': 'watcher-1',
    'Ocp-Apim-Trace': 'true',
    Authorization: 'Basic of-the-caller',
  })
  assert.equal(response.status, 200)
  const address = response.headers.get('Ocp-Apim-Trace-Location') ?? ''
  assert.ok(address.startsWith(`${running.gateway}/traces-0123456789abcdef/`))
  const fetched = await fetch(address)
  assert.equal(fetched.headers.get('Cache-Control'), 'no-store')
  const text = await fetched.text()
  for (const secret of secrets) assert.ok(!text.includes(secret), secret)
  const { decision, statusCode, traceEntries } = JSON.parse(text) as Trace
  assert.deepEqual([decision, statusCode], ['allowed', 200])
  assert.deepEqual(
    traceEntries.inbound.map(({ source, scope, path, file }) => [source, scope, path, file]),
    ['set-header', 'set-variable', 'choose'].map(name => [name, 'api', name, 'apis/seen/policy.xml']),
  )
  assert.deepEqual(traceEntries.inbound[0]?.output, [{ target: 'request.headers.X-Plain', after: 'so {{secret}} it is' }])
  assert.deepEqual(
    traceEntries.backend.map(({ source, outcome }) => [source, outcome]),
    [['forward-request', 'next']],
  )
  assert.deepEqual(
    traceEntries.outbound.map(({ source }) => source),
    ['set-header'],
  )
  for (const { elapsed, duration } of Object.values(traceEntries).flat()) assert.ok(elapsed >= 0 && duration >= 0)
})

test('nobody else is traced: another subscription, another value, no subscription at all', async () => {
  const silent = [
    await call('/seen/x', { 'X-Caller': 'blind-1', 'Ocp-Apim-Trace': 'true' }),
    await call('/seen/x', { 'X-Caller': 'watcher-1', 'Ocp-Apim-Trace': 'yes please' }),
    await call('/seen/x', { 'X-Caller': 'watcher-1' }),
    await call('/seen/x', { 'X-Caller': 'nobodys-key', 'Ocp-Apim-Trace': 'true' }),
    await call('/seen/x', { 'X-Caller': 'watcher-1', 'Apim-Debug-Authorization': 'aid=seen&p=tracing&ex=9999999999&sn=x' }),
  ]
  assert.deepEqual(silent.map(toldBy), [[], [], [], [], []])
})

test('a debug token traces one API, for any subscription and for refusals; neither policies nor the backend see it', async () => {
  const debug = { 'Apim-Debug-Authorization': await token() }
  const response = await call('/seen/x', { 'X-Caller': 'blind-1', 'X-Deny': '1', ...debug })
  assert.deepEqual([response.status, response.headers.get('X-Failed'), toldBy(response)], [403, 'yes', ['Apim-Trace-Id']])
  assert.match(response.headers.get('Apim-Trace-Id') ?? '', /^[0-9a-f]{48}$/, 'nothing that a command line takes for an option')
  const { code, stdout } = await gatehouse([
    'trace',
    'show',
    response.headers.get('Apim-Trace-Id') ?? '',
    '--gateway',
    running.gateway,
  ])
  assert.equal(code, 0)
  const { decision, reason, traceEntries } = JSON.parse(stdout) as Trace
  assert.deepEqual([decision, reason], ['refused', 'header.missing'])
  assert.deepEqual(
    traceEntries.inbound.slice(-2).map(({ path, outcome }) => [path, outcome]),
    [
      ['choose', 'refusal'],
      ['choose[1]/when[1]/check-header[1]', 'refusal'],
    ],
  )
  assert.deepEqual(
    traceEntries['on-error'].map(({ source }) => source),
    ['set-header'],
  )
  const passed = (await (await call('/seen/x', { 'X-Caller': 'blind-1', ...debug })).json()) as {
    headers: Record<string, string>
  }
  assert.equal(passed.headers['apim-debug-authorization'], undefined)
})

test('the handshake of a WebSocket keeps the debug token from the backend, too', async () => {
  const client = await RawClient.open(Number(new URL(running.gateway).port))
  client.send(
    `GET /seen/x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abc\r\nX-Caller: blind-1\r\nX-Mark: here\r\nApim-Debug-Authorization: ${await token()}\r\n\r\n`,
  )
  const text = await client.ended()
  assert.match(text, /"x-mark":"here"/)
  assert.doesNotMatch(text, /debug-authorization|p=tracing/i)
})

test('a role that callers wrote into a token themselves lets nothing be traced', async () => {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const unsigned = `${encode({ alg: 'none' })}.${encode({ iss: 'me', roles: ['admins'] })}.`
  const response = await call('/loose/x', { Authorization: `Bearer ${unsigned}`, 'Ocp-Apim-Trace': 'true' })
  assert.deepEqual([response.status, toldBy(response)], [200, []])
})

test('whoever asks for a trace without leave costs no more than any call', async () => {
  const asking = { 'X-Caller': 'watcher-1', 'Ocp-Apim-Trace': 'true' }
  const began = performance.now()
  for (const [query, more] of [
    ['?'.repeat(31_000), {}],
    ['', { 'x-a': 'eyJ-'.repeat(7000) }],
  ] as const)
    for (const path of ['/seen/x?', '/loose/x?']) await (await call(path + query, { ...asking, ...more })).text()
  assert.ok(performance.now() - began < 1000, `${performance.now() - began} ms`)
})

test('a call that no key let in is traced with a debug token, and its key is not shown', async () => {
  const response = await call('/seen/x', { 'X-Caller': 'nobodys-key', 'Apim-Debug-Authorization': await token() })
  assert.equal(response.status, 401)
  const trace = await fetch(`${running.gateway}/traces-0123456789abcdef/${response.headers.get('Apim-Trace-Id')}`)
  const text = await trace.text()
  assert.equal((JSON.parse(text) as Trace).reason, 'subscription.invalid')
  assert.ok(!text.includes('nobodys-key'))
})

test('a token for another API and one that is over say so, and trace nothing', async () => {
  const elsewhere = await call('/other/x', { 'X-Caller': 'blind-1', 'Apim-Debug-Authorization': await token() })
  assert.deepEqual(toldBy(elsewhere), ['Apim-Debug-Authorization-WrongAPI'])
  const key = Buffer.from(await readFile(join(workspace.folder, '.gatehouse', 'debug-key'), 'utf8'), 'base64')
  const late = makeDebugToken(key, { api: 'seen', expires: Date.now() - 60_000 })
  const over = await call('/seen/x', { 'X-Caller': 'blind-1', 'Apim-Debug-Authorization': late })
  assert.deepEqual(toldBy(over), ['Apim-Debug-Authorization-Expired'])
})

test('the key of debug tokens is for its owner alone, and a trace nobody made is not found', async () => {
  assert.equal((await stat(join(workspace.folder, '.gatehouse', 'debug-key'))).mode & 0o777, 0o600)
  for (const id of ['x', 'a'.repeat(32), '../status', ''])
    assert.equal((await fetch(`${running.gateway}/traces-0123456789abcdef/${id}`)).status, 404)
  assert.equal((await command(['trace', 'show', 'a'.repeat(32), '--gateway', running.gateway])).code, 1)
  assert.equal((await command(['trace', 'token', workspace.folder, '--api', 'seen', '--lifetime', '7200'])).code, 2)
  assert.equal((await command(['trace', 'token', workspace.folder, '--api', 'nothing'])).code, 1)
})

test('the holder of a role that may trace gets the trace of their own call; others with the same header do not', async () => {
  const demo = await copyOfDemo(backend.address)
  await demo.edit('gatehouse.yaml', text => `${text}\ntracing: { roles: [publishers] }\n`)
  const gateway = await startGatehouse(demo.folder)
  try {
    const traced = async (user: string | undefined) => {
      const who = ['--client', 'Gazette CLI', '--user', `${user}@gazette.onmicrosoft.com`, '--scope', 'api://articles/.default']
      const bearer = user === undefined ? '' : `Bearer ${(await command(['token', demo.folder, ...who])).stdout.trim()}`
      const answer = await fetch(`${gateway.gateway}/articles/`, {
        headers: { 'Ocp-Apim-Trace': 'true', ...(bearer === '' ? {} : { authorization: bearer }) },
      })
      return { status: answer.status, location: answer.headers.get('Ocp-Apim-Trace-Location'), bearer }
    }
    const paul = await traced('paul')
    assert.equal(paul.status, 200)
    const text = await (await fetch(paul.location ?? '')).text()
    assert.match(text, /validate-azure-ad-token/)
    for (const part of paul.bearer.slice(7).split('.')) assert.ok(!text.includes(part))
    assert.deepEqual([(await traced('rita')).location, (await traced(undefined)).location], [null, null])
  } finally {
    await gateway.stop()
    await demo.remove()
  }
})
