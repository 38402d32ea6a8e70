import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeptCall } from '../../audit/kept-call.ts'
import type { CallRecord } from '../../audit/record.ts'
import { madeRecord } from '../../audit/testing/made-record.ts'
import { api, catalog } from '../testing/catalog.ts'
import { type CallHead, CallKeeper } from './call-keeper.ts'

const megabyte = 1024 * 1024
const call = { api: api('a', 'a', []), subscription: null }

/** Refuses such a call again and again, from that time on; what is kept of it, in characters of JSON. */
function keptOf(keeper: { readonly keeper: CallKeeper; readonly kept: KeptCall[] }, head: CallHead, time: number, times: number) {
  const record: CallRecord = { ...madeRecord(0), time, decision: 'refused', reason: 'token.missing', status: 401 }
  keeper.kept.length = 0
  for (let i = 0; i < times; i++) keeper.keeper.end(head, record, call, catalog('/nowhere'))
  return keeper.kept.reduce((sum, one) => sum + JSON.stringify(one).length, 0)
}

function keeping() {
  const kept: KeptCall[] = []
  // it writes nothing else
  return { kept, keeper: new CallKeeper({ write: record => kept.push(record as KeptCall) }, () => 0, megabyte) }
}

test('what a thread keeps in an hour is bounded, be the calls large or small or full of headers, and goes on in the next', () => {
  const large = Array.from({ length: 200 }, (_, i) => [`x-${i}`, 'x'.repeat(900)]).flat()
  const many = Array.from({ length: 1000 }, (_, i) => [`x-${i}`, '']).flat()
  for (const rawHeaders of [large, many, []]) {
    const made = keeping()
    const head = { method: 'GET', target: '/a?b=c', rawHeaders, isSampled: false }
    const time = 1_700_000_000_000
    const size = keptOf(made, head, time, 1500)
    assert.ok(size > megabyte / 2 && size < 1.2 * megabyte, String(size))
    assert.equal(keptOf(made, head, time + 3_000_000, 1), 0)
    assert.ok(keptOf(made, head, time + 3_600_001, 1) > 0)
  }
})
