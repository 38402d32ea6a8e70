import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLoopback, parseHostPort } from './host-port.ts'

test('host and port, an IPv6 address in brackets, and a port alone are read', () => {
  assert.deepEqual(parseHostPort('0.0.0.0:80'), { host: '0.0.0.0', port: 80 })
  assert.deepEqual(parseHostPort('[::1]:8443'), { host: '::1', port: 8443 })
  assert.deepEqual(parseHostPort('8080'), { host: '127.0.0.1', port: 8080 })
})

test('an empty host, a port out of range and other texts are refused', () => {
  for (const raw of [':8080', 'localhost', '127.0.0.1:65536', '[1]:2', 'a b:1', '', '::1:80']) {
    assert.equal(parseHostPort(raw), undefined, raw)
  }
})

test('loopback is told from the rest', () => {
  assert.deepEqual(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].map(isLoopback), [true, true, true, true])
  assert.deepEqual(['0.0.0.0', '10.0.0.1', '127.evil.example', '::'].map(isLoopback), [false, false, false, false])
})
