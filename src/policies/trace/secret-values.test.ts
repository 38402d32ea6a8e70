import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SecretValues } from './secret-values.ts'

const secret = (displayName: string, value: string) => ({ name: displayName, displayName, value, secret: true, file: '' })

test('a secret is hidden however it is written', () => {
  const value = 'a/b+c d"e(f)&g'
  const secrets = new SecretValues([secret('key', value)])
  const component = encodeURIComponent(value)
  const writings = [
    value,
    JSON.stringify(value).slice(1, -1),
    component,
    component.toLowerCase(),
    component.replaceAll('(', '%28').replaceAll(')', '%29'),
    encodeURI(value),
    new URLSearchParams([['', value]]).toString().slice(1),
  ]
  for (const writing of writings) assert.equal(secrets.hide(`x=${writing};`), 'x={{key}};', writing)
  assert.ok(secrets.longest >= component.length)
})

test('of secrets that begin alike the longest is hidden first', () => {
  for (const list of [
    [secret('short', 'abcd'), secret('long', 'abcd-efgh')],
    [secret('long', 'abcd-efgh'), secret('short', 'abcd')],
  ])
    assert.equal(new SecretValues(list).hide('abcd-efgh abcd'), '{{long}} {{short}}')
})

test('one or two characters are no secret that could be found, and half a pair of UTF-16 does no harm', () => {
  const secrets = new SecretValues([secret('a', 'xy'), secret('b', 'x\ud800y')])
  assert.equal(secrets.hide('xy x\ud800y'), 'xy {{b}}')
  assert.equal(new SecretValues([]).longest, 0)
})
