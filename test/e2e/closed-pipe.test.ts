import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryWorkspace } from '../harness/workspace.ts'

const executable = fileURLToPath(new URL('../../bin/gatehouse.js', import.meta.url))

test('a command whose reader has seen enough ends without a word', async t => {
  const cases = Array.from({ length: 20_000 }, (_, id) => ({ id: String(id), expression: '@("x")' }))
  const { folder, remove } = await temporaryWorkspace({ 'cases.json': JSON.stringify(cases) })
  t.after(remove)
  const child = spawn(process.execPath, [executable, 'eval', '--input', join(folder, 'cases.json')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  child.stdout.once('data', () => child.stdout.destroy())
  const [code] = await once(child, 'close')
  assert.deepEqual([code, said], [0, ''])
})
