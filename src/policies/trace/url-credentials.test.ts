import assert from 'node:assert/strict'
import { test } from 'node:test'
import { threadTime } from '../testing/thread-time.ts'
import { withoutUrlCredentials } from './url-credentials.ts'

test('the names and values of a query are told apart', () => {
  for (const [url, shown] of [
    ['https://u:p@h/x?a=1&code=c&b=2', 'https://***@h/x?a=1&code=***&b=2'],
    ['/x?token=a?b#part', '/x?token=***#part'],
    ['/x?next=/y?code=c', '/x?next=/y?code=***'],
    ['?code=c', '?code=***'],
    ['/x?=&&a=1', '/x?=&&a=1'],
    ['/x?keyword=a', '/x?keyword=a'],
  ] as const)
    assert.equal(withoutUrlCredentials(url), shown)
})

test('no text makes the search slow', () => {
  for (const part of ['?', '?a', '?a=', '&', '&token=', '#', 'a', '//', '//a', '//a@', '%3F', '%3Fa', '%', '%26a%3D'])
    for (const begin of ['', '?', '//', '?code=']) {
      const text = begin + part.repeat(1_000_000 / part.length)
      const began = threadTime()
      withoutUrlCredentials(text)
      const took = threadTime() - began
      assert.ok(took < 1000, `${begin}${part}: ${took} ms`)
    }
})
