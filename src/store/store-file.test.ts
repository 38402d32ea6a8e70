import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inStoreFile, StoreUnusable } from './store-file.ts'

const thrown = (error: unknown) => () =>
  inStoreFile('state/grants.db', () => {
    throw error
  })

test('what SQLite or the system refuses is told with the file and the mend', () => {
  const readOnly = Object.assign(new Error('attempt to write a readonly database'), { errcode: 8 | (5 << 8) })
  assert.throws(thrown(readOnly), {
    message:
      'state/grants.db cannot be used (attempt to write a readonly database): let whoever runs this read and write it and its folder',
  })
  assert.throws(() => inStoreFile('here', () => readFileSync(import.meta.dirname)), StoreUnusable)
})

test('a defect stays one', () => {
  assert.throws(thrown(new TypeError('x is not a function')), TypeError)
})
