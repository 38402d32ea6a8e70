import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { Grant } from '../../access/grant.ts'
import type { PostgresSettings } from '../../catalog/settings.ts'
import { requested } from '../testing/access-grants-cases.ts'
import { noPostgres, type PostgresServer, startPostgres } from '../testing/postgres-server.ts'
import { type FeedTiming, PostgresGrantFeed } from './postgres-grant-feed.ts'
import { PostgresGrants } from './postgres-grants.ts'

/** Nothing is found by looking: what arrives was announced. */
const deaf = { poll: 600_000, retryFloor: 5, retryCeiling: 20 }
const approved = (id: string) => requested(id, { state: 'approved', until: Date.now() + 60_000 })

/** A feed whose news can be waited for. */
function watched(settings: PostgresSettings, timing: Partial<FeedTiming> = deaf) {
  let grants: readonly Grant[] | undefined
  const changes: { away: boolean; message: string }[] = []
  let told = () => {}
  const feed = new PostgresGrantFeed(
    settings,
    {
      seen(all) {
        grants = all
        told()
      },
      changed(away, message) {
        changes.push({ away, message })
        told()
      },
    },
    timing,
  )
  const until = async (holds: () => boolean) => {
    while (!holds())
      await new Promise<void>(resolve => {
        told = resolve
      })
  }
  return { feed, changes, until, ids: () => grants?.map(({ id }) => id).join() }
}

describe('what a gateway hears of grants in PostgreSQL', { skip: noPostgres }, () => {
  let server: PostgresServer
  before(async () => {
    server = await startPostgres()
  })
  after(() => server.stop())

  test('it has what is approved when it is ready, and hears each change', async () => {
    const grants = await PostgresGrants.open(server.settings('hears'))
    await grants.add(approved('one'))
    await grants.add(requested('two'))
    const { feed, until, ids, changes } = watched(server.settings('hears'))
    await feed.ready
    assert.equal(ids(), 'one')
    await grants.change('two', grant => ({ ...grant, state: 'approved' }))
    await until(() => ids() === 'one,two')
    await grants.change('one', grant => ({ ...grant, state: 'revoked' }))
    await until(() => ids() === 'two')
    assert.deepEqual(changes, [{ away: false, message: 'connected' }])
    await Promise.all([feed.close(), grants.close()])
  })

  test('what nobody announced is found by looking', async () => {
    const grants = await PostgresGrants.open(server.settings('missed'))
    await grants.add(approved('one'))
    const { feed, until, ids } = watched(server.settings('missed'), { ...deaf, poll: 20 })
    await until(() => ids() === 'one')
    server.ask('DELETE FROM missed.access_grant')
    await until(() => ids() === '')
    await Promise.all([feed.close(), grants.close()])
  })

  test('an outage is told once at its start and once at its end, and what was written meanwhile is found', async () => {
    const { feed, until, ids, changes } = watched(server.settings('outage'))
    await feed.ready
    await server.kill()
    await until(() => changes.length === 2)
    await server.restart()
    await until(() => changes.length === 3)
    assert.deepEqual(
      changes.map(({ away }) => away),
      [false, true, false],
    )
    const grants = await PostgresGrants.open(server.settings('outage'))
    await grants.add(approved('one'))
    await until(() => ids() === 'one')
    await Promise.all([feed.close(), grants.close()])
  })

  test('a connection that somebody ends is made anew', async () => {
    const { feed, until, changes } = watched(server.settings('ended'))
    await feed.ready
    server.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gatehouse'")
    await until(() => changes.length === 3)
    assert.match(changes[1]?.message ?? '', /terminating connection/)
    await feed.close()
  })

  test('a server that answers nothing any more is away, and holds up no end', async () => {
    const { feed, until, changes } = watched(server.settings('frozen'), { ...deaf, poll: 20, statement: 100, connect: 100 })
    await feed.ready
    const other = watched(server.settings('frozen'))
    await other.feed.ready
    server.freeze()
    await until(() => changes.length === 2)
    const before = Date.now()
    await Promise.all([feed.close(), other.feed.close()])
    assert.ok(Date.now() - before < 1000)
    server.thaw()
  })

  test('a server that never answers holds up readiness for the time to connect, and its end not at all', async () => {
    const silent = createServer(socket => socket.resume()).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo // it listens on a port
    const settings = { ...server.settings('silent'), port }
    const { feed, changes } = watched(settings, { ...deaf, connect: 50 })
    await feed.ready
    assert.equal(changes[0]?.away, true)
    await feed.close()
    const waiting = watched(settings, { ...deaf, connect: 600_000 })
    await waiting.feed.close()
    assert.deepEqual(waiting.changes, [])
    silent.close()
    await once(silent, 'close')
  })

  test('a newer layout is an outage that says so', async () => {
    await (await PostgresGrants.open(server.settings('newer'))).close()
    server.ask('UPDATE newer.access_grant_layout SET number = 2')
    const { feed, changes, until } = watched(server.settings('newer'))
    await feed.ready
    assert.match(changes[0]?.message ?? '', /newer version/)
    server.ask('UPDATE newer.access_grant_layout SET number = 1')
    await until(() => changes.length === 2)
    await feed.close()
  })
})
