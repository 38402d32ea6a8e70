import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasDotSegments, pathText, queryText } from './url-text.ts'

test('paths and queries keep what the RFC allows and escape the rest', () => {
  assert.equal(pathText('/a b/%2F/é?#[x]'), '/a%20b/%2F/%C3%A9%3F%23%5Bx%5D')
  assert.equal(queryText('a=b c&d=/?\r\n#'), 'a=b%20c&d=/?%0D%0A%23')
})

test('dot segments are seen in any encoding', () => {
  for (const path of ['/a/..', '/./a', '/%2e%2E/a', '/a%2f..%2fb', '/a\\..\\b', '/%252e%252e/'])
    assert.equal(hasDotSegments(path), true, path)
  for (const path of ['/a..b/...', '/.well-known/x', '']) assert.equal(hasDotSegments(path), false, path)
})
