import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Headers } from './headers.ts'

test('a field is found in any case and its values are joined with a comma', () => {
  const headers = new Headers(['Accept', 'a', 'X-Team', 'red', 'accept', 'b'])
  assert.equal(headers.get('ACCEPT'), 'a,b')
  assert.deepEqual(headers.getAll('accept'), ['a', 'b'])
  assert.equal(headers.get('x-none'), null)
})

test('setting a field replaces all its values where the first one stood', () => {
  const headers = new Headers(['A', '1', 'B', '2', 'a', '3', 'C', '4'])
  headers.set('a', 'x', 'y')
  assert.deepEqual(headers.raw, ['a', 'x', 'a', 'y', 'B', '2', 'C', '4'])
})

test('deleting a field takes every value and leaves the others in order', () => {
  const headers = new Headers(['A', '1', 'B', '2', 'a', '3'])
  headers.delete('a')
  assert.deepEqual(headers.raw, ['B', '2'])
  assert.deepEqual(headers.names(), ['B'])
})
