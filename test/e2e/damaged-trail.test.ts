import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { AuditWriter } from '../../src/audit/audit-writer.ts'
import type { DecisionRecord } from '../../src/audit/record.ts'
import { madeRecord } from '../../src/audit/testing/made-record.ts'
import { gatehouse } from '../harness/gatehouse.ts'
import { type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

/** Calls to a path that no API has: they come out the same whenever they are run again. */
const unrouted = (number: number) => madeRecord(number, { decision: 'refused', reason: 'route.no-api', status: 404 })
const keptOf = (kept: DecisionRecord) => {
  const { time, method, path, ipAddress } = kept
  return { kept, time, method, path, query: '', headers: [['X-Team', 'night']] as const, ipAddress }
}

let workspace: TemporaryWorkspace
const segments = new Map<'audit' | 'calls', string>()

/** Call 0 is found behind the damage, call 1 and those behind it stand in the damaged segments. */
before(async () => {
  workspace = await temporaryWorkspace({ 'gatehouse.yaml': 'state: .gatehouse\n' })
  for (const kind of ['audit', 'calls'] as const) {
    const folder = join(workspace.folder, '.gatehouse', kind)
    const write = async (writer: string, numbers: readonly number[]) => {
      const trail = new AuditWriter({ folder, writer })
      for (const number of numbers) trail.write(kind === 'audit' ? unrouted(number) : keptOf(unrouted(number)))
      await trail.close()
    }
    await write('20231114T221320000Z-1-1', [1, 2, 3])
    const [name = ''] = readdirSync(folder)
    const packed = gzipSync(readFileSync(join(folder, name)))
    rmSync(join(folder, name))
    writeFileSync(join(folder, `${name}.gz`), packed.subarray(0, packed.length >> 1))
    segments.set(kind, join(folder, `${name}.gz`))
    await write('20231114T221320000Z-1-2', [0])
  }
})
after(() => workspace?.remove())

/** What is said of a damaged segment. */
const said = (kind: 'audit' | 'calls') => `${segments.get(kind)} cannot be read to its end: unexpected end of file`

test('a past call is explained although segments of the trail and of kept calls are damaged, and that is said', async () => {
  const { code, stdout, stderr } = await gatehouse(['explain', workspace.folder, '--request-id', unrouted(0).requestId])
  assert.equal(code, 1, stderr)
  assert.match(stdout, /refused: 404 route\.no-api/)
  assert.match(stdout, /run again, the kept call meets no policy/)
  assert.ok(stderr.includes(said('audit')), stderr)
  assert.ok(stderr.includes(said('calls')), stderr)
})

test('a call that stands in a damaged segment is not found, and why is said', async () => {
  const { code, stderr } = await gatehouse(['explain', workspace.folder, '--request-id', unrouted(9).requestId])
  assert.equal(code, 2)
  assert.ok(stderr.includes(said('audit')), stderr)
  assert.match(stderr, /no record of the trail/)
})

test('calls are replayed although segments are damaged: that is said, and it is not green', async () => {
  const { code, stdout, stderr } = await gatehouse(['replay', workspace.folder, '--json'])
  const { changes, replayed } = JSON.parse(stdout || '{}') as { changes: unknown[]; replayed: number } // the documented form
  assert.ok(stderr.includes(said('audit')), stderr)
  assert.ok(stderr.includes(said('calls')), stderr)
  assert.deepEqual([code, changes], [1, []])
  assert.ok(replayed >= 1, String(replayed))
})
