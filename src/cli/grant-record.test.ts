import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { readAuditPublicKey } from '../audit/audit-key.ts'
import { HeadNaming } from '../audit/found-heads.ts'
import { readSegment, segmentsIn } from '../audit/segments.ts'
import { verifyAudit } from '../audit/verify-audit.ts'
import { onRecord, type StepEvent, TrailAway } from './grant-record.ts'

let state: string
let folder: string
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'gatehouse-grant-record-'))
  folder = join(state, 'audit')
})
afterEach(() => rmSync(state, { recursive: true }))

const step: StepEvent = { event: 'grant.approved', time: '2026-01-02T20:00:00.000Z', by: 'ada', detail: { grant: 'g1' } }

async function written(): Promise<string> {
  let text = ''
  for (const segment of segmentsIn(folder))
    for await (const chunk of readSegment(segment) as AsyncIterable<Buffer>) text += chunk.toString()
  return text
}

test('a step is in the trail, signed, before it is taken: whoever hears of it can name its chain', async () => {
  const result = await onRecord(state, step, async () => {
    const publicKey = readAuditPublicKey(join(state, 'audit-key.pub.pem'))
    assert.ok(publicKey)
    const heads: string[] = []
    for await (const { found } of new HeadNaming(folder, 'gateway-main', publicKey).look()) heads.push(...found)
    const [head = '', ...more] = heads
    assert.match(head, /-grants\/1\//) // the event is 0, and this the checkpoint that signs it
    assert.match(await written(), /"grant\.approved".*\n.*"checkpoint"/)
    assert.deepEqual(more, [])
    return { done: true }
  })
  assert.deepEqual(result, { done: true })
  assert.doesNotMatch(await written(), /grant\.failed/)
})

test('a step that is refused after all, or breaks, has a second event that says so', async () => {
  assert.deepEqual(await onRecord(state, step, async () => ({ refused: 'another was faster' })), {
    refused: 'another was faster',
  })
  assert.match(await written(), /"grant\.failed".*"step":"grant\.approved","why":"another was faster"/)
  await assert.rejects(
    onRecord(state, step, () => Promise.reject(new TypeError('the store is away'))),
    TypeError,
  )
  assert.match(await written(), /"why":"the store is away"/)
  const publicKey = readAuditPublicKey(join(state, 'audit-key.pub.pem'))
  assert.deepEqual((await verifyAudit(folder, publicKey)).faults, [])
})

test('a step that the trail cannot take is not taken, not even when the trail can be written again a moment later', async () => {
  writeFileSync(folder, '')
  let taken = false
  const away = onRecord(state, step, async () => {
    taken = true
    return {}
  })
  await assert.rejects(
    away,
    (error: Error) => error instanceof TrailAway && /nothing was changed.*make it writable/.test(error.message),
  )
  assert.equal(taken, false)
  rmSync(folder)
  mkdirSync(folder)
  await new Promise(resolve => setTimeout(resolve, 1100)) // writers try again every second
  assert.equal(await written(), '')
})
