import assert from 'node:assert/strict'
import { test } from 'node:test'
import { threadTime } from '../testing/thread-time.ts'
import { withoutCredentials } from './credential-form.ts'

test('a token is found behind whatever stands before it', () => {
  for (const before of ['', ' ', '"', '.', '%3D', '%22', '=', '/', 'a-', 'a_'])
    assert.equal(withoutCredentials(`${before}eyJhbGciOiJub25lIn0.e30.c2ln "`), `${before}eyJ… "`)
  assert.equal(withoutCredentials('a greyJacket.png'), 'a greyJacket.png')
})

test('a token without its end is one', () => {
  assert.equal(withoutCredentials('got eyJhbGciOiJub25lIn0'), 'got eyJ…')
})

test('an encrypted private key is hidden with its headers', () => {
  const pem =
    '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,A1\n\naB3d\n-----END RSA PRIVATE KEY-----'
  assert.equal(withoutCredentials(`${pem} so`), '*** so')
})

test('no text makes the search slow', () => {
  const parts = [
    'eyJ-',
    'eyJ',
    'eyJa.',
    'eyJ.',
    'a.',
    'a-',
    'ghp_',
    'sk-',
    'AKIA',
    '+',
    '-',
    '-----BEGIN A',
    '-----BEGIN PRIVATE KEY-----',
  ]
  for (const part of parts)
    for (const end of ['', ' ', '.', '-----END']) {
      const text = part.repeat(1_000_000 / part.length) + end
      const began = threadTime()
      withoutCredentials(text)
      const took = threadTime() - began
      assert.ok(took < 1000, `${part}: ${took} ms`)
    }
})
