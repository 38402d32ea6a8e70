import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { defectText } from './defect-text.ts'

test('what the system refused is told as that, and a defect as one', () => {
  assert.match(defectText(new TypeError('x is not a function')), /^gatehouse: a defect of Gatehouse; report it with /)
  try {
    readFileSync('/no/such/file')
  } catch (error) {
    assert.match(
      defectText(error),
      /^gatehouse: the system refused: ENOENT: .*; mend that, else report it with what stands below \(/,
    )
  }
})
