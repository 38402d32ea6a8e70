import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeDefect } from '../gateway/run/describe-defect.ts'
import { logLine } from './log-line.ts'

const now = new Date('2026-01-02T03:04:05Z')
const entry = { type: 'log', severity: 'error', source: 'gateway', requestId: 'r1' } as const

test('what a message holds ends no line and says nothing to a terminal', () => {
  const message = 'a\u001b[31m\u202e\n2026-11-25T16:00:00Z error gateway: forged'
  assert.equal(
    logLine({ ...entry, message, source: 'x\ny' }, now),
    '2026-01-02T03:04:05.000Z error x\\ny: a\\u001b[31m\\u202e\\n2026-11-25T16:00:00Z error gateway: forged (request r1)\n',
  )
})

test('a defect keeps a line for each call that it came through, and its message has none', () => {
  const cause = new Error('why\nso')
  const [first, ...calls] = logLine({ ...entry, message: describeDefect(new Error('no\u001b', { cause })) }, now)
    .trimEnd()
    .split('\n')
  assert.match(first ?? '', /gateway: Error: no\\u001b$/)
  assert.ok(calls.length > 4 && calls.every(line => line.startsWith('    at ')), calls.join('\n'))
  assert.match(calls.join('\n'), /\\ncaused by Error: why\\nso$/m)
  assert.match(calls.at(-1) ?? '', /\(request r1\)$/)
})
