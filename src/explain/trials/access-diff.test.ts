import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer, claim, claimText, guardedWorkspace, roleGuard, tokenGuard, when } from '../testing/guarded-workspace.ts'
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

const named = (name: string) => tokenGuard('') + when(`${claimText('preferred_username')}.StartsWith("${name}")`, '', answer(403))

test('a condition that asks for something else than roles and groups is a line of its own when it changes', async () => {
  assert.deepEqual(await changesBetween(named('rita'), named('paul')), ['null condition'])
  assert.deepEqual(await changesBetween(named('rita'), named('rita')), [])
  assert.deepEqual(await changesBetween(named('rita'), roleGuard(['readers'])), ['role readers gains', 'null condition'])
  assert.deepEqual(accessDiff([], await whoMay(guardedWorkspace(named('rita')))).length, 1)
})

test('a condition reads a variable: an expression that sets it is part of it', async () => {
  const by = (name: string) =>
    `${tokenGuard('')}<set-variable name="isIn" value='@(${claimText('preferred_username')} == "${name}")' />${when('!(bool)context.Variables["isIn"]', answer(403))}`
  assert.deepEqual(await changesBetween(by('rita'), by('paul')), ['null condition'])
})

test('a condition on roles is told by who gains and loses, also where its text alone changes', async () => {
  const role = (name: string, more = '') =>
    tokenGuard('') + when(`!${claimText('roles')}.Contains("${name}")${more}`, answer(403))
  assert.deepEqual(await changesBetween(role('readers'), role('admins')), ['role admins gains', 'role readers loses'])
  assert.deepEqual(await changesBetween(role('readers'), role('readers', ' || false')), [])
})

test('a role that is turned away from now on loses, and gains once it is not', async () => {
  const banned = (inbound: string) => inbound + when(`${claimText('roles')}.Contains("guests")`, answer(403))
  assert.deepEqual(await changesBetween(tokenGuard(''), banned(tokenGuard(''))), ['role guests loses'])
  assert.deepEqual(await changesBetween(banned(roleGuard(['buyers'])), roleGuard(['buyers'])), ['roles buyers + guests gains'])
  assert.deepEqual(await changesBetween(banned(tokenGuard('')), banned(tokenGuard(''))), [])
  assert.deepEqual(await changesBetween(roleGuard(['buyers']), banned(tokenGuard(''))), [
    'any valid token without role guests gains',
    'roles buyers + guests loses',
  ])
})

test('policies under a condition that turn nobody away make no line', async () => {
  const logged = (name: string) =>
    roleGuard(['readers']) +
    when(`context.Request.Headers.ContainsKey("${name}")`, '<set-header name="A"><value>b</value></set-header>')
  assert.deepEqual(await changesBetween(logged('X-A'), logged('X-B')), [])
})
