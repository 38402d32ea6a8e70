import assert from 'node:assert/strict'
import { test } from 'node:test'
import { found } from './testing/found.ts'

const deny = '<return-response><set-status code="403" reason="No" /></return-response>'
const set = '<set-variable name="a" value="b" />'
const when = (condition: string, ...held: readonly string[]) => `<when condition='${condition}'>${held.join('')}</when>`
const choose = (...held: readonly string[]) => `<choose>${held.join('\n')}</choose>`
const get = 'context.Request.Method == "GET"'

test('branches and policies that can never run are found', () => {
  const when = (condition: string) => `<when condition='${condition}'>\n${deny}\n</when>`
  assert.deepEqual(
    found('inbound', '<choose>', when('@(context.Api.Id == "a")'), when('@(context.Api.Id == "a")'), when('false'), '</choose>'),
    ['unreachable 7', 'unreachable 10'],
  )
  assert.deepEqual(found('inbound', `<choose>${when('true')}<otherwise>`, deny, '</otherwise></choose>'), ['unreachable 5'])
  assert.deepEqual(found('inbound', deny, '<set-variable name="a" value="b" />'), ['unreachable 4'])
})

test('a condition that is constant, or that what is known there rules out, never holds', () => {
  assert.deepEqual(found('inbound', choose(when('@(1 == 2)', set))), ['unreachable 3'])
  assert.deepEqual(found('inbound', choose(when('@(2 > 1)', set), '<otherwise />')), ['unreachable 4'])
  assert.deepEqual(found('inbound', choose(when('@{ return false; }', set))), ['unreachable 3'])
  // the same, laid out otherwise
  assert.deepEqual(found('inbound', choose(when(`@(${get})`, set), when('@((context . Request.Method) ==  "GET" )', set))), [
    'unreachable 4',
  ])
  // narrower than one before it
  assert.deepEqual(found('inbound', choose(when(`@(${get})`, set), when(`@(context.Api.Id == "a" && ${get})`, set))), [
    'unreachable 4',
  ])
  // against itself, and against one around it
  assert.deepEqual(found('inbound', choose(when(`@(${get} && context.Request.Method == "POST")`, set))), ['unreachable 3'])
  assert.deepEqual(found('inbound', choose(when(`@(${get})`, set, choose(when('@(context.Request.Method != "GET")', set))))), [
    'unreachable 3',
  ])
  assert.deepEqual(
    found(
      'inbound',
      choose(when('@(!context.Deployment.Region.Equals("x"))', choose(when('@(context.Deployment.Region.Equals("x"))')))),
    ),
    ['unreachable 3'],
  )
})

test('a condition that may have changed, or whose outcome is not certain, is left alone', () => {
  const around = (condition: string, ...held: readonly string[]) => found('inbound', choose(when(`@(${condition})`, ...held)))
  const variable = '((string)context.Variables["a"]) == "c"'
  assert.deepEqual(around(get, '<set-method>POST</set-method>', choose(when(`@(!(${get}))`, set))), [])
  assert.deepEqual(around(variable, set, choose(when(`@(!(${variable}))`, set))), [])
  assert.deepEqual(around(variable, '<include-fragment fragment-id="f" />', choose(when(`@(!(${variable}))`, set))), [])
  assert.deepEqual(around('"{{stage}}" == "test"', set), [])
  assert.deepEqual(around('new Random().Next(2) == 0', choose(when('@(new Random().Next(2) != 0)', set))), [])
  assert.deepEqual(around('context.Response.StatusCode == 1', choose(when('@(context.Response.StatusCode == 1.0)', set))), [])
  assert.deepEqual(around(`${get} || context.Api.Id == "a"`, choose(when('@(context.Request.Method == "PUT")', set))), [])
  assert.deepEqual(found('inbound', choose(when(`@(${get} && context.Api.Id == "a")`, set), when(`@(${get})`, set))), [])
})
