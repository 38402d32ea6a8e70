import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreWatch, type StoreWatchOptions } from './store-watch.ts'

function watch(store: StoreWatchOptions['store'] = 'Redis') {
  const reasons: string[] = []
  const log: string[] = []
  const watched = new StoreWatch({
    store,
    record: ({ reason, expected }) => void reasons.push(`${reason} ${expected?.join()}`),
    identity: 'none',
    generation: () => 1,
    log: message => void log.push(message),
  })
  const metrics = () =>
    Object.fromEntries(watched.take().map(sample => [sample.name, 'value' in sample ? sample.value : undefined]))
  return { watched, reasons, log, metrics }
}

test('an outage begins with the first thread that loses the store and ends with the last that has it back', () => {
  const { watched, reasons, log } = watch()
  watched.changed(0, true, 'gone')
  watched.changed(1, true, 'gone too')
  watched.changed(0, false, 'connected')
  assert.deepEqual(reasons, ['store.away Redis'])
  watched.changed(1, false, 'connected')
  assert.deepEqual(reasons, ['store.away Redis', 'store.back Redis'])
  assert.match(log[0] ?? '', /Redis is away: gone$/)
})

test('a thread that died without the store is waited for: the one in its place says how it is', () => {
  const { watched, reasons } = watch()
  watched.changed(0, true, 'gone')
  watched.changed(0, true, 'gone') // the thread in its place
  assert.deepEqual(reasons, ['store.away Redis'])
  watched.changed(0, false, 'connected')
  assert.deepEqual(reasons, ['store.away Redis', 'store.back Redis'])
})

test('metrics tell whether the store is there, and outages once; without a store there are none', () => {
  const { watched, metrics } = watch()
  assert.deepEqual(metrics(), {})
  watched.changed(0, false, 'connected')
  assert.deepEqual(metrics(), { gatehouse_store_up: 1, gatehouse_store_outages_total: 0 })
  watched.changed(0, true, 'gone')
  assert.deepEqual(metrics(), { gatehouse_store_up: 0, gatehouse_store_outages_total: 1 })
  assert.deepEqual(metrics(), { gatehouse_store_up: 0, gatehouse_store_outages_total: 0 })
})

test('what is told of an outage names its store', () => {
  const { watched, reasons, log } = watch('PostgreSQL')
  watched.changed(0, true, 'gone')
  watched.changed(0, false, 'connected')
  assert.deepEqual(reasons, ['store.away PostgreSQL', 'store.back PostgreSQL'])
  assert.deepEqual(log, ['PostgreSQL is away: gone', 'PostgreSQL is back: grants are as it has them'])
  assert.deepEqual(watched.take()[0]?.labels, [['store', 'postgresql']])
})
