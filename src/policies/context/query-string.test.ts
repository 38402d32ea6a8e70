import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeQueryPart, encodeQueryPart, QueryString } from './query-string.ts'

test('a query that nobody changes is spelled as it was sent', () => {
  for (const query of ['', '?a=%2f&b&=c&d=%zz&a+b=1']) assert.equal(QueryString.parse(query).toString(), query)
})

test('names are found in any case and decoded', () => {
  const query = QueryString.parse('?A%20b=1&a+B=2&c')
  assert.deepEqual(query.getAll('a b'), ['1', '2'])
  assert.deepEqual(query.names(), ['A b', 'c'])
  assert.equal(query.has('C'), true)
})

test('what is put in is encoded, lone surrogates too', () => {
  const query = QueryString.parse('?a=1')
  query.append("it's", 'x&y=z+ \uD800')
  assert.equal(query.toString(), '?a=1&it%27s=x%26y%3Dz%2B%20%EF%BF%BD')
})

test('decoding never fails', () => {
  assert.equal(decodeQueryPart('%C3%A9%zz%ff+'), 'é%zz\uFFFD ')
  assert.equal(decodeQueryPart(encodeQueryPart('a*(b)!')), 'a*(b)!')
})
