import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessRows } from '../access-rows.ts'
import { guardedWorkspace, roleGuard } from '../testing/guarded-workspace.ts'
import { shadowedRules } from './shadowed-rules.ts'

test('a value that a narrower rule lists and a wider one refuses is shadowed, with both places', () => {
  const rows = accessRows(guardedWorkspace(roleGuard(['admins', 'buyers']), roleGuard(['admins', 'guests'])))
  assert.deepEqual(
    shadowedRules(rows).map(({ claim, value, file, line, by }) => [claim, value, `${file}:${line}`, `${by.file}:${by.line}`]),
    [['roles', 'guests', 'operation.xml:5', 'api.xml:5']],
  )
})
