import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gazette, stateFolder, tenantId } from '../testing/gazette.ts'
import { runDirectory } from '../testing/running.ts'
import { liveSigningKeys, openSigningKeys, rollOver } from './signing-keys.ts'

const hour = 3_600_000

test('the next key signs when the signing one has reached its age; former ones stay published, two of them', () => {
  const state = stateFolder()
  let now = Date.now()
  const keys = liveSigningKeys(state, () => now, 3600)
  const first = keys()
  const next = first.all[1]
  now += hour - 60_001
  assert.equal(keys().signing.kid, first.signing.kid)
  now += 120_002
  const second = keys()
  assert.equal(second.signing.kid, next?.kid, 'the one that was published ahead')
  assert.deepEqual([second.all.length, second.all.at(-1)?.kid], [3, first.signing.kid])
  for (let i = 0; i < 3; i++) {
    now += hour + 60_001
    keys()
  }
  assert.equal(keys().all.length, 4, 'signing, next and two former ones')
  assert.ok(keys().all.every(({ kid }) => kid !== first.signing.kid))
})

test('a rollover by command is seen by a running directory at once; without a lifetime age changes nothing', async () => {
  const state = stateFolder()
  await using running = await runDirectory(gazette, {}, state)
  const kids = async () => {
    const { json } = await running.get(`/${tenantId}/discovery/v2.0/keys`)
    return (json.keys as { kid: string }[]).map(({ kid }) => kid)
  }
  const before = await kids()
  const rolled = rollOver(state, Date.now())
  assert.deepEqual(
    await kids(),
    rolled.all.map(({ kid }) => kid),
  )
  assert.deepEqual([rolled.signing.kid, rolled.all.at(-1)?.kid], [before[1], before[0]])
  assert.equal(openSigningKeys(state, Date.now() + 400 * 24 * hour).signing.kid, rolled.signing.kid)
})
