import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRequestId } from './request-id.ts'

test('every call has a UUID of version 4 of its own', () => {
  const ids = Array.from({ length: 1000 }, newRequestId)
  assert.equal(new Set(ids).size, ids.length)
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  const used = new Set(ids.flatMap(id => [...id].map((digit, at) => `${at}${digit}`)))
  assert.equal(used.size, 30 * 16 + 4 + 1 + 4) // each digit in each place, but for version, variant and dashes
})
