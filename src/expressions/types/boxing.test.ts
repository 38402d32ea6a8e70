import assert from 'node:assert/strict'
import { test } from 'node:test'
import { iterate, makeArray, newArray, newMultiArray } from './arrays.ts'
import { box, compareBoxed, equalsBoxed, hashOf, textOf, typeNameOf } from './boxing.ts'
import { startBudget } from './budget.ts'
import { isInstance, unbox, unboxAs } from './casting.ts'
import { defineType } from './define-type.ts'
import { NetException } from './exceptions.ts'
import { lookupType, registerTypes, standardTypes } from './registry.ts'
import { ArrayType } from './type.ts'
import { Boxed } from './values.ts'

// small stand-ins where the real tables are not loaded; loading those later is fine, `add` replaces
const samples = [
  defineType('class System.Object', {}),
  defineType('class System.ValueType', {}),
  defineType('class System.Enum : System.ValueType', {}),
  defineType('class System.Array', {}),
  defineType('class System.String', {}),
  defineType('struct System.Boolean', {}),
  defineType('struct System.Int32', {}),
  defineType('struct System.Int64', {}),
  defineType('struct System.Byte', {}),
  defineType('struct System.Char', {}),
  defineType('struct System.Nullable<T>', {}),
  defineType('interface System.Collections.IEnumerable', {}),
  defineType('interface System.Collections.Generic.IEnumerable<T> : System.Collections.IEnumerable', {}),
  defineType('interface System.Collections.Generic.IList<T> : IEnumerable<T>', {}),
  defineType('enum Sample.Side', {
    'const Left': { constant: 1 },
    'const Right': { constant: 2 },
    '[Flags]': { constant: true },
  }),
].filter(type => standardTypes.find(type.fullName, type.parameters.length) === undefined)
registerTypes(samples)

const int32 = lookupType('System.Int32')
const char = lookupType('System.Char')
const side = lookupType('Sample.Side')

test('an int and a long stay bare when boxed, a char and an enum are wrapped', () => {
  assert.equal(box(int32, 5), 5)
  assert.equal(box(lookupType('System.Int64'), 5n), 5n)
  assert.ok(box(char, 65) instanceof Boxed)
  assert.equal(typeNameOf(box(side, 1)), 'Sample.Side')
})

test('a boxed nullable is null or the boxed value', () => {
  const nullable = lookupType('System.Nullable', char)
  assert.equal(box(nullable, null), null)
  assert.equal(textOf(box(nullable, 65)), 'A')
})

test('a flags enum writes its names, an unknown value its number', () => {
  assert.equal(textOf(box(side, 3)), 'Left, Right')
  assert.equal(textOf(box(side, 8)), '8')
})

test('unboxing to another value type throws InvalidCastException and null throws NullReferenceException', () => {
  assert.throws(
    () => unbox(int32, 5n),
    (e: unknown) => e instanceof NetException && e.fullName === 'System.InvalidCastException',
  )
  assert.throws(
    () => unbox(int32, null),
    (e: unknown) => e instanceof NetException && e.fullName === 'System.NullReferenceException',
  )
  assert.equal(unboxAs(lookupType('System.Nullable', int32), 'x'), null)
})

test('a failed reference cast names both types', () => {
  assert.throws(
    () => unbox(lookupType('System.String'), 5),
    /^Error: Unable to cast object of type 'System.Int32' to type 'System.String'\.$/,
  )
})

test('an array remembers its element type, and a string array is an IEnumerable of object', () => {
  const strings = makeArray(lookupType('System.String'), ['a'])
  assert.equal(typeNameOf(strings), 'System.String[]')
  const object = lookupType('System.Object')
  assert.ok(isInstance(strings, ArrayType.of(object)))
  assert.ok(isInstance(strings, lookupType('System.Collections.Generic.IEnumerable', object)))
  assert.ok(!isInstance(makeArray(int32, [1]), lookupType('System.Collections.Generic.IEnumerable', object)))
})

test('a byte array is a Uint8Array and new arrays hold default values', () => {
  startBudget(100)
  assert.ok(newArray(lookupType('System.Byte'), 2) instanceof Uint8Array)
  assert.deepEqual([...newArray(int32, 2)], [0, 0])
  assert.equal(newMultiArray(int32, [2, 3]).items.length, 6)
})

test('the chars of a string are enumerated as UTF-16 units', () => {
  assert.deepEqual([...iterate('a😀')], [97, 0xd83d, 0xde00])
})

test('equality and hashes of boxed values go by type and value', () => {
  assert.ok(equalsBoxed(box(char, 65), box(char, 65)))
  assert.ok(!equalsBoxed(box(char, 65), 65))
  assert.ok(!equalsBoxed(5, 5n))
  assert.equal(hashOf(box(char, 65)), hashOf(box(char, 65)))
})

test('comparing values of different types throws ArgumentException', () => {
  assert.equal(compareBoxed(1, 2), -1)
  assert.equal(compareBoxed(null, 'a'), -1)
  assert.throws(() => compareBoxed(1, 'a'), /Object must be of type Int32\./)
})
