import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { readAuditPublicKey } from '../../audit/audit-key.ts'
import { AuditWriter, writerName } from '../../audit/audit-writer.ts'
import { hashOf } from '../../audit/chain.ts'
import { parseHead } from '../../audit/chain-head.ts'
import { madeRecord } from '../../audit/testing/made-record.ts'
import { verifyAudit } from '../../audit/verify-audit.ts'
import type { AuditSettings } from '../../catalog/settings.ts'
import { AuditTrail } from './audit-trail.ts'

let root = ''
let state = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gatehouse-trail-'))
  state = join(root, 'state')
})
afterEach(() => rmSync(root, { recursive: true }))

/** A gateway as the trail knows it: its main chain, and the chains of two threads. */
class Process {
  readonly trail: AuditTrail
  readonly threads: readonly AuditWriter[]

  constructor(settings: AuditSettings = { compress: false }) {
    const log = (message: string) => assert.fail(message)
    this.trail = new AuditTrail({ state, settings, log })
    const { folder, signer, run } = this.trail
    this.threads = [1, 2].map(
      thread =>
        new AuditWriter({
          folder,
          signer,
          writer: writerName(thread, run),
          maxSegmentBytes: 20_000,
          checkpointRecords: 20,
          onSegment: segment => this.trail.event('audit.segment', { segment }),
          onCheckpoint: head => this.trail.told(head),
        }),
    )
  }

  async calls(count: number): Promise<void> {
    for (let i = 0; i < count; i++)
      for (const thread of this.threads) {
        thread.write(madeRecord(i))
        await thread.flush()
      }
  }

  async stop(): Promise<void> {
    await Promise.all(this.threads.map(thread => thread.close()))
    await this.trail.close()
  }
}

/** Serves calls and stops in good order. */
async function run(settings?: AuditSettings): Promise<Process> {
  const process = new Process(settings)
  await process.calls(50)
  await process.stop()
  return process
}

const files = (part: string) =>
  readdirSync(join(state, 'audit'))
    .filter(name => name.includes(part))
    .sort()
const fileOf = (part: string) => join(state, 'audit', files(part).at(-1) ?? '')
const remove = (part: string) => {
  for (const name of files(part)) rmSync(join(state, 'audit', name))
}
const linesOf = (path: string) => readFileSync(path, 'utf8').split('\n').slice(0, -1)
/** Takes lines from the end of a file; answers how many are left. */
function shorten(path: string, lines: number): number {
  const left = linesOf(path).slice(0, -lines)
  writeFileSync(path, left.map(line => `${line}\n`).join(''))
  return left.length
}

const verify = (expected: readonly string[] = []) =>
  verifyAudit(join(state, 'audit'), readAuditPublicKey(join(state, 'audit-key.pub.pem')), {
    expected: expected.flatMap(text => parseHead(text) ?? []),
    isRunning: () => false,
  })
const faults = async (expected?: readonly string[]) =>
  (await verify(expected)).faults.map(
    ({ file, line, message }) => `${file.slice(join(state, 'audit').length + 1)}:${line}: ${message}`,
  )

test('runs that stopped in good order are whole, and one head stands for all of them', async () => {
  await run()
  await run()
  const last = await run()
  const { faults, notes, heads, unsigned } = await verify()
  assert.deepEqual([faults, notes, unsigned], [[], [], 0])
  assert.deepEqual(
    heads.map(head => parseHead(head)?.writer),
    [`${last.trail.run}-main`],
  )
  assert.deepEqual((await verify(heads)).faults, [])
})

test('the last records of a thread that ended in good order are missed, its final checkpoint with them', async () => {
  const { trail } = await run()
  const path = fileOf(`${trail.run}-1`)
  const left = shorten(path, 3)
  const [fault = '', ...others] = await faults()
  assert.deepEqual(others, [])
  assert.match(fault, new RegExp(`-1-\\d+\\.jsonl:${left}: numbers \\d+ to \\d+ of this chain missing at its end`))
  writeFileSync(path, '')
  assert.match((await faults())[0] ?? '', /-1-\d+\.jsonl:1: numbers .* missing at its end/)
})

test('a main chain that is missing or empty is missed by the chains of its threads', async () => {
  const { trail } = await run()
  writeFileSync(fileOf(`${trail.run}-main`), '')
  assert.match(
    (await faults())[0] ?? '',
    new RegExp(`-1-000001\\.jsonl:1: the main chain of its process, ${trail.run}-main, is missing`),
  )
  remove(`${trail.run}-main`)
  assert.match((await faults())[0] ?? '', /the main chain of its process/)
})

test('an earlier process that is removed whole, or its main chain cut short, is missed by the later ones', async () => {
  const { trail } = await run()
  await run()
  await run()
  const whole = join(root, 'whole')
  cpSync(state, whole, { recursive: true })
  remove(trail.run)
  assert.match((await faults()).join('\n'), new RegExp(`-main-000001\\.jsonl:\\d+: the chain ${trail.run}-main is missing`))
  cpSync(whole, state, { recursive: true })
  assert.deepEqual(await faults(), [])
  shorten(fileOf(`${trail.run}-main`), 2)
  assert.match((await faults()).join('\n'), /-main-000001\.jsonl:\d+: numbers? .* of this chain missing at its end/)
})

