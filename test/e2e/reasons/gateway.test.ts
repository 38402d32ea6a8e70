import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RawClient } from '../../harness/serve-catalog.ts'
import { gatewayCases } from './gateway-cases.ts'
import { startMoodyBackend } from './moody-backend.ts'
import { proveReasons } from './prove-reasons.ts'
import { type Stage, startStage } from './stage.ts'

const settings = 'gateway: { listen: 127.0.0.1:0, workers: 1, maxHeaderBytes: 2048 }\n'
const path = '/config-faulty-0/x'

/** What came for a request that a test writes itself, on a connection of its own. */
async function raw({ gatehouse }: Stage, head: string): Promise<string> {
  const client = await RawClient.open(Number(new URL(gatehouse.gateway).port))
  client.send(`${head}\r\nConnection: close\r\n\r\n`)
  return client.ended()
}

/** An answer of the listener itself: status, error body, and a record that explains itself. */
async function turnedAway(stage: Stage, text: string, status: number, reason: string, mend: RegExp): Promise<void> {
  const [head = '', body = ''] = text.split('\r\n\r\n')
  assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `))
  assert.equal(JSON.parse(body).statusCode, status)
  const id = /^x-request-id: (\S+)$/im.exec(head)?.[1] ?? ''
  const record = await stage.record(id)
  assert.deepEqual([record.reason, record.status, record.decision], [reason, status, 'refused'])
  const explained = await stage.explain(['--request-id', id])
  assert.equal(explained.verdict.reason, reason)
  assert.match(explained.mend, mend)
}

proveReasons('the gateway', gatewayCases, {
  args: ['--serve-valid'],
  files: { 'gatehouse.yaml': settings },
  more: stage => {
    test('request.malformed: two hosts are refused, one passes', async () => {
      const refused = await raw(stage(), `GET ${path} HTTP/1.1\r\nHost: a\r\nHost: b`)
      await turnedAway(stage(), refused, 400, 'request.malformed', /^Mend the client\.$/)
      assert.match(await raw(stage(), `GET ${path} HTTP/1.1\r\nHost: a`), /^HTTP\/1\.1 200 /)
    })
    test('request.headers-too-large: a long header is refused, a short one passes', async () => {
      const long = await raw(stage(), `GET ${path} HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(4000)}`)
      await turnedAway(
        stage(),
        long,
        431,
        'request.headers-too-large',
        /The caller sends less than 2048 bytes of request line and headers/,
      )
      assert.match(await raw(stage(), `GET ${path} HTTP/1.1\r\nHost: a\r\nX-Long: x`), /^HTTP\/1\.1 200 /)
    })
  },
})

test('request.aborted: a caller that leaves is on the record, and nothing needs a mend', async () => {
  const backend = await startMoodyBackend()
  const stage = await startStage({
    files: {
      'gatehouse.yaml': settings,
      'apis/a/apiInformation.json': JSON.stringify({
        properties: { path: 'a', displayName: 'a', serviceUrl: backend.address, subscriptionRequired: false },
      }),
      'apis/a/specification.json': JSON.stringify({
        openapi: '3.0.1',
        info: { title: 'a', version: '1' },
        paths: { '/held': { get: { operationId: 'get', responses: {} } } },
      }),
    },
  })
  try {
    const leaving = new AbortController()
    const call = fetch(`${stage.gatehouse.gateway}/a/held`, { signal: leaving.signal })
    await backend.asked('/held')
    leaving.abort()
    await assert.rejects(call)
    const record = await stage.recordThat(({ reason }) => reason === 'request.aborted')
    assert.deepEqual([record.path, record.decision], ['/a/held', 'failed'])
    const { verdict, mend } = await stage.explain(['--request-id', record.requestId])
    assert.deepEqual([verdict.reason, mend], ['request.aborted', ''])
  } finally {
    await stage.stop()
    await backend.close()
  }
})
