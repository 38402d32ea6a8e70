import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { queryAudit } from '../../src/audit/query-audit.ts'
import { command } from '../harness/command.ts'
import { type Running, startGatehouse } from '../harness/gatehouse.ts'
import { bytesOf, type OddCall, OddCallMaker } from '../harness/odd-call-maker.ts'
import { randomOf } from '../harness/policy-maker.ts'
import { RawClient } from '../harness/serve-catalog.ts'
import { until } from '../harness/until.ts'
import { type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

/** Random calls that are tried; ODD_CALLS=5000 for the long run, SEED for others. */
const rounds = Number(process.env.ODD_CALLS ?? 200)
const seed = Number(process.env.SEED ?? 1)
const limits = { headerBytes: 2048, bodyBytes: 3000, bufferedBytes: 1024 }

const specification = `
openapi: 3.0.3
info: { title: Odd, version: '1' }
paths:
${['/plain/{id}', '/reading', '/closed', '/watched', '/tunnelled', '/echoed', '/told']
  .map(path => `  ${path}: { ${['get', 'post', 'trace'].map(method => `${method}: { responses: {} }`).join(', ')} }`)
  .join('\n')}
`
const body = 'context.Request.Body?.As&lt;string>(preserveContent: true)'
const closed = '<return-response><set-status code="403" reason="Closed" /></return-response>'
const said = '@(context.Request.OriginalUrl.Query.GetValueOrDefault("say", ""))'
const policies = `<policies>
  <inbound>
    <choose>
      <when condition='@(context.Request.OriginalUrl.Path.EndsWith("/reading") &amp;&amp; ${body} == "abc")'>${closed}</when>
      <when condition='@(context.Request.OriginalUrl.Path.EndsWith("/closed"))'>${closed}</when>
      <when condition='@(context.Request.OriginalUrl.Path.EndsWith("/watched") &amp;&amp; context.Request.Headers.ContainsKey("Apim-Debug-Authorization"))'>${closed}</when>
      <when condition='@(context.Request.OriginalUrl.Path.EndsWith("/told"))'>
        <set-header name="X-Told" exists-action="override"><value>${said}</value></set-header>
      </when>
    </choose>
  </inbound>
  <outbound>
    <choose>
      <when condition='@(context.Request.OriginalUrl.Path.EndsWith("/tunnelled"))'>${closed}</when>
      <when condition='@(context.Request.OriginalUrl.Path.EndsWith("/echoed"))'>
        <set-header name="X-Said" exists-action="override"><value>${said}</value></set-header>
      </when>
    </choose>
  </outbound>
</policies>`

let backend: Server
let workspace: TemporaryWorkspace
let running: Running

before(async () => {
  backend = createServer((request, response) => request.resume().on('end', () => response.end()))
  backend.maxHeadersCount = 0 // how many there may be is the gateway's affair
  backend.on('upgrade', (_, socket) =>
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
  )
  backend.listen(0, '127.0.0.1')
  await once(backend, 'listening')
  const { port } = backend.address() as AddressInfo // it listens on a port
  const { headerBytes, bodyBytes, bufferedBytes } = limits
  workspace = await temporaryWorkspace({
    'gatehouse.yaml': `gateway: { listen: 127.0.0.1:0, workers: 1, maxHeaderBytes: ${headerBytes}, maxBodyBytes: ${bodyBytes}, maxBufferedBodyBytes: ${bufferedBytes} }\n`,
    'apis/odd/apiInformation.json': JSON.stringify({
      properties: { displayName: 'Odd', path: 'odd', serviceUrl: `http://127.0.0.1:${port}`, subscriptionRequired: false },
    }),
    'apis/odd/specification.yaml': specification,
    'apis/odd/policy.xml': policies,
  })
  running = await startGatehouse(workspace.folder)
})
after(async () => {
  await running?.stop()
  backend?.closeAllConnections()
  backend?.close()
  await workspace?.remove()
})

test(`explain and the live gateway agree on ${rounds} odd calls`, async () => {
  const maker = new OddCallMaker(randomOf(seed), limits)
  await compareAll(
    Array.from({ length: rounds }, () => maker.call()),
    `seed ${seed}`,
  )
})

test('explain and the live gateway agree where the parser hands over and then refuses, and where a policy sets what cannot be sent', async () => {
  const host = ['Host', 'gateway.example'] as const
  const close = ['Connection', 'close'] as const
  const handshake = [host, ['Connection', 'Upgrade'], ['Upgrade', 'websocket']] as const
  const of = (method: string, target: string, headers: OddCall['headers']): OddCall => ({ method, target, headers, body: '' })
  await compareAll(
    [
      of('GET', '/odd/told?say=%7F', handshake),
      of('GET', '/odd/closed', handshake),
      of('GET', '/odd/tunnelled', handshake),
      of('GET', '/odd/told?say=%E2%82%AC', [host, close]),
      of('GET', '/odd/echoed?say=%E2%82%AC', [host, close]),
      of('POST', '/odd/plain/1', [host, ['Transfer-Encoding', 'identity'], close]),
      of('POST', '/odd/plain/1', [...handshake, ['Transfer-Encoding', 'xchunked'], close]),
      of('POST', '/odd/plain/1', [host, ['Expect', 'more'], close]),
      of('CONNECT', '/odd/plain/1', [host, close]),
    ],
    'of the list',
  )
})

async function compareAll(calls: readonly OddCall[], which: string): Promise<void> {
  const live: Answered[] = []
  for (const call of calls) live.push(await send(call))
  const reasons = await reasonsOf(live.flatMap(({ id }) => (id === undefined ? [] : [id])))
  for (const [i, call] of calls.entries()) {
    const { status, id } = live[i] ?? { status: 0, id: undefined }
    const explained = await explain(call)
    const context = `call ${i}, ${which}: ${textOf(call)}`
    if (explained === 'refused') assert.ok(status >= 400 && status < 500, `${status} ${context}`)
    else assert.equal(explained.status, status, context)
    if (explained !== 'refused' && id !== undefined) assert.equal(explained.reason, reasons.get(id), context)
  }
}

function textOf(call: OddCall): string {
  return JSON.stringify({ ...call, body: call.body.length })
    .replace(/(?:\["a",""\],)+/, '["a",""]×many,')
    .replace(/x{20,}/, 'x×many')
}

interface Answered {
  readonly status: number
  /** Of its record; absent on most answers that are no error of the gateway's. */
  readonly id: string | undefined
}

async function send(call: OddCall): Promise<Answered> {
  const client = await RawClient.open(Number(new URL(running.gateway).port))
  client.socket.setTimeout(10_000, () => client.socket.destroy()) // an answer that does not come is a status of 0
  client.send(bytesOf(call))
  const text = await client.ended()
  const [answer = ''] = text.split(/(?=HTTP\/1\.1 )/).filter(one => !one.startsWith('HTTP/1.1 100 '))
  const [, status = '0'] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? []
  return { status: Number(status), id: /\r\nX-Request-Id: (\S+)/i.exec(answer)?.[1] }
}

async function reasonsOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return until(async () => {
    const found = new Map<string, string>()
    for await (const { requestId, reason } of queryAudit(`${workspace.folder}/.gatehouse/audit`, {})) found.set(requestId, reason)
    return ids.every(id => found.has(id)) && found
  })
}

/** Without its chunks. */
const contentOf = (sent: string) => sent.replace(/^3\r\n(.*)\r\n(?=0)|0\r\n\r\n$/g, '$1')

/** What explain says; `refused` when it takes the call for none that can be sent. */
async function explain({
  method,
  target,
  headers,
  body: sent,
}: OddCall): Promise<{ status: number; reason: string } | 'refused'> {
  const fields = headers.map(([name, value]) => `--header=${name}: ${value}`)
  const { code, stdout, stderr } = await command([
    'explain',
    workspace.folder,
    '--json',
    `--method=${method}`,
    `--url=${target}`,
    ...fields,
    ...(sent === '' ? [] : [`--data=${contentOf(sent)}`]),
  ])
  if (code === 2) return 'refused'
  assert.notEqual(stdout, '', stderr)
  return (JSON.parse(stdout) as { verdict: { status: number; reason: string } }).verdict // the documented form
}
