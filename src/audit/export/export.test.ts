import assert from 'node:assert/strict'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { type AuditOptions, AuditWriter } from '../audit-writer.ts'
import { keepAudit } from '../keep-audit.ts'
import { madeRecord as record } from '../testing/made-record.ts'
import { eventHubSink, sharedAccessSignature } from './event-hub-sink.ts'
import type { ExportSink } from './export-sink.ts'
import { folderSink } from './folder-sink.ts'
import { type ExportedRecord, readTrail } from './read-trail.ts'
import { TrailExporter } from './trail-exporter.ts'
import type { TrailPosition } from './trail-position.ts'

let root = ''
let folder = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gatehouse-export-'))
  folder = join(root, 'audit')
})
afterEach(() => rmSync(root, { recursive: true }))

const writer = (name: string, more: Partial<AuditOptions> = {}) => new AuditWriter({ folder, writer: name, ...more })

async function fill(name: string, from: number, to: number, more: Partial<AuditOptions> = {}): Promise<void> {
  const audit = writer(name, more)
  for (let i = from; i <= to; i++) {
    audit.write(record(i))
    await audit.flush()
  }
  await audit.close()
}

const limits = { records: 3, bytes: 1_000_000 }
const numberOf = ({ record: one }: Pick<ExportedRecord, 'record'>) => ('requestId' in one ? Number(one.requestId.slice(-12)) : -1)
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

/** Reads on from a position and moves it. */
async function readOn(position: TrailPosition): Promise<{ numbers: number[]; missed: number; largest: number }> {
  const found = { numbers: [] as number[], missed: 0, largest: 0 }
  const count = (segments: number) => {
    found.missed += segments
  }
  for await (const { records, writer: name, next } of readTrail(folder, position, limits, count)) {
    found.numbers.push(...records.map(numberOf))
    found.largest = Math.max(found.largest, records.length)
    position.set(name, next)
  }
  return found
}

test('a trail is read on from where it was, through segments, compression and further writers', async () => {
  const position: TrailPosition = new Map()
  const first = writer('one', { maxSegmentBytes: 1500 })
  for (const number of range(1, 8)) {
    first.write(record(number))
    await first.flush()
  }
  const all = await readOn(position)
  assert.deepEqual([all.numbers, all.largest], [range(1, 8), 3])
  assert.deepEqual((await readOn(position)).numbers, [])
  first.write(record(9))
  await first.flush()
  await fill('two', 20, 22)
  assert.deepEqual((await readOn(position)).numbers, [9, 20, 21, 22])
  await first.close()
  await keepAudit({ folder, now: Date.now(), retention: undefined, compress: true, record: async () => {} })
  assert.ok(readdirSync(folder).every(name => name.endsWith('.gz')))
  assert.deepEqual((await readOn(position)).numbers, [])
  assert.deepEqual((await readOn(new Map())).numbers, [...range(1, 9), 20, 21, 22])
  // in the middle of a segment that was compressed meanwhile
  const [, second] = all.numbers
  const middle: TrailPosition = new Map()
  for await (const { writer: name, next } of readTrail(folder, new Map(), { records: 2, bytes: 1e6 }, () => {})) {
    middle.set(name, next)
    break
  }
  assert.equal(second, 2)
  assert.deepEqual((await readOn(middle)).numbers, [...range(3, 9), 20, 21, 22])
})

test('half a line waits until it is whole, and lines that are no records are passed over', async () => {
  await fill('w', 1, 3)
  const path = join(folder, 'w-000001.jsonl')
  const lines = readFileSync(path, 'utf8').split('\n')
  writeFileSync(path, `${lines[0]}\nrubbish\n${lines[1]?.slice(0, 30)}`)
  const position: TrailPosition = new Map()
  assert.deepEqual((await readOn(position)).numbers, [1])
  appendFileSync(path, `${lines[1]?.slice(30)}\n`)
  assert.deepEqual((await readOn(position)).numbers, [2])
})

