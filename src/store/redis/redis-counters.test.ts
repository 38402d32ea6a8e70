import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { LimitsWhenAway } from '../../catalog/settings.ts'
import type { Counters } from '../../policies/ports.ts'
import { memoryCounters } from '../../policies/testing/memory-ports.ts'
import { noRedis, type RedisServer, startRedis } from '../testing/redis-server.ts'
import { RedisCounters } from './redis-counters.ts'
import { RedisLink } from './redis-link.ts'

/** Milliseconds; long enough that no window ends within a test. */
const minute = 60_000

describe('counters in Redis', { skip: noRedis }, () => {
  let redis: RedisServer
  const links: RedisLink[] = []
  before(async () => {
    redis = await startRedis()
  })
  after(async () => {
    await Promise.all(links.map(link => link.close()))
    await redis.stop()
  })

  async function counters(whenAway: LimitsWhenAway = 'refuse', prefix = 'test', local: Counters = memoryCounters()) {
    const link = await RedisLink.open({ url: redis.url, prefix })
    links.push(link)
    return new RedisCounters({ link, prefix, whenAway, local })
  }

  test('two gateways that count at the same time let exactly the limit through', async () => {
    const both = [await counters(), await counters()]
    const states = await Promise.all(
      Array.from({ length: 400 }, (_, i) => both[i % 2]!.slide('everybody', 150, minute, 1, 0)), // there are two
    )
    const allowed = states.filter(state => typeof state !== 'string' && state.allowed)
    assert.equal(allowed.length, 150)
    assert.deepEqual(
      allowed.map(state => (typeof state === 'string' ? state : state.remaining)).sort((a, b) => Number(b) - Number(a)),
      Array.from({ length: 150 }, (_, i) => 149 - i),
    )
    const [refused] = states.filter(state => typeof state !== 'string' && !state.allowed)
    assert.ok(typeof refused === 'object' && refused.retryAfter > 0 && refused.retryAfter <= minute + minute / 32)
  })

  test('a window slides: what is older than its period counts no more', async () => {
    const own = await counters()
    const period = 320 // slots of 10 ms
    const first = await own.slide('slides', 1, period, 1, 0)
    const second = await own.slide('slides', 1, period, 1, 0)
    assert.equal(typeof first === 'object' && first.allowed, true)
    assert.equal(typeof second === 'object' && second.allowed, false)
    // the wait that it names is enough, to the millisecond
    await delay(typeof second === 'object' ? second.retryAfter + 1 : 0)
    const third = await own.slide('slides', 1, period, 1, 0)
    assert.equal(typeof third === 'object' && third.allowed, true)
  })

  test('an amount of 0 counts nothing, and a larger one is let through whole or not at all', async () => {
    const own = await counters()
    assert.deepEqual(await own.slide('amounts', 5, minute, 0, 0), { allowed: true, remaining: 5, retryAfter: 0 })
    assert.deepEqual(await own.slide('amounts', 5, minute, 4, 0), { allowed: true, remaining: 1, retryAfter: 0 })
    const refused = await own.slide('amounts', 5, minute, 2, 0)
    assert.ok(typeof refused === 'object' && !refused.allowed && refused.remaining === 1)
    assert.deepEqual(await own.slide('amounts', 5, minute, 1, 0), { allowed: true, remaining: 0, retryAfter: 0 })
    const asked = await own.slide('amounts', 5, minute, 0, 0)
    assert.ok(typeof asked === 'object' && !asked.allowed)
  })

  test('a quota fills a period that begins where its start says, and one without end stays full', async () => {
    const own = await counters()
    const day = 86_400_000
    for (const left of [1, 0])
      assert.deepEqual(await own.fill('daily', 2, day, 0, 1, 0), { allowed: true, remaining: left, retryAfter: 0 })
    const full = await own.fill('daily', 2, day, 0, 1, 0)
    const untilMidnight = day - (Date.now() % day)
    assert.ok(typeof full === 'object' && !full.allowed && Math.abs(full.retryAfter - untilMidnight) < 2000)
    assert.deepEqual(await own.fill('for ever', 1, 0, 0, 1, 0), { allowed: true, remaining: 0, retryAfter: 0 })
    assert.deepEqual(await own.fill('for ever', 1, 0, 0, 1, 0), {
      allowed: false,
      remaining: 0,
      retryAfter: Number.POSITIVE_INFINITY,
    })
  })

  test('a start long before 1970 divides time into the same days', async () => {
    const own = await counters()
    const start = Date.parse('0001-01-01T00:00:00Z')
    await own.fill('old start', 1, 86_400_000, start, 1, 0)
    const full = await own.fill('old start', 1, 86_400_000, start, 1, 0)
    assert.ok(typeof full === 'object' && !full.allowed && full.retryAfter <= 86_400_000)
  })

  test('keys hold no caller’s name, end by themselves, and are apart by prefix', async () => {
    const [one, other] = [await counters('refuse', 'one'), await counters('refuse', 'other')]
    await one.slide('rate-limit-by-key 60 rita@contoso.example', 1, minute, 1, 0)
    const second = await other.slide('rate-limit-by-key 60 rita@contoso.example', 1, minute, 1, 0)
    assert.equal(typeof second === 'object' && second.allowed, true)
    const keys = redis
      .ask('KEYS', 'one:*')
      .split('\n')
      .filter(key => key !== 'one:probe')
    assert.equal(keys.length, 1)
    assert.doesNotMatch(keys.join(), /rita|contoso/)
    assert.ok(Number(redis.ask('PTTL', keys[0] ?? '')) > minute)
  })

  test('scripts are sent again to a Redis that was started anew', async () => {
    const own = await counters()
    await own.slide('flushed', 5, minute, 1, 0)
    redis.ask('SCRIPT', 'FLUSH')
    assert.deepEqual(await own.slide('flushed', 5, minute, 1, 0), { allowed: true, remaining: 3, retryAfter: 0 })
  })

  test('while Redis is away calls are refused, let through, or counted in the process, as the workspace says', async () => {
    const gone = await startRedis()
    const link = await RedisLink.open({ url: gone.url, prefix: 'test' })
    await gone.stop()
    const by = (whenAway: LimitsWhenAway) => new RedisCounters({ link, prefix: 'test', whenAway, local: memoryCounters() })
    assert.equal(await by('refuse').slide('k', 1, minute, 1, 0), 'away')
    assert.equal(await by('refuse').fill('k', 1, minute, 0, 1, 0), 'away')
    const open = by('allow')
    for (let i = 0; i < 3; i++)
      assert.deepEqual(await open.slide('k', 1, minute, 1, 0), { allowed: true, remaining: 1, retryAfter: 0 })
    const local = by('local')
    const states = [await local.slide('k', 1, minute, 1, 0), await local.slide('k', 1, minute, 1, 0)]
    assert.deepEqual(
      states.map(state => typeof state === 'object' && state.allowed),
      [true, false],
    )
    await link.close()
  })
})
