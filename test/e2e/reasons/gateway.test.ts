import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { ReasonCode } from '../../../src/catalog/reason.ts'
import { RawClient } from '../../harness/serve-catalog.ts'
import { artifactsOf } from '../../harness/workspace.ts'
import { gatewayCases } from './gateway-cases.ts'
import { startMoodyBackend } from './moody-backend.ts'
import { proveReasons } from './prove-reasons.ts'
import { type Stage, startStage } from './stage.ts'
import { assertToldApart } from './told-apart.ts'

const settings = 'gateway: { listen: 127.0.0.1:0, workers: 1, maxHeaderBytes: 2048 }\n'
const path = '/config-faulty-0/x'
const posted = artifactsOf('a', { post: 'POST /x' }, { serviceUrl: 'BACKEND' })

/** What came for a request that a test writes itself, on a connection of its own. */
async function raw({ gatehouse }: Stage, head: string): Promise<string> {
  const client = await RawClient.open(Number(new URL(gatehouse.gateway).port))
  client.send(`${head}\r\nConnection: close\r\n\r\n`)
  return client.ended()
}

/** An answer of the listener itself: status, error body, and a record that explains itself. */
async function turnedAway(stage: Stage, text: string, reason: ReasonCode, mend: RegExp): Promise<void> {
  const [head = '', body = ''] = text.split('\r\n\r\n')
  const status = Number(/^HTTP\/1\.1 (\d+) /.exec(head)?.[1])
  const { statusCode, message } = JSON.parse(body)
  assertToldApart(reason, status, message)
  assert.equal(statusCode, status)
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
      await turnedAway(stage(), refused, 'request.malformed', /^The caller mends its client: more than one Host\.$/)
      assert.match(await raw(stage(), `GET ${path} HTTP/1.1\r\nHost: a`), /^HTTP\/1\.1 200 /)
    })
    test('request.headers-too-large: a long header is refused, a short one passes', async () => {
      const long = await raw(stage(), `GET ${path} HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(4000)}`)
      await turnedAway(
        stage(),
        long,
        'request.headers-too-large',
        /The caller sends less than 2048 bytes of request line and headers/,
      )
      assert.match(await raw(stage(), `GET ${path} HTTP/1.1\r\nHost: a\r\nX-Long: x`), /^HTTP\/1\.1 200 /)
    })
  },
})

test('request.timeout: a request that is not whole in time is refused, and served by a gateway that waits longer', async t => {
  const files = (timeouts: string) => ({
    'gatehouse.yaml': `gateway: { listen: 127.0.0.1:0, workers: 1, ${timeouts} }\n`,
    ...posted,
  })
  const hasty = await startStage({ files: files('headersTimeout: 1, requestTimeout: 2') })
  t.after(() => hasty.stop())
  const half = 'POST /a/x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: close\r\n'
  const client = await RawClient.open(Number(new URL(hasty.gatehouse.gateway).port))
  client.send(half)
  await turnedAway(
    hasty,
    await client.ended(),
    'request.timeout',
    /within 1 second and all of the request within 2, or whoever runs the gateway raises gateway\.headersTimeout or gateway\.requestTimeout/,
  )
  const patient = await startStage({ files: files('headersTimeout: 60, requestTimeout: 120') })
  t.after(() => patient.stop())
  const second = await RawClient.open(Number(new URL(patient.gatehouse.gateway).port))
  second.send(half)
  // longer than the hasty one would have waited: a whole timeout of it has passed before the rest is sent
  const other = await RawClient.open(Number(new URL(hasty.gatehouse.gateway).port))
  other.send(half)
  assert.match(await other.ended(), /^HTTP\/1\.1 408 /)
  second.send('\r\nbody')
  assert.match(await second.ended(), /^HTTP\/1\.1 200 /)
})

test('internal: a defect is a 500 with an id to report, on record, and nothing of it is told', async t => {
  const policy =
    '<policies><inbound><base /><set-variable name="a" value="b" /></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>'
  const files = {
    'gatehouse.yaml': 'gateway: { listen: 127.0.0.1:0, workers: 1 }\n',
    ...posted,
    'apis/a/policy.xml': policy,
  }
  const defect = fileURLToPath(new URL('./made-defect.ts', import.meta.url))
  const faulty = await startStage({ files, env: { NODE_OPTIONS: `--import=${defect}` } })
  t.after(() => faulty.stop())
  const refused = await fetch(`${faulty.gatehouse.gateway}/a/x`, { method: 'POST' })
  const id = refused.headers.get('x-request-id') ?? ''
  const text = await refused.text()
  assertToldApart('internal', refused.status, JSON.parse(text).message)
  assert.ok(text.includes(id) && !text.includes('defect'), text)
  const record = await faulty.record(id)
  assert.deepEqual([record.reason, record.decision, record.status], ['internal', 'failed', 500])
  assert.match(faulty.gatehouse.log(), /made for a test/)
  assert.match(
    (await faulty.explain(['--request-id', id])).mend,
    new RegExp(`^Report it with the request id ${id}; the gateway’s log has the detail`),
  )
  const whole = await startStage({ files })
  t.after(() => whole.stop())
  assert.equal((await fetch(`${whole.gatehouse.gateway}/a/x`, { method: 'POST' })).status, 200)
})

test('request.aborted: a caller that leaves is on the record, and nothing needs a mend', async () => {
  const backend = await startMoodyBackend()
  const stage = await startStage({
    files: {
      'gatehouse.yaml': settings,
      ...artifactsOf('a', { get: '/held' }, { serviceUrl: backend.address }),
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
    assertToldApart('request.aborted', record.status)
    const { verdict, mend } = await stage.explain(['--request-id', record.requestId])
    assert.deepEqual([verdict.reason, mend], ['request.aborted', ''])
  } finally {
    await stage.stop()
    await backend.close()
  }
})