test('segments that were removed before anybody read them are counted', async () => {
  await fill('w', 1, 12, { maxSegmentBytes: 1500 })
  const position: TrailPosition = new Map()
  for await (const { writer: name, next } of readTrail(folder, position, limits, () => {})) {
    position.set(name, next)
    break
  }
  rmSync(join(folder, 'w-000001.jsonl'))
  rmSync(join(folder, 'w-000002.jsonl'))
  const { missed, numbers } = await readOn(position)
  assert.ok(missed >= 1, String(missed))
  assert.equal(numbers.at(-1), 12)
})

/** A receiver that keeps what it got and fails when told to. */
function listSink(): ExportSink & {
  readonly got: number[]
  fails: boolean
  tries: number
  until(condition: () => boolean): Promise<void>
} {
  const waiting = new Set<() => void>()
  return {
    kind: 'folder',
    place: 'a list',
    limits,
    got: [],
    fails: false,
    tries: 0,
    async send(records) {
      this.tries++
      if (!this.fails) this.got.push(...records.map(numberOf))
      for (const told of waiting) told()
      if (this.fails) throw new Error('away')
      return 0
    },
    until(condition) {
      return new Promise(resolve => {
        const told = () => {
          if (!condition()) return
          waiting.delete(told)
          resolve()
        }
        waiting.add(told)
        told()
      })
    },
  }
}

function exporter(sink: ExportSink, log: string[] = []): TrailExporter {
  const positionFile = join(root, 'state', 'position.json')
  return new TrailExporter({ folder, positionFile, sink, log: message => void log.push(message), interval: 5, firstPause: 1 })
}

test('an outage is told once, costs no record, and none comes twice while the process lives', async () => {
  const [sink, log] = [listSink(), [] as string[]]
  const running = exporter(sink, log)
  const audit = writer('w')
  audit.write(record(1))
  await audit.flush()
  await sink.until(() => sink.got.length === 1)
  sink.fails = true
  for (const number of range(2, 50)) audit.write(record(number))
  await audit.flush()
  await sink.until(() => sink.tries >= 6)
  assert.equal(running.status.isFailing, true)
  sink.fails = false
  await sink.until(() => sink.got.length === 50)
  audit.write(record(51))
  await audit.close()
  await running.close()
  assert.deepEqual(sink.got, range(1, 51))
  assert.deepEqual(log, ['the audit trail cannot be exported to a list: away', 'the audit trail is exported to a list again'])
  assert.deepEqual(running.status, { kind: 'folder', isFailing: false, outages: 1, sent: 51, rejected: 0 })
})

test('after a restart it goes on where it was, and with a position that is lost it begins again', async () => {
  await fill('w', 1, 5)
  const first = listSink()
  await exporter(first).close()
  assert.deepEqual(first.got, range(1, 5))
  await fill('x', 6, 8)
  const second = listSink()
  await exporter(second).close()
  assert.deepEqual(second.got, range(6, 8))
  writeFileSync(join(root, 'state', 'position.json'), '{"w": {"seg')
  const third = listSink()
  await exporter(third).close()
  assert.deepEqual(third.got, range(1, 8))
})

test('a receiver that is away does not keep the gateway from stopping', async () => {
  await fill('w', 1, 5)
  const sink = listSink()
  sink.fails = true
  const running = exporter(sink)
  await sink.until(() => sink.tries > 2)
  const started = performance.now()
  await running.close()
  assert.ok(performance.now() - started < 2500)
})

test('files hold each day’s records, and half a line of a killed process is taken back', async () => {
  const out = join(root, 'out')
  const audit = writer('w')
  audit.write(record(1, { time: '2026-11-24T23:59:59.999Z' }))
  audit.write(record(2, { time: '2026-11-25T00:00:00.000Z' }))
  await audit.close()
  await exporter(folderSink(out)).close()
  assert.deepEqual(readdirSync(out).sort(), ['audit-2026-11-24.jsonl', 'audit-2026-11-25.jsonl'])
  const path = join(out, 'audit-2026-11-25.jsonl')
  assert.match(readFileSync(path, 'utf8'), /^\{"auditId":"w\/1","time":"2026-11-25T00:00:00\.000Z",.*\}\n$/)
  appendFileSync(path, '{"auditId":"x/0","time":"20')
  const more = writer('x')
  more.write(record(3, { time: '2026-11-25T00:00:01.000Z' }))
  await more.close()
  await exporter(folderSink(out)).close()
  const ids = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line).auditId)
  assert.deepEqual(ids, ['w/1', 'x/0'])
})

