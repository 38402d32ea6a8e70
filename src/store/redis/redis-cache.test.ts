import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { noRedis, startRedis } from '../testing/redis-server.ts'
import { RedisCache } from './redis-cache.ts'
import { RedisLink } from './redis-link.ts'

describe('the cache in Redis', { skip: noRedis }, () => {
  test('gives back the very bytes until their time is over, to every gateway', async () => {
    const redis = await startRedis()
    const links = [await RedisLink.open({ url: redis.url, prefix: 'p' }), await RedisLink.open({ url: redis.url, prefix: 'p' })]
    const [writer, reader] = links.map(link => new RedisCache(link, 'p'))
    assert.ok(writer !== undefined && reader !== undefined)
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
    await writer.set('key with rita@contoso.example', bytes, 60_000)
    assert.deepEqual(new Uint8Array((await reader.get('key with rita@contoso.example')) ?? []), bytes)
    assert.doesNotMatch(redis.ask('KEYS', '*'), /rita/)
    await writer.set('short', bytes, 30)
    await delay(40)
    assert.equal(await reader.get('short'), undefined)
    await reader.delete('key with rita@contoso.example')
    assert.equal(await writer.get('key with rita@contoso.example'), undefined)
    await Promise.all(links.map(link => link.close()))
    await redis.stop()
  })

  test('a value that is too large, or ends before it begins, is not kept and takes the old one’s place', async () => {
    const redis = await startRedis()
    const link = await RedisLink.open({ url: redis.url, prefix: 'p' })
    const cache = new RedisCache(link, 'p')
    for (const [value, duration] of [
      [new Uint8Array(8 * 1024 * 1024 + 1), 60_000],
      [new Uint8Array(1), 0],
    ] as const) {
      await cache.set('k', new Uint8Array([1]), 60_000)
      await cache.set('k', value, duration)
      assert.equal(await cache.get('k'), undefined)
    }
    await link.close()
    await redis.stop()
  })

  test('while Redis is away nothing is found, and nothing fails', async () => {
    const redis = await startRedis()
    const link = await RedisLink.open({ url: redis.url, prefix: 'p' })
    const cache = new RedisCache(link, 'p')
    await redis.stop()
    await cache.set('k', new Uint8Array([1]), 60_000)
    assert.equal(await cache.get('k'), undefined)
    await cache.delete('k')
    await link.close()
  })
})
