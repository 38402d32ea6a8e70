import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePostgresUrl } from './postgres-settings.ts'
import { loadFiles } from './testing/temporary-workspace.ts'

const load = (
  t: Parameters<typeof loadFiles>[0],
  yaml: string,
  env: Record<string, string> = {},
  more: Record<string, string> = {},
) => loadFiles(t, { 'gatehouse.yaml': yaml, 'policy.xml': '<policies />', ...more }, { env })

const ca = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'

test('a PostgreSQL is named by its URL; what it holds of secrets stands elsewhere', async t => {
  const yaml = `store:
  postgres:
    url: postgres://db.example:6432/access
    username: gatehouse
    password: { file: password.txt }
    ca: ca.pem
    schema: orders
`
  const { catalog, faults } = await load(t, yaml, {}, { 'password.txt': 'a-secret-word\n', 'ca.pem': ca })
  assert.deepEqual(faults, [])
  assert.deepEqual(catalog.settings.store, {
    limitsWhenAway: 'local',
    postgres: {
      host: 'db.example',
      port: 6432,
      database: 'access',
      username: 'gatehouse',
      password: 'a-secret-word',
      tls: true,
      ca,
      schema: 'orders',
    },
  })
})

test('a URL alone does, also by reference, and beside a Redis whose login is not its own', async t => {
  const yaml = `store:
  redis: redis://127.0.0.1
  username: cache
  password: { environment: REDIS_PASSWORD }
  postgres: { environment: DATABASE_URL }
`
  const env = { REDIS_PASSWORD: 'another-word', DATABASE_URL: 'postgresql://gate%40house:p%40ss@db.example/access' }
  const { catalog, faults } = await load(t, yaml, env)
  assert.deepEqual(faults, [])
  assert.equal(catalog.settings.store?.redis?.password, 'another-word')
  assert.deepEqual(catalog.settings.store?.postgres, {
    host: 'db.example',
    port: 5432,
    database: 'access',
    username: 'gate@house',
    password: 'p@ss',
    tls: true,
    schema: 'gatehouse',
  })
})

test('TLS is left out within one machine, and where the URL says so in so many words', async t => {
  const tlsOf = async (url: string, more = '') => {
    const yaml = `store: { postgres: { url: '${url}'${more} } }`
    return (await load(t, yaml, {}, { 'ca.pem': ca })).catalog.settings.store?.postgres?.tls
  }
  assert.equal(await tlsOf('postgres://u@127.0.0.1/d'), false)
  assert.equal(await tlsOf('postgres://u@[::1]/d'), false)
  assert.equal(await tlsOf('postgres://u@localhost/d?sslmode=verify-full'), true)
  assert.equal(await tlsOf('postgres://u@localhost/d', ', ca: ca.pem'), true)
  assert.equal(await tlsOf('postgres://u@db.example/d'), true)
  assert.equal(await tlsOf('postgres://u@db.example/d?sslmode=disable'), false)
})

test('what is wrong with it is a fault with its place, and quotes no secret', async t => {
  const cases: [yaml: string, expected: string[], env?: Record<string, string>][] = [
    ['store: { postgres: "postgres://u:a-secret-word@db/d" }', ['gatehouse.yaml:1:20 error secret.inSettings']],
    ['store: { postgres: "postgres://u:a-secret-word@db/d?sslmode=require" }', ['gatehouse.yaml:1:20 error value.format']],
    ['store: { postgres: "mysql://db/d" }', ['gatehouse.yaml:1:20 error value.format']],
    ['store: { postgres: "postgres://db/d" }', ['gatehouse.yaml:1:20 error value.missing']],
    ['store: { postgres: { environment: U } }', ['gatehouse.yaml:1:20 error value.format'], { U: 'a-secret-word' }],
    ['store: { postgres: { environment: NONE } }', ['gatehouse.yaml:1:35 error secret.missing']],
    ['store: { postgres: {} }', ['gatehouse.yaml:1:20 error value.missing']],
    [
      'store: { postgres: { url: "postgres://u@db/d", password: a-secret-word } }',
      ['gatehouse.yaml:1:58 error secret.inSettings'],
    ],
    ['store: { postgres: { url: "postgres://u@db/d", schema: pg_own } }', ['gatehouse.yaml:1:56 error value.format']],
    ['store: { postgres: { url: "postgres://u@db/d", schema: "a\\"; --" } }', ['gatehouse.yaml:1:56 error value.format']],
    ['store: { postgres: { url: "postgres://u@db/d", prefix: x } }', ['gatehouse.yaml:1:48 error key.unknown']],
    ['store: { postgres: { url: "postgres://u@db/d", ca: none.pem } }', ['gatehouse.yaml:1:52 error value.format']],
    ['store: { postgres: "postgres://u@db/d", prefix: x }', ['gatehouse.yaml:1:41 error key.unknown']],
  ]
  for (const [yaml, expected, env] of cases) {
    const { faults, diagnostics } = await load(t, yaml, env)
    assert.deepEqual(faults, expected, yaml)
    assert.doesNotMatch(JSON.stringify(diagnostics), /a-secret-word/)
  }
  const yaml = 'store: { postgres: { url: "postgres://u@db/d?sslmode=disable", ca: ca.pem } }'
  const { faults, diagnostics } = await load(t, yaml, {}, { 'ca.pem': ca })
  assert.deepEqual(faults, ['gatehouse.yaml:1:68 error value.format'])
  assert.match(diagnostics[0]?.mend ?? '', /sslmode=disable/)
})

test('only a URL of one server and one database is taken', () => {
  assert.deepEqual(parsePostgresUrl('postgres://h:1/d'), { host: 'h', port: 1, database: 'd' })
  for (const text of [
    'postgres:h/d',
    'postgres:///d',
    'postgres://h',
    'postgres://h/',
    'postgres://a,b/d',
    'postgres://h/d/e',
    'postgres://h/d?sslmode=prefer',
    'postgres://h/d?x=1',
    'postgres://h/d#x',
    'postgres://%2Ftmp/d',
    'postgres://%ff:x@h/d',
    'http://h/d',
  ])
    assert.equal(parsePostgresUrl(text), undefined, text)
})
