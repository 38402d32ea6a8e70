import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCompiler } from '../../expressions.ts'
import { startBudget } from '../../types/budget.ts'
import { NetException } from '../../types/exceptions.ts'
import { lookupType } from '../../types/registry.ts'
import { membersOf } from '../../types/signature.ts'
import type { Ref } from '../../types/values.ts'
import { collectionTypes } from './collection-types.ts'
import { elementsOf } from './elements.ts'
import { equalityFor } from './equality.ts'
import { tryGetValue } from './interfaces.ts'
import { introsort } from './introsort.ts'
import type { KeyValuePair } from './key-value-pair.ts'
import { Slots } from './slots.ts'
import { asCollection, asDictionary } from './views.ts'

// fills the registry of types
createCompiler({ types: [], globals: {} })
startBudget(1_000_000)

test('every signature of the collections can be read', () => {
  const faults = collectionTypes.flatMap(type => membersOf(type).faults.map(fault => `${type.fullName}: ${fault}`))
  assert.deepEqual(faults, [])
})

test('a slot freed last is taken first, and enumeration goes by slot', () => {
  const slots = new Slots(equalityFor(lookupType('System.Int32')), false)
  for (const key of [1, 2, 3, 4]) slots.add(key)
  slots.free(slots.find(2))
  slots.free(slots.find(3))
  for (const key of [9, 8, 7]) slots.add(key)
  assert.deepEqual(
    [...slots.slots()].map(slot => slots.keys[slot]),
    [1, 8, 9, 4, 7],
  )
})

test("a host's Map is a dictionary of pairs that nobody can change", () => {
  const host = new Map([['a', 1]])
  assert.deepEqual(
    [...elementsOf<KeyValuePair>(host)].map(pair => pair.netToString()),
    ['[a, 1]'],
  )
  const found: Ref = { value: undefined }
  assert.equal(tryGetValue(host, 'a', found), true)
  assert.equal(found.value, 1)
  assert.equal(tryGetValue(host, 'z', found), false)
  assert.equal(found.value, null)
  assert.equal(asCollection(host).count, 1)
  assert.throws(() => asDictionary(host).insert('b', 2), NetException)
})

test('the sort keeps to its order on every length, and moves items along', () => {
  for (let length = 0; length < 200; length += 7) {
    const keys = Array.from({ length }, (_, i) => (i * 7919) % 101)
    const items = keys.map(key => `v${key}`)
    introsort(keys, 0, length, (a, b) => (a as number) - (b as number), items)
    assert.deepEqual(
      keys,
      keys.toSorted((a, b) => a - b),
    )
    assert.deepEqual(
      items,
      keys.map(key => `v${key}`),
    )
  }
})

test('a comparer that contradicts itself cannot make the sort run away', () => {
  const keys = Array.from({ length: 300 }, (_, i) => i)
  introsort(keys, 0, keys.length, () => -1)
  assert.equal(new Set(keys).size, 300)
})