test('the newest main chain cut short, or the newest process removed, is missed by who noted its head', async () => {
  await run()
  const { trail } = await run()
  const { heads } = await verify()
  shorten(fileOf(`${trail.run}-main`), 2)
  assert.deepEqual(await faults(), [])
  assert.match((await verify()).notes.join('\n'), /or its end was removed/)
  assert.match((await faults(heads))[0] ?? '', /missing at its end: .* as was noted elsewhere/)
  remove(trail.run)
  assert.deepEqual(await faults(), [])
  assert.match((await faults(heads))[0] ?? '', /the chain .*-main is missing/)
})

test('what a command wrote is missed when it is removed after a gateway saw it', async () => {
  const process = new Process()
  const { folder, signer } = process.trail
  const grants = new AuditWriter({ folder, signer, writer: writerName('grants') })
  grants.write({ event: 'grant.approved', time: new Date().toISOString(), detail: { grant: 'g' } })
  await grants.close()
  await process.stop()
  assert.deepEqual(await faults(), [])
  remove('-grants-')
  assert.match((await faults())[0] ?? '', /the chain .*-grants is missing/)
})

test('a chain that nobody began is found as put in', async () => {
  const { trail } = await run()
  putIn(`${trail.run}-7`, madeRecord(1))
  assert.match((await faults())[0] ?? '', new RegExp(`^${trail.run}-7-000001.jsonl:1: .* it was put in`))
})

/** What a kill leaves of a process: what the folder holds at this moment. */
async function killed(records: number): Promise<Process> {
  const process = new Process()
  await process.calls(records)
  await process.trail.recordNow({ event: 'gateway.started', time: new Date().toISOString(), detail: {} })
  const left = join(root, `left-${process.trail.run}`)
  cpSync(state, left, { recursive: true })
  await process.stop()
  rmSync(state, { recursive: true })
  cpSync(left, state, { recursive: true, preserveTimestamps: true })
  return process
}

test('what was killed is named by the next start, which signs it: its records are missed as others are', async () => {
  const { trail } = await killed(30)
  truncateSync(fileOf(`${trail.run}-2`), readFileSync(fileOf(`${trail.run}-2`)).length - 5) // half a line
  assert.match((await verify()).notes.join('\n'), /10 records behind the last checkpoint are chained and not signed$/m)
  const next = await run()
  const { faults: none, notes } = await verify()
  assert.deepEqual(none, [])
  const sealed = `10 records behind the last checkpoint are chained and not signed; the chain ${next.trail.run}-main, which is signed, names the last of them`
  assert.ok(
    notes.some(note => note.includes(`${trail.run}-1-`) && note.includes(sealed)),
    notes.join('\n'),
  )
  assert.match(notes.join('\n'), /its process was killed \(what it had not written yet/)
  shorten(fileOf(`${trail.run}-1`), 1)
  assert.match((await faults())[0] ?? '', /number \d+ of this chain missing at its end|missing at its end/)
})

test('a thread that serves is missed back to what it told half a minute ago', async t => {
  const process = new Process()
  t.mock.timers.enable({ apis: ['setTimeout'] })
  await process.calls(45)
  for (const thread of process.threads) await thread.seal()
  t.mock.timers.tick(30_000)
  t.mock.timers.reset()
  await process.trail.recordNow({ event: 'gateway.started', time: new Date().toISOString(), detail: {} })
  const left = join(root, 'left')
  cpSync(state, left, { recursive: true })
  await process.stop()
  state = left
  assert.deepEqual(await faults(), [])
  shorten(fileOf('-2-'), 1)
  assert.match((await faults())[0] ?? '', /missing at its end/)
})

/** A chain that anybody can make who may write into the folder. */
function putIn(writer: string, record: object): void {
  const [text, start] = [JSON.stringify(record), '0'.repeat(64)]
  const line = `{"seq":0,"prev":"${start}","hash":"${hashOf(0, start, text)}","record":${text}}\n`
  writeFileSync(join(state, 'audit', `${writer}-000001.jsonl`), line)
}

test('what is removed in its time is no fault, however many processes came since', async () => {
  const first = await run()
  await run({ compress: true })
  const last = await run({ compress: true, retention: 1 })
  await run()
  assert.deepEqual([files(first.trail.run), files(last.trail.run).length > 0], [[], true])
  assert.deepEqual(await faults(), [])
  assert.match((await verify()).notes.join('\n'), /removed when their time had come/)
})

test('that its time had come must be signed', async () => {
  const { trail } = await run()
  await run()
  const removed = files(trail.run)
  remove(trail.run)
  for (const [i, name] of removed.entries())
    putIn(`2026010${i}T000000000Z-1-main`, {
      event: 'audit.retired',
      time: '',
      detail: { segment: name, nextSeq: 1000, lastHash: '' },
    })
  assert.match((await faults()).join('\n'), /the chain .*-main is missing/)
  assert.deepEqual((await verifyAudit(join(state, 'audit'))).faults, [])
})
