import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { allocateCache, SharedCache } from './shared-cache.ts'
import { allocateCounters, releaseWorker, SharedCounters } from './shared-counters.ts'

const secret = new Uint8Array(16)
const counters = () => new SharedCounters(allocateCounters(secret), 0)
const noon = Date.parse('2026-01-15T12:00:00Z')

function state<T>(found: T | 'full'): T {
  assert.notEqual(found, 'full')
  return found as T // the line above has ruled 'full' out
}

test('a window lets the limit through, then says how long to wait, then lets calls through again', () => {
  const table = counters()
  for (let i = 0; i < 3; i++) assert.equal(state(table.slide('k', 3, 10_000, 1, noon)).remaining, 2 - i)
  const refused = state(table.slide('k', 3, 10_000, 1, noon + 100))
  assert.equal(refused.allowed, false)
  assert.ok(refused.retryAfter > 9_000 && refused.retryAfter <= 10_400, `${refused.retryAfter}`)
  assert.equal(state(table.slide('k', 3, 10_000, 1, noon + 100 + refused.retryAfter)).allowed, true)
})

test('no stretch of one period ever holds more than the limit', () => {
  const table = counters()
  const admitted: number[] = []
  let random = 7
  for (let now = noon; now < noon + 60_000; now += random % 97) {
    random = (random * 1103515245 + 12345) % 2147483648
    if (state(table.slide('k', 20, 5_000, 1, now)).allowed) admitted.push(now)
  }
  for (const [i, start] of admitted.entries()) {
    const end = admitted.findIndex(time => time >= start + 5_000)
    assert.ok((end < 0 ? admitted.length : end) - i <= 20)
  }
  assert.ok(admitted.length > 200, 'and calls keep being let through')
})

test('a quota fills up and is empty again when its next period begins', () => {
  const table = counters()
  assert.equal(state(table.fill('q', 2, 3_600_000, 0, 1, noon)).remaining, 1)
  assert.equal(state(table.fill('q', 2, 3_600_000, 0, 1, noon + 1)).remaining, 0)
  const refused = state(table.fill('q', 2, 3_600_000, 0, 1, noon + 1000))
  assert.deepEqual(refused, { allowed: false, remaining: 0, retryAfter: 3_599_000 })
  assert.equal(state(table.fill('q', 2, 3_600_000, 0, 1, noon + 3_600_000)).allowed, true)
})

test('a quota for ever never renews', () => {
  const table = counters()
  assert.equal(state(table.fill('q', 1, 0, 0, 1, noon)).allowed, true)
  assert.equal(state(table.fill('q', 1, 0, 0, 1, noon + 1e12)).retryAfter, Number.POSITIVE_INFINITY)
})

test('places are given back, also those of a worker that died', () => {
  const memory = allocateCounters(secret)
  const [first, second] = [new SharedCounters(memory, 0), new SharedCounters(memory, 1)]
  assert.deepEqual([first.enter('c', 2), second.enter('c', 2), first.enter('c', 2)], [true, true, false])
  first.leave('c')
  assert.equal(second.enter('c', 2), true)
  releaseWorker(memory, 1)
  assert.deepEqual([first.enter('c', 2), first.enter('c', 2), first.enter('c', 2)], [true, true, false])
})

test('four threads that race for a limit let exactly that many through', async () => {
  const memory = allocateCounters(secret)
  const script = `
    const { parentPort, workerData } = require('node:worker_threads')
    import(workerData.module).then(({ SharedCounters }) => {
      const counters = new SharedCounters(workerData.memory, workerData.worker)
      let allowed = 0
      for (let i = 0; i < 5000; i++) if (counters.slide('race', 3000, 60000, 1, workerData.now).allowed) allowed++
      parentPort.postMessage(allowed)
    })`
  const module = new URL('./shared-counters.ts', import.meta.url).href
  const counts = await Promise.all(
    [0, 1, 2, 3].map(
      worker =>
        new Promise<number>((resolve, reject) => {
          new Worker(script, { eval: true, workerData: { module, memory, worker, now: noon } })
            .once('message', resolve)
            .once('error', reject)
        }),
    ),
  )
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    3000,
  )
})

test('a full table says so and lets nobody through uncounted', () => {
  const memory = allocateCounters(secret)
  const tiny = new SharedCounters(
    { ...memory, windows: { ...memory.windows, shape: { ...memory.windows.shape, buckets: 1, entriesPerBucket: 2 } } },
    0,
  )
  assert.notEqual(tiny.slide('a', 1, 1000, 1, noon), 'full')
  assert.notEqual(tiny.slide('b', 1, 1000, 1, noon), 'full')
  assert.equal(tiny.slide('c', 1, 1000, 1, noon), 'full')
  assert.notEqual(tiny.slide('c', 1, 1000, 1, noon + 5000), 'full', 'a key whose window has passed makes room')
})

test('a cached value is found until its time is over, by every holder of the memory', () => {
  const memory = allocateCache(1 << 20, secret)
  const [writer, reader] = [new SharedCache(memory), new SharedCache(memory)]
  writer.set('k', Buffer.from('value'), 1000, noon)
  assert.equal(Buffer.from(reader.get('k', noon + 999) ?? []).toString(), 'value')
  assert.equal(reader.get('k', noon + 1000), undefined)
  writer.set('k', Buffer.from('other'), 1000, noon)
  reader.delete('k')
  assert.equal(writer.get('k', noon), undefined)
})

test('old values make room for new ones, and a value too large is not kept', () => {
  const cache = new SharedCache(allocateCache(1000, secret))
  for (let i = 0; i < 100; i++) cache.set(`k${i}`, Buffer.from(`value ${i}`.padEnd(100)), 1000, noon)
  assert.equal(cache.get('k0', noon), undefined)
  assert.equal(
    Buffer.from(cache.get('k99', noon) ?? [])
      .toString()
      .trim(),
    'value 99',
  )
  cache.set('large', new Uint8Array(500), 1000, noon)
  assert.equal(cache.get('large', noon), undefined)
})
