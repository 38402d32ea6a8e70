import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readAuditPublicKey } from './audit-key.ts'
import { queryEvents } from './query-audit.ts'
import { verifyAudit } from './verify-audit.ts'

const program = fileURLToPath(new URL('./testing/write-until-killed.ts', import.meta.url))
/** KILLS=1000 for the long run. */
const kills = Number(process.env.KILLS ?? 12)

/** Kills a writer somewhere while it writes; answers how many records it said were written. */
async function killOne(folder: string, state: string, afterBatches: number): Promise<number> {
  const child = spawn(process.execPath, [program, folder, state], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
    if (printed.split('\n').length > afterBatches) child.kill('SIGKILL')
  })
  await once(child, 'close')
  return Number(printed.slice(0, printed.lastIndexOf('\n')).split('\n').at(-1))
}

test(`a writer that is killed ${kills} times while it writes leaves a trail without a fault, and nothing that was written is lost`, async () => {
  const root = mkdtempSync(join(tmpdir(), 'gatehouse-killed-'))
  const [folder, state] = [join(root, 'audit'), join(root, 'state')]
  try {
    let least = 0
    for (let i = 0; i < kills; i++) least += await killOne(folder, state, 1 + ((i * 7919) % 60))
    const key = readAuditPublicKey(join(state, 'audit-key.pub.pem'))
    const { faults, notes, records } = await verifyAudit(folder, key)
    assert.deepEqual(faults, [])
    assert.ok(records >= least, `${records} of at least ${least} records`)
    const writers = new Set(readdirSync(folder).map(name => name.replace(/-\d+\.jsonl$/, '')))
    const ended = notes.filter(note => /killed/.test(note))
    assert.equal(ended.length, writers.size)
    let read = 0
    for await (const _event of queryEvents(folder)) read++
    assert.equal(read, records)
  } finally {
    rmSync(root, { recursive: true })
  }
})
