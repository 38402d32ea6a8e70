import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gatehouse } from '../harness/gatehouse.ts'

const crash = `--import=${new URL('../harness/made-crash.ts', import.meta.url).href}`

for (const [how, name] of [
  ['at-once', 'that a command throws'],
  ['later', 'that is thrown behind it'],
  ['rejected', 'of a promise that nobody waits for'],
] as const)
  test(`a defect ${name} is told with its stack, what to do, and nothing that a terminal obeys`, async () => {
    const { code, stdout, stderr } = await gatehouse(['eval', how], { env: { NODE_OPTIONS: crash } })
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(
      stderr,
      /^gatehouse: a defect of Gatehouse; report it with what stands below \(gatehouse \S+, Node v\S+, \S+\)\n/,
    )
    assert.match(stderr, /Error: made for a test \\u001b\[2J\n +at .*\n[\s\S]*caused by Error: the \\u202ecause\n +at /)
    assert.ok(!/[\u001b\u202e]/.test(stderr))
  })
