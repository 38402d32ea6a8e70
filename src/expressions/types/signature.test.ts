import assert from 'node:assert/strict'
import { test } from 'node:test'
import { standardSpace } from '../standard-space.ts'
import { defineType } from './define-type.ts'
import { displayName } from './display.ts'
import { registerTypes } from './registry.ts'
import { membersOf } from './signature.ts'

const space = standardSpace()

const sample = defineType('class Sample.Thing<T> : IEnumerable<T>', {
  'int Count { get; }': () => 0,
  'string this[int index, string name] { get; set; }': { get: () => '', set: () => undefined },
  'new(T first, params int[] rest)': () => undefined,
  'static U Map<U>(Func<T, U> f, int times = 3, string sep = ", ")': () => undefined,
  'bool TryGet(string key, out T value)': () => false,
  'const int Max': { constant: 7 },
  'static implicit operator string(Thing<T> t)': () => '',
  'static bool operator ==(Thing<T> a, Thing<T> b)': () => true,
})
registerTypes([sample])
const members = membersOf(sample)

test('every signature of every table can be read', () => {
  const faults = [...space.all()].flatMap(definition => membersOf(definition).faults)
  assert.deepEqual(faults, [])
})

test('properties, indexers and constants', () => {
  assert.equal(displayName(members.properties.get('Count')?.type ?? sample.of(...sample.parameters)), 'int')
  assert.deepEqual(
    members.indexers[0]?.parameters.map(each => each.name),
    ['index', 'name'],
  )
  assert.equal(members.properties.get('Max')?.constant?.value, 7)
})

test('generic methods, defaults, params and out', () => {
  const map = members.methods.get('Map')?.[0]
  assert.deepEqual(
    map?.parameters.map(each => each.optional?.value),
    [undefined, 3, ', '],
  )
  assert.deepEqual(
    map?.typeParameters.map(each => each.name),
    ['U'],
  )
  assert.equal(map?.takesTypes, true)
  assert.equal(members.constructors[0]?.parameters[1]?.isParams, true)
  assert.equal(members.methods.get('TryGet')?.[0]?.parameters[1]?.mode, 'out')
})

test('operators and conversions', () => {
  assert.equal(members.operators.get('==')?.length, 1)
  assert.equal(displayName(members.implicit[0]?.returns ?? sample.of(...sample.parameters)), 'string')
})
