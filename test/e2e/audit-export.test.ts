import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { queryAudit } from '../../src/audit/query-audit.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { type Running, startGatehouse } from '../harness/gatehouse.ts'
import { type OtlpCollector, type OtlpPush, startOtlpCollector } from '../harness/otlp-collector.ts'
import { copyOfDemo, type TemporaryWorkspace } from '../harness/workspace.ts'

let backend: EchoBackend
let hub: EchoBackend
let collector: OtlpCollector
let demo: TemporaryWorkspace
let out: string

before(async () => {
  backend = await startEchoBackend()
  hub = await startEchoBackend()
  collector = await startOtlpCollector()
  demo = await copyOfDemo(backend.address)
  out = join(demo.folder, 'exported')
  await demo.edit(
    'gatehouse.yaml',
    text => `${text}
audit:
  export:
    otlp: ${collector.address}
    folder: exported
    eventHub: { address: ${hub.address}/hub, keyName: send, key: { environment: HUB_KEY } }
`,
  )
})
after(async () => {
  await Promise.all([backend?.close(), hub?.close(), collector?.close()])
  await demo?.remove()
})

const key = 'ThisKeyMustNotLeak'
const start = () => startGatehouse(demo.folder, [], { HUB_KEY: key })

async function call(running: Running, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const answer = await fetch(`${running.gateway}/articles/?token=${key}`, { headers: { authorization: `Bearer ${key}` } })
    await answer.text()
    assert.equal(answer.status, 401)
  }
}

interface Exported {
  readonly auditId: string
  readonly requestId?: string
}

async function inFolder(): Promise<readonly Exported[]> {
  const texts = await Promise.all((await readdir(out)).map(name => readFile(join(out, name), 'utf8')))
  return texts.flatMap(text =>
    text
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Exported),
  ) // the documented form
}

interface OtlpLog {
  readonly eventName: string
  readonly severityText: string
  readonly attributes: readonly { key: string; value: { stringValue?: string } }[]
  readonly body: { kvlistValue: { values: readonly { key: string; value: { stringValue?: string } }[] } }
}

const logsIn = (pushes: readonly OtlpPush[]): readonly OtlpLog[] =>
  pushes
    .filter(({ path }) => path === '/v1/logs')
    .flatMap(({ body }) =>
      (JSON.parse(body) as { resourceLogs: { scopeLogs: { logRecords: OtlpLog[] }[] }[] }).resourceLogs // OTLP's own form
        .flatMap(({ scopeLogs }) => scopeLogs)
        .flatMap(({ logRecords }) => logRecords),
    )

const idOf = ({ attributes }: OtlpLog) => attributes.find(({ key: name }) => name === 'gatehouse.audit_id')?.value.stringValue
const requestOf = ({ body }: OtlpLog) => body.kvlistValue.values.find(({ key: name }) => name === 'requestId')?.value.stringValue

test('every record reaches every receiver, through an outage, a kill -9 and a restart', async () => {
  collector.answer(401) // its key is not ours
  const killed = await start()
  await call(killed, 20)
  await killed.logged(/the audit trail cannot be exported to 127\.0\.0\.1:\d+/)
  await killed.stop('SIGKILL')
  const running = await start()
  await call(running, 20)
  await running.logged(/the audit trail cannot be exported to 127\.0\.0\.1:\d+/)
  collector.answer(200)
  await running.logged(/the audit trail is exported to 127\.0\.0\.1:\d+ again/)
  assert.equal(await running.stop(), 0)

  const requests: string[] = []
  for await (const record of queryAudit(join(demo.folder, '.gatehouse', 'audit'), {})) requests.push(record.requestId)
  // what was killed with its batch never stood in the trail
  assert.ok(requests.length >= 20 && requests.length <= 40, String(requests.length))
  const events = hub.calls.flatMap(
    ({ body }) => JSON.parse(body) as { Body: string; UserProperties: { auditId: string } }[], // what the gateway sent
  )
  const logs = logsIn(collector.pushes)
  const files = await inFolder()
  const sets = {
    folder: new Set(files.map(({ requestId }) => requestId)),
    otlp: new Set(logs.map(requestOf)),
    hub: new Set(events.map(({ Body }) => (JSON.parse(Body) as Exported).requestId)), // the documented form
  }
  for (const [receiver, has] of Object.entries(sets))
    assert.deepEqual(
      requests.filter(request => !has.has(request)),
      [],
      receiver,
    )
  // all three know the same records by the same names, events of the gateway among them
  const ids = [files.map(({ auditId }) => auditId), logs.map(idOf), events.map(({ UserProperties }) => UserProperties.auditId)]
  const [first, ...others] = ids.map(list => [...new Set(list)].sort())
  for (const other of others) assert.deepEqual(other, first)
  assert.ok((first?.length ?? 0) > requests.length)
  assert.ok(logs.some(({ eventName, severityText }) => eventName === 'gatehouse.decision' && severityText === 'WARN'))
  assert.ok(logs.some(({ eventName }) => eventName === 'gatehouse.gateway.stopped'))
})

test('nothing secret is among what was sent, or in the log', async () => {
  const sent = [
    ...hub.calls.map(({ body }) => body),
    ...collector.pushes.map(({ body }) => body),
    JSON.stringify(await inFolder()),
  ]
  for (const text of sent) assert.ok(!text.includes(key))
  assert.match(hub.calls[0]?.headers.authorization ?? '', /^SharedAccessSignature sr=/)
  assert.ok(!hub.calls.some(({ headers }) => headers.authorization?.includes(key)))
})
