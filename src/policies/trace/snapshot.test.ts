import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeCall } from '../testing/make-call.ts'
import { threadTime } from '../testing/thread-time.ts'
import { type Redactor, redactorFor } from './redact.ts'
import { changesBetween, snapshotOf } from './snapshot.ts'

test('only what changed is made ready to be shown', () => {
  const seen: string[] = []
  const note = (what: string, value: unknown) => {
    seen.push(what)
    return String(value)
  }
  const redact: Redactor = {
    text: text => note(text, text),
    value: value => note(value, value),
    header: note,
    variable: note,
    hiding: () => redact,
  }
  const call = makeCall({ request: { headers: { A: ['a', 'b'], B: ['c'] } } })
  call.variables.set('kept', 'x')
  call.variables.set('text', 'long')
  const before = snapshotOf(call)
  assert.deepEqual(changesBetween(before, snapshotOf(call), redact), [])
  assert.deepEqual(seen, [])
  call.request.headers.append('a', 'd')
  call.variables.set('text', 'longer')
  call.variables.set('new', 'y')
  assert.deepEqual(changesBetween(before, snapshotOf(call), redact), [
    { target: 'request.headers.A', before: 'a, b', after: 'a, b, d' },
    { target: 'variables.text', before: 'long', after: 'longer' },
    { target: 'variables.new', after: 'y' },
  ])
  assert.deepEqual(seen, ['A', 'A', 'text', 'text', 'new'])
})

test('what is shown alike has not changed', () => {
  const call = makeCall({ request: { headers: { Authorization: ['Bearer a'] } } })
  call.variables.set('object', new Map() as never)
  const before = snapshotOf(call)
  call.request.headers.set('Authorization', 'Bearer b')
  call.variables.set('object', new Map() as never)
  assert.deepEqual(changesBetween(before, snapshotOf(call), redactorFor([])), [])
})

test('thousands of header fields take no time', () => {
  const headers = Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`h${i}`, ['x']]))
  const call = makeCall({ request: { headers } })
  const began = threadTime()
  for (let i = 0; i < 20; i++) snapshotOf(call)
  assert.ok(threadTime() - began < 400, `${threadTime() - began} ms`)
})
