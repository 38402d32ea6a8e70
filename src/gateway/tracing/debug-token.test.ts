import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { makeDebugToken, readDebugToken } from './debug-token.ts'

const key = randomBytes(32)
const grant = { api: 'my orders', expires: 1_767_225_600_000 }

test('a debug token tells its API and its end to whoever has the key', () => {
  const token = makeDebugToken(key, grant)
  assert.match(token, /^aid=my%20orders&p=tracing&ex=1767225600&sn=[\w-]{43}$/)
  assert.deepEqual(readDebugToken(key, token), grant)
})

test('what was changed, cut, or signed with another key is no debug token', () => {
  const token = makeDebugToken(key, grant)
  const others = [
    token.replace('ex=1767225600', 'ex=9767225600'),
    token.replace('my%20orders', 'all'),
    token.slice(0, -1),
    `${token}a`,
    makeDebugToken(randomBytes(32), grant),
    '',
    'aid=%&p=tracing&ex=1&sn=',
  ]
  for (const other of others) assert.equal(readDebugToken(key, other), undefined, other)
})
