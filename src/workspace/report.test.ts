import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReport, startOf } from './report.ts'

test('a fault without a mend of its own has the usual one of its code', () => {
  const report = createReport()
  report.error(startOf('a.yaml'), 'secret.missing', 'the environment variable KEY is not set', 'set KEY')
  report.warning(startOf('a.yaml'), 'secret.missing', 'there is no file key.txt')
  assert.deepEqual(
    report.diagnostics.map(({ mend }) => mend),
    ['set KEY', 'set the environment variable where Gatehouse runs, or put the file there'],
  )
})
