import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counted } from './counted.ts'

test('one of a thing is told in the singular, none and several in the plural', () => {
  assert.deepEqual(
    [0, 1, 1.5, 2].map(count => counted(count, 'call')),
    ['0 calls', '1 call', '1.5 calls', '2 calls'],
  )
  assert.deepEqual([counted(1, 'policy', 'policies'), counted(3, 'policy', 'policies')], ['1 policy', '3 policies'])
})
