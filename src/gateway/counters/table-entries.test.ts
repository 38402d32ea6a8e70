import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allocateTable, SharedTable } from './shared-table.ts'
import { restoreEntries, TableWatcher } from './table-entries.ts'

const secret = new Uint8Array([1])
const shape = { buckets: 4, entriesPerBucket: 8, floats: 2 }
const add = (table: SharedTable, key: string, amount: number) =>
  table.with(
    key,
    () => false,
    entry => {
      entry[0] = (entry[0] ?? 0) + amount
      return entry[0]
    },
  )

test('only what changed since the last time is told, and a table made from it counts on', () => {
  const memory = allocateTable(shape, secret)
  const watcher = new TableWatcher(memory)
  const table = new SharedTable(memory)
  add(table, 'a', 3)
  add(table, 'b', 4)
  const first = watcher.changes()
  assert.equal(first.changed.length, 2)
  assert.deepEqual(watcher.changes(), { changed: [], gone: [] })
  add(table, 'a', 1)
  const [second] = watcher.changes().changed
  assert.equal(second?.values[0], 4)

  const again = allocateTable(shape, secret)
  restoreEntries(again, [...first.changed.filter(entry => entry.high !== second?.high), second!])
  const restored = new SharedTable(again)
  assert.equal(add(restored, 'a', 1), 5)
  assert.equal(add(restored, 'b', 1), 5)
  assert.equal(add(restored, 'c', 1), 1)
})

test('an entry that gave way to another is told as gone', () => {
  const memory = allocateTable({ buckets: 1, entriesPerBucket: 1, floats: 1 }, secret)
  const watcher = new TableWatcher(memory)
  const table = new SharedTable(memory)
  add(table, 'a', 1)
  const [{ high, low } = { high: 0, low: 0 }] = watcher.changes().changed
  table.with(
    'b',
    () => true,
    entry => entry.fill(7),
  )
  const { changed, gone } = watcher.changes()
  assert.deepEqual(gone, [{ high, low, values: [] }])
  assert.deepEqual(changed[0]?.values, [7])
})
