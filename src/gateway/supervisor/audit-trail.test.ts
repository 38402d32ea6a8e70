import assert from 'node:assert/strict'
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { AuditWriter, writerName } from '../../audit/audit-writer.ts'
import { parseHead } from '../../audit/chain-head.ts'
import { madeRecord } from '../../audit/testing/made-record.ts'
import { verifyAudit } from '../../audit/verify-audit.ts'
import { shorten, TrailFolder, type TrailProcess } from '../testing/trail-folder.ts'

let folder: TrailFolder
beforeEach(() => {
  folder = new TrailFolder()
})
afterEach(() => folder.remove())

test('runs that stopped in good order are whole, and one head stands for all of them', async () => {
  await folder.run()
  await folder.run()
  const last = await folder.run()
  const { faults, notes, heads, unsigned } = await folder.verify()
  assert.deepEqual([faults, notes, unsigned], [[], [], 0])
  assert.deepEqual(
    heads.map(head => parseHead(head)?.writer),
    [`${last.trail.run}-main`],
  )
  assert.deepEqual((await folder.verify(heads)).faults, [])
})

test('the last records of a thread that ended in good order are missed, its final checkpoint with them', async () => {
  const { trail } = await folder.run()
  const path = folder.fileOf(`${trail.run}-1`)
  const left = shorten(path, 3)
  const [fault = '', ...others] = await folder.faults()
  assert.deepEqual(others, [])
  assert.match(fault, new RegExp(`-1-\\d+\\.jsonl:${left}: numbers \\d+ to \\d+ of this chain missing at its end`))
  writeFileSync(path, '')
  assert.match((await folder.faults())[0] ?? '', /-1-\d+\.jsonl:1: numbers .* missing at its end/)
})

test('a main chain that is missing or empty is missed by the chains of its threads', async () => {
  const { trail } = await folder.run()
  writeFileSync(folder.fileOf(`${trail.run}-main`), '')
  assert.match(
    (await folder.faults())[0] ?? '',
    new RegExp(`-1-000001\\.jsonl:1: the main chain of its process, ${trail.run}-main, is missing`),
  )
  folder.removeAll(`${trail.run}-main`)
  assert.match((await folder.faults())[0] ?? '', /the main chain of its process/)
})

test('an earlier process that is removed whole, or its main chain cut short, is missed by the later ones', async () => {
  const { trail } = await folder.run()
  await folder.run()
  await folder.run()
  const whole = join(folder.root, 'whole')
  cpSync(folder.state, whole, { recursive: true })
  folder.removeAll(trail.run)
  assert.match(
    (await folder.faults()).join('\n'),
    new RegExp(`-main-000001\\.jsonl:\\d+: the chain ${trail.run}-main is missing`),
  )
  cpSync(whole, folder.state, { recursive: true })
  assert.deepEqual(await folder.faults(), [])
  shorten(folder.fileOf(`${trail.run}-main`), 2)
  assert.match((await folder.faults()).join('\n'), /-main-000001\.jsonl:\d+: numbers? .* of this chain missing at its end/)
})

test('the newest main chain cut short, or the newest process removed, is missed by who noted its head', async () => {
  await folder.run()
  const { trail } = await folder.run()
  const { heads } = await folder.verify()
  shorten(folder.fileOf(`${trail.run}-main`), 2)
  assert.deepEqual(await folder.faults(), [])
  assert.match((await folder.verify()).notes.join('\n'), /or its end was removed/)
  assert.match((await folder.faults(heads))[0] ?? '', /missing at its end: .* as was noted elsewhere/)
  folder.removeAll(trail.run)
  assert.deepEqual(await folder.faults(), [])
  assert.match((await folder.faults(heads))[0] ?? '', /the chain .*-main is missing/)
})

