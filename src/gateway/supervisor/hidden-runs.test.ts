import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { AuditWriter, writerName } from '../../audit/audit-writer.ts'
import { queryEvents } from '../../audit/query-audit.ts'
import { linesOf, shorten, TrailFolder } from '../testing/trail-folder.ts'

/** Somebody without the key who may write into the folder hides a run from the gateway that starts, and removes it afterwards. */

let folder: TrailFolder
beforeEach(() => {
  folder = new TrailFolder()
})
afterEach(() => folder.remove())

/** A gateway that ran, with an approval that was given while it did. */
async function earlier(): Promise<string> {
  const process = folder.begin()
  await process.calls(5)
  const { run, signer } = process.trail
  const grants = new AuditWriter({ folder: folder.audit, signer, writer: writerName('grants', run) })
  grants.write({ event: 'grant.approved', time: new Date().toISOString(), detail: { grant: 'g' } })
  await grants.close()
  await process.stop()
  return run
}

const headsEvents = async () => {
  const all = []
  for await (const event of queryEvents(folder.audit, {}, () => {})) if (event.event === 'audit.heads') all.push(event.detail)
  return all
}

/** Removes a run, whose chains are missed by then. */
async function missed(run: string): Promise<void> {
  folder.removeAll(run)
  const faults = (await folder.faults()).join('\n')
  for (const role of ['main', '1', '2', 'grants']) assert.match(faults, new RegExp(`the chain ${run}-${role} is missing`))
}

test('files that look untouched for long are named all the same', async () => {
  const run = await earlier()
  for (const name of folder.files('')) utimesSync(join(folder.audit, name), 0, 0)
  await folder.run()
  assert.deepEqual(await folder.faults(), [])
  await missed(run)
})

test('files that claim to be of the future hide nothing, nor does a forged naming', async () => {
  const run = await earlier()
  for (const name of folder.files('')) utimesSync(join(folder.audit, name), 4e9, 4e9)
  const detail = { found: [], ended: [] }
  folder.putIn('20991231T000000000Z-1-main', { event: 'audit.heads', time: '2099-12-31T00:00:00.000Z', detail })
  await folder.run()
  folder.removeAll('20991231')
  // that one is missed as well: it was there, and was named
  folder.removeAll(run)
  assert.match((await folder.faults()).join('\n'), new RegExp(`the chain ${run}-grants is missing`))
})

test('what cannot be read hides nothing else, and is said in the log and in the trail', async () => {
  const run = await earlier()
  mkdirSync(join(folder.audit, 'a-000001.jsonl'))
  writeFileSync(join(folder.audit, 'b-000001.jsonl'), 'nothing of this trail\n')
  writeFileSync(join(folder.audit, '20260101T000000000Z-1-1-000001.jsonl.gz'), gzipSync('x'.repeat(9999)).subarray(0, 20))
  const log: string[] = []
  await folder.run(undefined, message => log.push(message))
  assert.match(log.join('\n'), /^the end of the chain a .*: EISDIR|^the end of the chain a .*: it is no file/m)
  assert.match(log.join('\n'), /^the end of the chain b .*: it holds no line of a trail/m)
  assert.equal(log.filter(message => message.startsWith('the end of the chain')).length, 3)
  const unread = (await headsEvents()).flatMap(detail => detail.unread ?? [])
  assert.equal(unread.length, 3)
  rmSync(join(folder.audit, 'a-000001.jsonl'), { recursive: true })
  rmSync(join(folder.audit, 'b-000001.jsonl'))
  folder.removeAll('20260101T000000000Z')
  const { faults, notes } = await folder.verify()
  // what has a name that a gateway gives must not vanish, even when it could not be read
  assert.match(
    faults.map(({ message }) => message).join('\n'),
    /the chain 20260101T000000000Z-1-1 is missing: it could not be read/,
  )
  assert.equal(faults.length, 1)
  assert.match(notes.join('\n'), /the chain a could not be read/)
  folder.removeAll(run)
  assert.match((await folder.faults()).join('\n'), new RegExp(`the chain ${run}-grants is missing`))
})

test('lines put behind the end of a chain do not hide it', async () => {
  const run = await earlier()
  for (const name of folder.files(run)) appendFileSync(join(folder.audit, name), 'nothing of this trail\n')
  await folder.run()
  await missed(run)
})

test('a naming whose signature is not good counts for nothing', async () => {
  const run = await earlier()
  const next = await folder.run()
  // cut off the checkpoint behind the naming: what is left of that chain is signed by nobody
  const main = folder.fileOf(`${next.trail.run}-main`)
  while (shorten(main, 1) > 2);
  const last = await folder.run()
  folder.removeAll(next.trail.run)
  folder.removeAll(run)
  const faults = (await folder.faults()).join('\n')
  assert.match(faults, new RegExp(`the chain ${run}-grants is missing: .* as .*${last.trail.run}-main`))
})

test('chains that ended are named once and not read again; every start stays of one size', async () => {
  await earlier()
  await folder.run()
  await folder.run()
  await folder.run()
  const named = (await headsEvents()).flatMap(({ ended = [] }) => ended).map(head => String(head).split('/')[0])
  assert.equal(new Set(named).size, named.length, String(named))
  assert.deepEqual(await folder.faults(), [])
})

test('the heads of very many chains are said in lines that can be read', async () => {
  await earlier()
  for (let i = 0; i < 600; i++) folder.putIn(`x${i}`, { event: 'gateway.started', time: '', detail: {} })
  await folder.run()
  const events = await headsEvents()
  assert.ok(events.every(detail => [detail.found ?? [], detail.ended ?? []].flat().length <= 500))
  assert.ok(events.flatMap(({ found = [] }) => found).length >= 600)
})

test('a gateway removes nothing for the time that somebody wrote into it', async () => {
  const { trail } = await folder.run()
  const [first = ''] = folder.files(`${trail.run}-1`)
  const path = join(folder.audit, first)
  const lines = linesOf(path)
  const last = lines.at(-1)?.replace(/"checkpoint":\{"time":"\d{4}/, '"checkpoint":{"time":"2016')
  writeFileSync(path, `${[...lines.slice(0, -1), last].join('\n')}\n`)
  const log: string[] = []
  await folder.run({ compress: false, retention: 30 * 86_400_000 }, message => log.push(message))
  assert.deepEqual(log, [`the segment ${first} of the audit trail is not as it was written, and stays: a record was changed`])
  assert.ok(folder.files('').includes(first))
  assert.match((await folder.faults()).join('\n'), new RegExp(`${first}:\\d+: this record was changed`))
})

test('the segment of a thread that nobody called for days is left to it', async t => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const process = folder.begin({ compress: true })
  await process.calls(1)
  const [name = ''] = folder.files(`${process.trail.run}-1`)
  const then = Date.now() / 1000 - 3 * 86_400
  for (const file of folder.files('')) utimesSync(join(folder.audit, file), then, then)
  t.mock.timers.tick(3_600_000)
  await process.trail.nameOthers()
  await process.calls(2)
  await process.stop()
  assert.deepEqual(await folder.faults(), [])
  assert.equal(linesOf(join(folder.audit, name)).length, 4)
})
