import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadWorkspace } from './load-workspace.ts'
import { ensureSubscriptionKeys, keysFile } from './subscription-keys.ts'
import { loadFiles } from './testing/temporary-workspace.ts'

const files = {
  'subscriptions/a/subscriptionInformation.json': { properties: { scope: '/apis', state: 'active' } },
  'subscriptions/b/subscriptionInformation.json': { properties: { scope: '/apis', state: 'suspended' } },
  'subscriptions/c/subscriptionInformation.json': { properties: { scope: '/apis', state: 'active', primaryKey: 'given' } },
}

test('active subscriptions without keys get random ones, once, that only the owner can read', async t => {
  const { catalog, folder } = await loadFiles(t, files)
  assert.equal(catalog.subscriptions[0]?.primaryKey, undefined)
  const [a, b, c] = (await ensureSubscriptionKeys(catalog)).subscriptions
  assert.match(a?.primaryKey ?? '', /^[0-9a-f]{32}$/)
  assert.notEqual(a?.primaryKey, a?.secondaryKey)
  assert.deepEqual([b?.primaryKey, c?.primaryKey, c?.secondaryKey], [undefined, 'given', undefined])
  const file = keysFile(join(folder, '.gatehouse'))
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.deepEqual(Object.keys(JSON.parse(await readFile(file, 'utf8'))), ['a'])
  const again = await loadWorkspace({ folder, env: {} })
  assert.equal(again.catalog.subscriptions[0]?.primaryKey, a?.primaryKey)
  assert.equal((await ensureSubscriptionKeys(again.catalog)).subscriptions[0]?.primaryKey, a?.primaryKey)
})

test('a broken file of keys is a fault, and no new keys are made over it', async t => {
  const { catalog, folder } = await loadFiles(t, { ...files, '.gatehouse/subscription-keys.json': '{' })
  const again = await loadWorkspace({ folder, env: {} })
  assert.deepEqual(
    again.diagnostics.map(({ code }) => code),
    ['file.unreadable'],
  )
  await assert.rejects(ensureSubscriptionKeys(catalog))
  await writeFile(keysFile(join(folder, '.gatehouse')), '{}')
  await ensureSubscriptionKeys(catalog)
})
