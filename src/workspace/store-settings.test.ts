import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRedisUrl } from './store-settings.ts'
import { loadFiles } from './testing/temporary-workspace.ts'

const load = (
  t: Parameters<typeof loadFiles>[0],
  yaml: string,
  env: Record<string, string> = {},
  more: Record<string, string> = {},
) => loadFiles(t, { 'gatehouse.yaml': yaml, 'policy.xml': '<policies />', ...more }, { env })

test('a Redis is named by its URL; its password stands elsewhere', async t => {
  const yaml = `store:
  redis: rediss://cache.example:6380/2
  username: gatehouse
  password: { environment: REDIS_PASSWORD }
  ca: ca.pem
  prefix: orders
  limitsWhenAway: refuse
`
  const ca = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
  const { catalog, faults } = await load(t, yaml, { REDIS_PASSWORD: 'a-secret-word' }, { 'ca.pem': ca })
  assert.deepEqual(faults, [])
  const redis = { url: 'rediss://cache.example:6380/2', username: 'gatehouse', password: 'a-secret-word', ca, prefix: 'orders' }
  assert.deepEqual(catalog.settings.store, { redis, limitsWhenAway: 'refuse' })
})

test('a URL that holds its password comes by reference, and limits count locally unless told otherwise', async t => {
  const yaml = 'store: { redis: { environment: REDIS_URL } }'
  const { catalog, faults } = await load(t, yaml, { REDIS_URL: 'redis://user:p%40ss@127.0.0.1:6379' })
  assert.deepEqual(faults, [])
  const redis = { url: 'redis://127.0.0.1:6379', username: 'user', password: 'p@ss', prefix: 'gatehouse' }
  assert.deepEqual(catalog.settings.store, { redis, limitsWhenAway: 'local' })
})

test('passwords in clear, no URL, missing references and odd prefixes are faults that quote no secret', async t => {
  const cases: [yaml: string, expected: string[], env?: Record<string, string>][] = [
    ['store: { redis: "redis://:a-secret-word@127.0.0.1" }', ['gatehouse.yaml:1:17 error secret.inSettings']],
    ['store: { redis: "redis://127.0.0.1", password: a-secret-word }', ['gatehouse.yaml:1:48 error secret.inSettings']],
    ['store: { redis: "http://127.0.0.1" }', ['gatehouse.yaml:1:17 error value.format']],
    ['store: { redis: { environment: U } }', ['gatehouse.yaml:1:17 error value.format'], { U: 'a-secret-word' }],
    ['store: { redis: { environment: NONE } }', ['gatehouse.yaml:1:32 error secret.missing']],
    ['store: {}', ['gatehouse.yaml:1:8 error value.missing']],
    ['store: { redis: "redis://127.0.0.1", prefix: "a b" }', ['gatehouse.yaml:1:46 error value.format']],
    ['store: { redis: "redis://127.0.0.1", limitsWhenAway: never }', ['gatehouse.yaml:1:54 error value.choice']],
  ]
  for (const [yaml, expected, env] of cases) {
    const { faults, diagnostics } = await load(t, yaml, env)
    assert.deepEqual(faults, expected, yaml)
    assert.doesNotMatch(JSON.stringify(diagnostics), /a-secret-word/)
  }
})

test('only Redis’s own URLs are taken', () => {
  assert.deepEqual(parseRedisUrl('redis://h:1/0'), { url: 'redis://h:1/0' })
  for (const text of ['redis:h', 'redis://', 'unix:///tmp/redis', 'redis://h/db', 'redis://h?x=1', 'redis://%ff:x@h'])
    assert.equal(parseRedisUrl(text), undefined, text)
})