/** Stands in for an event hub: a namespace's REST interface that takes batches up to a size. */
async function startHub(maxBytes: number) {
  const batches: { Body: string; UserProperties: { auditId: string } }[][] = []
  const seen: { url: string; authorization: string; type: string }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const { authorization = '', 'content-type': type = '' } = request.headers
    seen.push({ url: request.url ?? '', authorization, type })
    if (body.length > maxBytes) return void response.writeHead(413).end()
    batches.push(JSON.parse(body))
    response.writeHead(201).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hub`, // it listens on a port
    batches,
    seen,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

test('an event hub gets batches under a signature of the key, halved when they are too large', async () => {
  const hub = await startHub(2000)
  try {
    const audit = writer('w')
    for (const number of range(1, 9)) audit.write(record(number))
    audit.write(record(10, { path: `/${'x'.repeat(3000)}` }))
    await audit.close()
    const log: string[] = []
    const sink = eventHubSink(
      { address: hub.address, key: { name: 'send', value: 'a key' } },
      { token: () => ({ kind: 'failure', message: 'not asked' }), now: () => 1_700_000_000_000 },
    )
    const running = exporter(sink, log)
    await running.close()
    const bodies = hub.batches.flat()
    assert.deepEqual(
      bodies.map(({ UserProperties }) => UserProperties.auditId),
      range(0, 8).map(number => `w/${number}`),
    )
    assert.equal(JSON.parse(bodies[0]?.Body ?? '').requestId, record(1).requestId)
    assert.deepEqual([running.status.sent, running.status.rejected], [9, 1])
    assert.equal(log.length, 1)
    const [first] = hub.seen
    assert.equal(first?.url, '/hub/messages?api-version=2014-01&timeout=30')
    assert.equal(first?.type, 'application/vnd.microsoft.servicebus.json')
    assert.equal(first?.authorization, sharedAccessSignature(hub.address, { name: 'send', value: 'a key' }, 1_700_000_600))
    assert.ok(!log.join().includes('a key'))
  } finally {
    await hub.close()
  }
})

test('an event hub without a key gets a token of the gateway’s identity, and waits for one', async () => {
  const hub = await startHub(1e6)
  try {
    await fill('w', 1, 2)
    const tokens = ['failure', 'token'] as const
    let asked = 0
    const sink = eventHubSink(
      { address: hub.address },
      {
        now: Date.now,
        token(resource) {
          assert.equal(resource, 'https://eventhubs.azure.net')
          const kind = tokens[asked++] ?? 'token'
          return kind === 'token' ? { kind, token: 'abc' } : { kind, message: 'no answer' }
        },
      },
    )
    const log: string[] = []
    const running = exporter(sink, log)
    while (hub.batches.length === 0) await new Promise(resolve => setImmediate(resolve))
    await running.close()
    assert.equal(hub.seen[0]?.authorization, 'Bearer abc')
    assert.match(log[0] ?? '', /no token of the managed identity: no answer/)
    assert.ok(existsSync(join(root, 'state', 'position.json')))
  } finally {
    await hub.close()
  }
})

test('a shared access signature is what Azure’s own description makes of it', () => {
  // computed with openssl: printf '%s\n%s' 'https%3A%2F%2Fns.servicebus.windows.net%2Fhub' 1700000600 | openssl dgst -sha256 -hmac key -binary | base64
  const signature = sharedAccessSignature('https://ns.servicebus.windows.net/hub', { name: 'send', value: 'key' }, 1_700_000_600)
  assert.equal(
    signature,
    `SharedAccessSignature sr=https%3A%2F%2Fns.servicebus.windows.net%2Fhub&sig=${encodeURIComponent('EaMA69UCi6zc91CV3pC2d76srrYg7qhwGXJN8EIjojY=')}&se=1700000600&skn=send`,
  )
})
