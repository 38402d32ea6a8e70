import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { StoreAway } from '../store-away.ts'
import { requested, testAccessGrants } from '../testing/access-grants-cases.ts'
import { noPostgres, type PostgresServer, postgresPassword, startPostgres } from '../testing/postgres-server.ts'
import { PostgresConnection } from './postgres-connection.ts'
import { PostgresGrants } from './postgres-grants.ts'

describe('grants in PostgreSQL', { skip: noPostgres }, () => {
  let server: PostgresServer
  before(async () => {
    server = await startPostgres()
  })
  after(() => server.stop())

  testAccessGrants((place, max) =>
    PostgresGrants.open(server.settings(place.replaceAll(' ', '_')), max === undefined ? {} : { max }),
  )

  test('many that start at once make the tables once', async () => {
    const opened = await Promise.all(Array.from({ length: 12 }, () => PostgresGrants.open(server.settings('rush'))))
    assert.equal(server.ask('SELECT count(*) FROM rush.access_grant_layout'), '1')
    await Promise.all(opened.map(grants => grants.close()))
  })

  test('a newer layout is refused', async () => {
    await (await PostgresGrants.open(server.settings('newer'))).close()
    server.ask('UPDATE newer.access_grant_layout SET number = 2')
    await assert.rejects(PostgresGrants.open(server.settings('newer')), /schema newer .* newer version/)
  })

  test('an account that may read and write rows is enough where the tables are there', async () => {
    await (await PostgresGrants.open(server.settings('least'))).close()
    server.ask(`CREATE ROLE least LOGIN PASSWORD '${postgresPassword}'; GRANT USAGE ON SCHEMA least TO least;
      GRANT SELECT ON ALL TABLES IN SCHEMA least TO least; GRANT INSERT, UPDATE, DELETE ON least.access_grant TO least`)
    const grants = await PostgresGrants.open({ ...server.settings('least'), username: 'least' })
    assert.equal(await grants.add(requested('one')), true)
    assert.equal((await grants.all()).length, 1)
    await grants.close()
    await assert.rejects(
      PostgresGrants.open({ ...server.settings('elsewhere'), username: 'least' }),
      /permission denied for database/,
    )
  })

  test('a wrong password, no server and no database are told without the password', async () => {
    for (const [wrong, expected] of [
      [{ password: 'a-wrong-word' }, /password authentication failed/],
      [{ port: 1 }, /ECONNREFUSED/],
      [{ database: 'none' }, /database "none" does not exist/],
    ] as const) {
      const error: unknown = await PostgresGrants.open({ ...server.settings('public'), ...wrong }).catch((e: unknown) => e)
      assert.ok(error instanceof StoreAway)
      assert.match(error.message, expected)
      assert.doesNotMatch(`${error.stack}`, /a-wrong-word|a-secret-word/)
    }
  })

  test('without a password of its own none is taken from the environment', async () => {
    process.env.PGPASSWORD = postgresPassword
    try {
      const { password: _, ...settings } = server.settings('public')
      await assert.rejects(PostgresGrants.open(settings), StoreAway)
    } finally {
      delete process.env.PGPASSWORD
    }
  })

  test('who holds a grant locked and says nothing holds up nobody for long', async () => {
    const settings = server.settings('held')
    const timing = { statement: 200, idle: 400 }
    const [holder, grants] = [await PostgresConnection.open(settings, timing), await PostgresGrants.open(settings, { timing })]
    await grants.add(requested('one'))
    await holder.query('BEGIN')
    await holder.query('SELECT 1 FROM held.access_grant FOR UPDATE')
    await assert.rejects(
      grants.change('one', grant => ({ ...grant, state: 'denied' })),
      /statement timeout|read timeout/,
    )
    assert.match((await holder.lost).message, /idle-in-transaction/)
    const next = await PostgresGrants.open(settings)
    assert.equal(typeof (await next.change('one', grant => ({ ...grant, state: 'denied' }))), 'object')
    await Promise.all([next.close(), grants.close()])
    holder.close()
  })
})
