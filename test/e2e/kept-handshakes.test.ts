import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { KeptCall } from '../../src/audit/kept-call.ts'
import { queryKeptCalls } from '../../src/audit/query-audit.ts'
import { startBackend, type TestServer } from '../../src/gateway/testing/backends.ts'
import { command } from '../harness/command.ts'
import { startGatehouse } from '../harness/gatehouse.ts'
import { RawClient } from '../harness/serve-catalog.ts'
import { artifactsOf, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

/** Asks for a team on the way in; on the way out, where no handshake passes, it turns everybody away. */
const policy = `<policies><inbound><base />
<check-header name="X-Team" failed-check-httpcode="403" failed-check-error-message="Which team?" ignore-case="false"><value>night</value></check-header>
</inbound><outbound><return-response><set-status code="403" reason="No" /></return-response></outbound></policies>`
const subprotocol = 'opaque-token-of-the-caller'

let backend: TestServer
let workspace: TemporaryWorkspace

before(async () => {
  backend = await startBackend(
    (_, response) => response.end(),
    server =>
      server.on('upgrade', (_, socket) => {
        socket.on('error', () => {}) // the caller may go away at any time
        socket.resume().once('end', () => socket.end())
        socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
      }),
  )
  workspace = await temporaryWorkspace({
    'gatehouse.yaml': 'gateway: { listen: 127.0.0.1:0, workers: 1 }\naudit: { keepCalls: { denied: true, sample: 1 } }\n',
    ...artifactsOf('news', { live: '/live' }, { serviceUrl: backend.url }),
    'apis/news/policy.xml': policy,
  })
  const running = await startGatehouse(workspace.folder)
  const port = Number(new URL(running.gateway).port)
  const statuses = [await handshake(port, 'night', 'a'), await handshake(port, 'day', 'b'), await handshake(port, 'day', 'c')]
  await running.stop()
  assert.deepEqual(statuses, ['101', '403', '403'])
})
after(async () => {
  await backend?.close()
  await workspace?.remove()
})

/** The status that a request for a WebSocket is answered with. */
async function handshake(port: number, team: string, nonce: string): Promise<string | undefined> {
  const client = await RawClient.open(port)
  client.send(
    `GET /news/live?top=1 HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: ${nonce}\r\nSec-WebSocket-Protocol: ${subprotocol}\r\nX-Team: ${team}\r\n\r\n`,
  )
  const head = await client.until('\r\n\r\n')
  client.socket.destroy()
  return /^HTTP\/1\.1 (\d+)/.exec(head)?.[1]
}

async function replay() {
  const { code, stdout, stderr } = await command(['replay', workspace.folder, '--json'])
  assert.ok(stdout !== '', stderr)
  const { changes, replayed } = JSON.parse(stdout) // the command's documented form
  const told = changes.map((one: { kind: string; calls: number; after: { reason: string } }) => [
    one.kind,
    one.calls,
    one.after.reason,
  ])
  return { code, changes: told, replayed }
}

test('a handshake is kept with its query and headers, and without what may be a token', async () => {
  const folder = join(workspace.folder, '.gatehouse', 'calls')
  const calls: KeptCall[] = []
  for await (const call of queryKeptCalls(folder, {})) calls.push(call)
  assert.deepEqual(
    calls.map(({ kept, query }) => kept.reason + query).sort(), // one that is joined is written when it ends
    ['allowed?top=1', 'header.not-allowed?top=1', 'header.not-allowed?top=1'],
  )
  const text = JSON.stringify(calls)
  assert.match(text, /"X-Team","day"/)
  assert.ok(!text.includes(subprotocol))
})

test('handshakes run again as they ran: the way in alone decides about them', async () => {
  assert.deepEqual(await replay(), { code: 0, changes: [], replayed: 3 })
})

test('a kept handshake is explained by the policies that it meets', async () => {
  const { stdout } = await command(['audit', 'query', workspace.folder, '--reason', 'header.not-allowed', '--json'])
  const { requestId } = JSON.parse(stdout.split('\n')[0] ?? '') as { requestId: string } // the documented form
  const explained = await command(['explain', workspace.folder, '--request-id', requestId])
  assert.match(explained.stdout, /✗ header X-Team: has \[/)
  assert.doesNotMatch(explained.stdout, /return-response/)
})

test('a change of policy lists the handshakes that come out otherwise', async () => {
  await workspace.write('apis/news/policy.xml', policy.replace('<value>night', '<value>day</value><value>night'))
  const opened = await replay()
  assert.deepEqual([opened.code, opened.changes], [1, [['now-allowed', 2, 'allowed']]])
})
