import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ReasonCode, reasonCodes } from '../../catalog/reason.ts'
import { RequestUrl } from '../../policies/context/request-url.ts'
import { api } from '../testing/catalog.ts'
import { challengeFor } from './challenge.ts'

const orders = api('orders', 'shop/orders', [])
const at = new RequestUrl('https', 'api.example', 443, '/shop/orders/1', '')
const of = (code: ReasonCode, status = 401, url = at) => challengeFor(status, code, url, orders)

test('a missing token, a bad one and a weak one are told apart, with what RFC 6750 asks for', () => {
  assert.equal(of('token.missing'), 'Bearer realm="https://api.example/shop/orders"')
  assert.equal(
    of('token.expired'),
    'Bearer realm="https://api.example/shop/orders", error="invalid_token", error_description="The access token has expired"',
  )
  for (const status of [401, 403]) assert.match(of('token.role', status) ?? '', /error="insufficient_scope"/)
  for (const code of reasonCodes.filter(one => one.startsWith('token.')))
    assert.match(
      of(code) ?? '',
      /^Bearer realm="[^"]+"(, error="(invalid_token|insufficient_scope)", error_description="[\x20-\x21\x23-\x5b\x5d-\x7e]+")?$/,
    )
})

test('a token that lacks scopes is told which, in so far as they are scopes', () => {
  const challenge = (scopes: readonly string[], code: ReasonCode = 'token.scope') => challengeFor(403, code, at, orders, scopes)
  assert.match(challenge(['orders.read', 'orders.write']) ?? '', /", scope="orders\.read orders\.write"$/)
  for (const odd of ['a"b', 'a\\b', 'a b', 'a\nb', '', 'l\u00e4sen'])
    assert.ok(!challenge(['read', odd])?.includes('scope="read'), odd)
  assert.ok(!challenge([])?.includes('scope="'))
  assert.ok(!challenge(['read'], 'token.expired')?.includes('scope="'))
})

test('a missing key is asked for as API Management does', () => {
  assert.equal(
    of('subscription.missing'),
    'AzureApiManagementKey realm="https://api.example/shop/orders",name="Ocp-Apim-Subscription-Key",type="header"',
  )
})

test('what is no question of credentials has no challenge', () => {
  assert.equal(of('rate.exceeded', 429), undefined)
  assert.equal(of('token.role', 404), undefined)
  assert.equal(of('subscription.missing', 404), undefined)
})

test('a Host that would end the text of the realm is stripped of what does', () => {
  const url = new RequestUrl('http', 'a"b\\c\u00fc', 8080, '/', '')
  assert.equal(of('token.missing', 401, url), 'Bearer realm="http://abc:8080/shop/orders"')
})
