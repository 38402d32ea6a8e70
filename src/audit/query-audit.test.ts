import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { AuditWriter } from './audit-writer.ts'
import { lastRecords, type OnDamage, queryAudit } from './query-audit.ts'
import { madeRecord } from './testing/made-record.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-query-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Calls that began at these milliseconds, each with how long it took, in the order in which they ended. */
async function write(writer: string, calls: readonly (readonly [began: number, took: number])[]): Promise<void> {
  const audit = new AuditWriter({ folder, writer, maxSegmentBytes: 2000 })
  for (const [began, total] of calls) {
    audit.write(madeRecord(began, { duration: { total, gateway: 0, backend: total } }))
    await audit.flush()
  }
  await audit.close()
}

async function began(onDamage?: OnDamage): Promise<number[]> {
  const found: number[] = []
  for await (const { requestId } of queryAudit(folder, {}, onDamage)) found.push(Number(requestId.slice(-12)))
  return found
}

test('records of several threads and processes come in order of time, slow calls too', async () => {
  // 1 700 000 000 000 ms: 2023-11-14T22:13:20Z
  const first = '20231114T221320000Z-1'
  await write(`${first}-1`, [
    [10, 1],
    [30, 1],
    [5, 40_000],
    [50_000, 1],
  ])
  await write(`${first}-2`, [
    [20, 1],
    [40, 1],
    [45_000, 2],
  ])
  await write('20231114T221420000Z-2-1', [
    [60_000, 1],
    [60_020, 1],
  ])
  await write('20231114T221420010Z-3-1', [[60_010, 1]])
  assert.deepEqual(await began(), [5, 10, 20, 30, 40, 45_000, 50_000, 60_000, 60_010, 60_020])
  const last = await lastRecords(folder, {}, 2)
  assert.deepEqual(
    last.map(({ requestId }) => Number(requestId.slice(-12))),
    [60_010, 60_020],
  )
})

test('a call that took longer than a minute stands where it ended', async () => {
  await write('w', [
    [10, 1],
    [70_000, 1],
    [150_000, 1],
    [20, 200_000],
    [200_100, 1],
  ])
  assert.deepEqual(await began(), [10, 70_000, 20, 150_000, 200_100])
})

test('a segment that is damaged is told, and the others are read all the same', async () => {
  await write(
    '20231114T221320000Z-1-1',
    [...Array(20).keys()].map(i => [i * 2, 1] as const),
  )
  await write(
    '20231114T221320000Z-1-2',
    [...Array(20).keys()].map(i => [i * 2 + 1, 1] as const),
  )
  const [first = ''] = readdirSync(folder)
  const packed = gzipSync(readFileSync(join(folder, first)))
  packed.fill(7, packed.length >> 1)
  rmSync(join(folder, first))
  writeFileSync(join(folder, `${first}.gz`), packed)
  const damaged: string[] = []
  const found = await began(({ name }) => damaged.push(name))
  assert.deepEqual(damaged, [first])
  assert.ok(found.length >= 30 && found.length < 40, String(found.length))
  assert.deepEqual(
    found,
    [...found].sort((a, b) => a - b),
  )
  await assert.rejects(began())
})
