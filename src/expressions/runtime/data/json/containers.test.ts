import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { standardSpace } from '../../../standard-space.ts'
import { BudgetExceeded, startBudget } from '../../../types/budget.ts'
import { JArray, JObject, JProperty } from './containers.ts'
import { JValue } from './value.ts'

before(() => {
  standardSpace()
  startBudget(100_000_000)
})

test('a token that hangs somewhere is copied when it is hung elsewhere', () => {
  const inner = new JObject()
  const first = new JArray()
  first.add(inner)
  first.add(inner)
  inner.set('a', JValue.integer(1n))
  assert.equal(first.toText(false), '[{"a":1},{}]')
})

test('an object put into itself is copied, so that no tree has a loop', () => {
  const object = new JObject()
  object.set('x', JValue.integer(1n))
  object.set('self', object)
  assert.equal(object.toText(false), '{"x":1,"self":{"x":1}}')
})

test('an object refuses a second property of a name, and anything that is no property', () => {
  const object = new JObject()
  object.add(new JProperty('a', JValue.null()))
  assert.throws(() => object.add(new JProperty('a', JValue.null())), /Property with the same name already exists on object/)
  assert.throws(() => object.add(new JArray()), {
    message: 'Can not add Newtonsoft.Json.Linq.JArray to Newtonsoft.Json.Linq.JObject.',
  })
})

test('properties with the same content in another order make equal objects with equal hashes', () => {
  const make = (names: string) => {
    const object = new JObject()
    for (const name of names) object.set(name, JValue.text(name))
    return object
  }
  assert.equal(make('abc').deepEquals(make('cab')), true)
  assert.equal(make('abc').deepHash(), make('cab').deepHash())
  assert.equal(make('abc').deepEquals(make('ab')), false)
})

test("changing a list while it is walked ends the walk with .NET's exception", () => {
  const array = new JArray()
  array.add(JValue.integer(1n))
  array.add(JValue.integer(2n))
  assert.throws(
    () => {
      for (const item of array) array.remove(item)
    },
    { message: 'Collection was modified; enumeration operation may not execute.' },
  )
})

test('a tree deeper than any parser makes ends in an exception, not in a full stack', () => {
  let token = new JArray()
  for (let depth = 0; depth < 5000; depth++) {
    const outer = new JArray()
    outer.add(token)
    token = outer
  }
  assert.throws(() => token.toText(false), /Insufficient stack/)
  assert.throws(() => token.clone(), /Insufficient stack/)
})

test('building spends the budget', () => {
  startBudget(1000)
  const array = new JArray()
  assert.throws(() => {
    for (;;) array.add(JValue.null())
  }, BudgetExceeded)
  startBudget(100_000_000)
})
