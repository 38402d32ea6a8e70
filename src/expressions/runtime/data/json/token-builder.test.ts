import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { standardSpace } from '../../../standard-space.ts'
import { startBudget } from '../../../types/budget.ts'
import { NetException } from '../../../types/exceptions.ts'
import { mutated, randomNumbers } from '../testing/mutated.ts'
import { JObject } from './containers.ts'
import { parseToken } from './token-builder.ts'

before(() => {
  standardSpace()
  startBudget(100_000_000)
})

const flat = (json: string) => parseToken(json, 'JToken').toText(false)

function failure(work: () => unknown): { readonly fullName: string; readonly message: string } {
  try {
    work()
  } catch (error) {
    if (error instanceof NetException) return { fullName: error.fullName, message: error.message }
    throw error
  }
  return assert.fail('nothing was thrown')
}

test('what Newtonsoft forgives is read: comments, single quotes, bare names, trailing commas', () => {
  assert.equal(flat("{a:'b',/*c*/$d:[1,2,],}"), '{"a":"b","$d":[1,2]}')
  assert.equal(flat('[1,,2]'), '[1,undefined,2]')
  assert.equal(flat('[0x10,017,NaN,-Infinity,new Date(1)]'), '[16,15,"NaN","-Infinity",new Date(1)]')
})

test('whole numbers keep all their digits and doubles print as .NET Framework prints them', () => {
  assert.equal(flat('[9007199254740993,123456789012345678901234567890]'), '[9007199254740993,123456789012345678901234567890]')
  assert.equal(flat('[1.0,1e3,1.5E-7,0.1,1e16]'), '[1.0,1000.0,1.5E-07,0.1,1E+16]')
})

test('a name that is there already takes the new value in the old place', () => {
  assert.equal(flat('{"a":1,"b":2,"a":3}'), '{"a":3,"b":2}')
})

test('names of JavaScript members are mere names', () => {
  const object = parseToken('{"__proto__":{"x":1},"constructor":2,"hasOwnProperty":3}', 'JObject')
  assert.ok(object instanceof JObject)
  assert.equal(object.get('constructor')?.toText(false), '2')
  assert.equal(object.get('toString'), undefined)
  assert.equal(object.toText(false), '{"__proto__":{"x":1},"constructor":2,"hasOwnProperty":3}')
})

test('a failure names the path, the line and the position', () => {
  const { fullName, message } = failure(() => parseToken('{\n  "a": [1,\n  x]}', 'JObject'))
  assert.equal(fullName, 'Newtonsoft.Json.JsonReaderException')
  assert.equal(message, "Unexpected character encountered while parsing value: x. Path 'a[0]', line 3, position 2.")
})

test('a document nested deeper than 64 is refused', () => {
  assert.equal(flat(`${'['.repeat(64)}${']'.repeat(64)}`).length, 128)
  assert.match(failure(() => flat('['.repeat(65))).message, /^The reader's MaxDepth of 64 has been exceeded\. Path/)
  assert.match(failure(() => flat('{"a":'.repeat(100_000))).message, /MaxDepth/)
})

test('a surrogate alone becomes the replacement character only when it was escaped', () => {
  assert.equal(flat('"\\ud83d\\ude00\\ud83d"'), '"😀\ufffd"')
})

test('two thousand mutated documents are read or refused, nothing else', () => {
  const random = randomNumbers(7)
  const sources = [
    '{"a":[1,2.5e3,"x\\u00e9",null,true],"b":{"c":{}}}',
    "{a:'b',/*c*/d:new Date(1),e:NaN}",
    '["2020-01-02T03:04:05Z",-0.1,017]',
  ]
  for (let i = 0; i < 2000; i++) {
    const json = mutated(sources[i % sources.length] ?? '', '{}[]",:\'\\/*-+.eE0x1untrfNI()\u0000\u2028é ', random)
    try {
      const token = parseToken(json, 'JToken')
      assert.equal(typeof token.toText(true), 'string')
    } catch (error) {
      assert.ok(error instanceof NetException, `${JSON.stringify(json)}: ${String(error)}`)
      assert.equal(
        error.fullName.startsWith('Newtonsoft.Json.') || error.fullName === 'System.ArgumentException',
        true,
        error.fullName,
      )
    }
  }
})
