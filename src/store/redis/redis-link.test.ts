import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, test } from 'node:test'
import { noRedis, startRedis } from '../testing/redis-server.ts'
import { RedisAway, RedisLink, type RedisLinkOptions, RedisRefused } from './redis-link.ts'

const fast = { retryFloor: 5, retryCeiling: 20 }

/** A link whose changes can be waited for. */
async function watched(options: Omit<RedisLinkOptions, 'prefix' | 'onChange'>) {
  const changes: { away: boolean; message: string }[] = []
  let told: (() => void) | undefined
  const link = await RedisLink.open({
    prefix: 'test',
    timing: fast,
    ...options,
    onChange: change => {
      changes.push(change)
      told?.()
    },
  })
  const until = async (count: number) => {
    while (changes.length < count)
      await new Promise<void>(resolve => {
        told = resolve
      })
    return changes
  }
  return { link, changes, until }
}

describe('a link to Redis', { skip: noRedis }, () => {
  test('is lost when Redis is killed, tells it once, fails at once meanwhile, and mends itself when it is back', async () => {
    const redis = await startRedis()
    const { link, until, changes } = await watched({ url: redis.url })
    assert.equal(await link.run(['SET', 'a', '1']), 'OK')
    await redis.kill()
    await until(1)
    for (let i = 0; i < 3; i++) await assert.rejects(link.run(['GET', 'a']), RedisAway)
    await redis.restart()
    await until(2)
    assert.equal(await link.run(['SET', 'a', '2']), 'OK')
    assert.deepEqual(
      changes.map(({ away }) => away),
      [true, false],
    )
    await link.close()
    await redis.stop()
  })

  test('is lost to a Redis that answers nothing any more, within the time of one command', async () => {
    const redis = await startRedis()
    const { link, until } = await watched({ url: redis.url, timing: { ...fast, command: 50, connect: 50 } })
    redis.freeze()
    await assert.rejects(link.run(['GET', 'a']), RedisAway)
    const [lost] = await until(1)
    assert.match(lost?.message ?? '', /no answer in time/)
    redis.thaw()
    await until(2)
    assert.equal(await link.run(['GET', 'a']), null)
    await link.close()
    await redis.stop()
  })

  test('starts without Redis, says so, and is there when Redis comes', async () => {
    const redis = await startRedis()
    await redis.kill()
    const { link, changes, until } = await watched({ url: redis.url })
    assert.equal(link.isAway, true)
    assert.equal(changes.length, 1)
    await redis.restart()
    await until(2)
    assert.equal(link.isAway, false)
    await link.close()
    await redis.stop()
  })

  test('is not there for a Redis that takes no writes: a full one is away until it has room', async () => {
    const redis = await startRedis({ args: ['--maxmemory-policy', 'noeviction'] })
    const { link, until } = await watched({ url: redis.url })
    redis.ask('CONFIG', 'SET', 'maxmemory', '1')
    await assert.rejects(link.run(['SET', 'a', '1']), RedisRefused)
    assert.match((await until(1))[0]?.message ?? '', /OOM/)
    redis.ask('CONFIG', 'SET', 'maxmemory', '0')
    await until(2)
    await link.close()
    await redis.stop()
  })

  test('logs in with its password, and never tells it', async () => {
    const redis = await startRedis({ args: ['--requirepass', 'a-secret-word'], cli: ['-a', 'a-secret-word'] })
    const right = await watched({ url: redis.url, password: 'a-secret-word' })
    assert.equal(await right.link.run(['SET', 'a', '1']), 'OK')
    const wrong = await watched({ url: redis.url, password: 'another-secret-word' })
    assert.match(wrong.changes[0]?.message ?? '', /WRONGPASS/)
    assert.doesNotMatch(JSON.stringify(wrong.changes), /secret-word/)
    await Promise.all([right.link.close(), wrong.link.close()])
    await redis.stop()
  })

  test('keeps no more commands waiting than it may', async () => {
    const redis = await startRedis()
    const { link, changes } = await watched({ url: redis.url, maxPending: 3 })
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => link.run(['GET', 'a'])))
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 3)
    assert.deepEqual(changes, [], 'that is no outage')
    await link.close()
    await redis.stop()
  })
})

test('a server that takes connections and is no Redis is away, and closing ends at once', async () => {
  const server = createServer(socket => void socket.on('error', () => {}).resume()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const { link, changes } = await watched({ url: `redis://127.0.0.1:${port}`, timing: { ...fast, connect: 30, command: 30 } })
  assert.equal(link.isAway, true)
  assert.equal(changes.length, 1)
  await link.close()
  server.close()
})
