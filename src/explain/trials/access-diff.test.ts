import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claim, guardedWorkspace, roleGuard, tokenGuard } from '../testing/guarded-workspace.ts'
import { accessDiff } from './access-diff.ts'
import { whoMay } from './who-may.ts'

test('a change of policy is a line for each role that gains or loses', async () => {
  const [before, after] = [
    await whoMay(guardedWorkspace(roleGuard(['buyers', 'admins']))),
    await whoMay(guardedWorkspace(roleGuard(['admins', 'guests']))),
  ]
  const lines = (changes: ReturnType<typeof accessDiff>) =>
    changes.map(({ principal, kind, path }) => `${principal} ${kind} ${path}`)
  assert.deepEqual(lines(accessDiff(before, after)), [
    'role guests gains /orders/list/{id}',
    'role buyers loses /orders/list/{id}',
  ])
  assert.deepEqual(accessDiff(before, before), [])
  const opened = accessDiff(before, await whoMay(guardedWorkspace('')))
  assert.deepEqual(
    opened.map(({ principal, kind, opensToAll }) => [principal, kind, opensToAll]),
    [['anybody', 'gains', true]],
  )
})

const changesBetween = async (before: string, after: string) =>
  accessDiff(await whoMay(guardedWorkspace(before)), await whoMay(guardedWorkspace(after))).map(
    ({ kind, principal }) => `${principal} ${kind}`,
  )

test('roles that are all demanded are one line', async () => {
  const all = (...roles: readonly string[]) => tokenGuard(claim('roles', 'all', ...roles))
  assert.deepEqual(await changesBetween(all('readers', 'admins'), all('publishers', 'admins')), [
    'roles admins + publishers gains',
    'roles admins + readers loses',
  ])
  assert.deepEqual(await changesBetween(all('readers', 'admins'), roleGuard(['readers'])), ['role readers gains'])
})