test('what a command wrote is missed when it is removed after a gateway saw it', async () => {
  const process = folder.begin()
  const { signer } = process.trail
  const grants = new AuditWriter({ folder: folder.audit, signer, writer: writerName('grants') })
  grants.write({ event: 'grant.approved', time: new Date().toISOString(), detail: { grant: 'g' } })
  await grants.close()
  await process.stop()
  assert.deepEqual(await folder.faults(), [])
  folder.removeAll('-grants-')
  assert.match((await folder.faults())[0] ?? '', /the chain .*-grants is missing/)
})

test('a chain that nobody began is found as put in', async () => {
  const { trail } = await folder.run()
  folder.putIn(`${trail.run}-7`, madeRecord(1))
  assert.match((await folder.faults())[0] ?? '', new RegExp(`^${trail.run}-7-000001.jsonl:1: .* it was put in`))
})

/** What a kill leaves of a process: what the folder holds at this moment. */
async function killed(records: number): Promise<TrailProcess> {
  const process = folder.begin()
  await process.calls(records)
  await process.trail.recordNow({ event: 'gateway.started', time: new Date().toISOString(), detail: {} })
  const left = join(folder.root, `left-${process.trail.run}`)
  cpSync(folder.state, left, { recursive: true })
  await process.stop()
  rmSync(folder.state, { recursive: true })
  cpSync(left, folder.state, { recursive: true, preserveTimestamps: true })
  return process
}

test('what was killed is named by the next start, which signs it: its records are missed as others are', async () => {
  const { trail } = await killed(30)
  truncateSync(folder.fileOf(`${trail.run}-2`), readFileSync(folder.fileOf(`${trail.run}-2`)).length - 5) // half a line
  assert.match((await folder.verify()).notes.join('\n'), /10 records behind the last checkpoint are chained and not signed$/m)
  const next = await folder.run()
  const { faults: none, notes } = await folder.verify()
  assert.deepEqual(none, [])
  const sealed = `10 records behind the last checkpoint are chained and not signed; the chain ${next.trail.run}-main, which is signed, names the last of them`
  assert.ok(
    notes.some(note => note.includes(`${trail.run}-1-`) && note.includes(sealed)),
    notes.join('\n'),
  )
  assert.match(notes.join('\n'), /its process was killed \(what it had not written yet/)
  shorten(folder.fileOf(`${trail.run}-1`), 1)
  assert.match((await folder.faults())[0] ?? '', /number \d+ of this chain missing at its end|missing at its end/)
})

test('a thread that serves is missed back to what it told half a minute ago', async t => {
  const process = folder.begin()
  t.mock.timers.enable({ apis: ['setTimeout'] })
  await process.calls(45)
  for (const thread of process.threads) await thread.seal()
  t.mock.timers.tick(30_000)
  t.mock.timers.reset()
  await process.trail.recordNow({ event: 'gateway.started', time: new Date().toISOString(), detail: {} })
  const left = join(folder.root, 'left')
  cpSync(folder.state, left, { recursive: true })
  await process.stop()
  folder.state = left
  assert.deepEqual(await folder.faults(), [])
  shorten(folder.fileOf('-2-'), 1)
  assert.match((await folder.faults())[0] ?? '', /missing at its end/)
})

test('what is removed in its time is no fault, however many processes came since', async () => {
  const first = await folder.run()
  await folder.run({ compress: true })
  const last = await folder.run({ compress: true, retention: 1 })
  await folder.run()
  assert.deepEqual([folder.files(first.trail.run), folder.files(last.trail.run).length > 0], [[], true])
  assert.deepEqual(await folder.faults(), [])
  assert.match((await folder.verify()).notes.join('\n'), /removed when their time had come/)
})

test('that its time had come must be signed', async () => {
  const { trail } = await folder.run()
  await folder.run()
  const removed = folder.files(trail.run)
  folder.removeAll(trail.run)
  for (const [i, name] of removed.entries())
    folder.putIn(`2026010${i}T000000000Z-1-main`, {
      event: 'audit.retired',
      time: '',
      detail: { segment: name, nextSeq: 1000, lastHash: '' },
    })
  assert.match((await folder.faults()).join('\n'), /the chain .*-main is missing/)
  assert.deepEqual((await verifyAudit(folder.audit)).faults, [])
})
