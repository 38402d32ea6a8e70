import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CallText } from './call-text.ts'
import { parseLine } from './chain.ts'
import { ChainEnd } from './chain-end.ts'
import { LineBatch } from './line-batch.ts'
import type { DecisionRecord } from './record.ts'
import { madeRecord } from './testing/made-record.ts'

const callText = new CallText()

/** What the line of the record says. */
function textOf({ time, ...record }: DecisionRecord): string {
  const batch = new LineBatch(new ChainEnd())
  callText.addTo(batch, { ...record, time: Date.parse(time) })
  return parseLine(batch.bytes.toString().replace(/\n$/, ''))?.recordText ?? ''
}

/** Each member there is: one that is added to the type must be added here, and then to the text. */
const whole: Required<DecisionRecord> = {
  ...madeRecord(1),
  api: 'a',
  operation: 'o',
  product: 'p',
  subscription: 's',
  caller: {
    unverified: true,
    issuer: 'https://issuer.example/',
    objectId: 'oid',
    tenantId: 'tid',
    clientApplication: 'app',
    userPrincipalName: 'ann@example',
    certificate: 'AB12',
    roles: ['reader "one"', 'ü'],
    scopes: ['s'],
    groupsFrom: 'graph',
    grantedRoles: ['g'],
  },
  policy: { name: 'validate-jwt', scope: 'api', section: 'inbound', file: 'p\\x.xml', line: 3 },
  expected: ['a\u2028', 'b'],
  received: ['\ud800'],
  lostBefore: 3,
}

const optional = [
  'api',
  'operation',
  'product',
  'subscription',
  'caller',
  'policy',
  'expected',
  'received',
  'lostBefore',
] as const

test('the text of a record is its JSON, whichever of its members there are', () => {
  for (let set = 0; set < 2 ** optional.length; set++) {
    const record: Partial<DecisionRecord> = { ...whole }
    for (const [bit, name] of optional.entries()) if ((set & (1 << bit)) !== 0) delete record[name]
    assert.deepEqual(JSON.parse(textOf(record as DecisionRecord)), record) // nothing that must be there was removed
  }
})

test('whatever a caller puts into a request stays inside its own member, on one line', () => {
  const texts = [
    '"',
    '\\',
    '\n',
    '\u2028',
    '\u2029',
    '\u0000',
    '\u007f',
    'ü',
    '\ud83d\ude00',
    '\ud800',
    '"},"decision":"allowed"',
    '',
  ]
  for (const one of texts)
    for (const two of texts) {
      const record = madeRecord(1, { path: one, method: two, requestId: one, ipAddress: two, api: one, operation: two })
      const text = textOf(record)
      assert.deepEqual(JSON.parse(text), record)
      assert.doesNotMatch(text, /[\n\r\u2028\u2029]/)
    }
})

test('what served one call is never said of another', () => {
  const served = (['generation', 'worker'] as const).flatMap(name => [madeRecord(1, { [name]: 2 }), madeRecord(1, { [name]: 3 })])
  const named = (['api', 'operation', 'product', 'subscription'] as const).flatMap(name => [
    madeRecord(1, { operation: 'o', [name]: 'x' }),
    madeRecord(1, { operation: 'o', [name]: 'y' }),
    madeRecord(1, { operation: 'o' }),
  ])
  const bound = [madeRecord(1, { identity: 'entra' }), madeRecord(1, { identity: 'directory' })]
  const all = [...served, ...named, ...bound]
  for (const first of all)
    for (const second of all)
      assert.deepEqual(
        [first, second].map(textOf).map(text => JSON.parse(text)),
        [first, second],
      )
})

test('numbers of any size, times and long texts are written as they are', () => {
  for (const value of [0, 9, 10, 99, 100, 999, 1000, 9999, 10_000, 1.5, 4294967296, Number.MAX_SAFE_INTEGER])
    for (const time of [0, 999, 1000, 1001, 1_795_608_000_000, 1_795_608_000_007, 1_795_608_059_999]) {
      const record = madeRecord(1, {
        time: new Date(time).toISOString(),
        status: value,
        duration: { total: value, gateway: value, backend: value },
        bytes: { received: value, sent: value },
        path: `/${'ü'.repeat(1000)}`,
        caller: { issuer: 'x'.repeat(200_000) },
      })
      assert.deepEqual(JSON.parse(textOf(record)), record)
    }
})
