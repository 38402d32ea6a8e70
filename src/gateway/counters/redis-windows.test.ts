import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { CounterState } from '../../policies/ports.ts'
import { type RedisAnswer, RedisLink } from '../../store/redis/redis-link.ts'
import { fillScript, type RedisScript, slideScript } from '../../store/redis/scripts.ts'
import { noRedis, type RedisServer, startRedis } from '../../store/testing/redis-server.ts'
import { allocateCounters, SharedCounters } from './shared-counters.ts'

/** The script with the clock that a test gives it, as its last argument. */
function withClock({ text }: RedisScript): string {
  const clock = /local time = redis\.call\('TIME'\)\nlocal now = .*\n/
  assert.match(text, clock)
  return text.replace(clock, 'local now = tonumber(ARGV[#ARGV])\n')
}

/** A generator of its own, so that a failure comes again (xorshift). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

function stateOf(answer: RedisAnswer): CounterState {
  const [allowed = 0, remaining = 0, retryAfter = 0] = Array.isArray(answer) ? answer.map(Number) : []
  return { allowed: allowed === 1, remaining, retryAfter: retryAfter < 0 ? Number.POSITIVE_INFINITY : retryAfter }
}

describe('counters in Redis and in memory', { skip: noRedis }, () => {
  let redis: RedisServer
  let link: RedisLink
  before(async () => {
    redis = await startRedis()
    link = await RedisLink.open({ url: redis.url, prefix: 'p' })
  })
  after(async () => {
    await link.close()
    await redis.stop()
  })

  test('let the same calls through, call by call', async () => {
    const random = randomFrom(20_261_125)
    const script = withClock(slideScript)
    for (let round = 0; round < 20; round++) {
      const memory = new SharedCounters(allocateCounters(new Uint8Array([round])), 0)
      const period = (1 + random(300)) * 1000
      const limit = 1 + random(20)
      let now = Date.now()
      for (let i = 0; i < 60; i++) {
        // on by up to a tenth of the period, at times by several
        now += random(10) === 0 ? random(3 * period) : random(period / 10)
        const amount = random(4)
        const local = memory.slide('k', limit, period, amount, now)
        const args = [limit, period, amount, now].map(String)
        const shared = stateOf(await link.run(['EVAL', script, '1', `window ${round}`, ...args]))
        assert.ok(typeof local === 'object')
        assert.deepEqual(shared, { ...local, retryAfter: Math.ceil(local.retryAfter) }, `round ${round}, call ${i}`)
      }
    }
  })

  test('fill the same periods', async () => {
    const random = randomFrom(7)
    const script = withClock(fillScript)
    for (let round = 0; round < 20; round++) {
      const memory = new SharedCounters(allocateCounters(new Uint8Array([round])), 0)
      const period = random(5) === 0 ? 0 : (1 + random(1000)) * 1000
      const start = [0, Date.parse('0001-01-01T00:00:00Z'), Date.now() - random(1_000_000)][random(3)] ?? 0
      const limit = 1 + random(50)
      let now = Date.now() + 1_000_000
      for (let i = 0; i < 40; i++) {
        now += random(Math.max(1, period))
        const amount = random(5)
        const local = memory.fill('k', limit, period, start, amount, now)
        const args = [limit, period, start, amount, now].map(String)
        const shared = stateOf(await link.run(['EVAL', script, '1', `period ${round}`, ...args]))
        assert.deepEqual(shared, local, `round ${round}, call ${i}`)
      }
    }
  })
})
