import assert from 'node:assert/strict'
import { test } from 'node:test'
import { redactorFor } from './redact.ts'

const redact = redactorFor([{ name: 'k', displayName: 'backend-key', value: 's3cr3t-value', secret: true, file: '' }])

test('a token is not shown, wherever it stands', () => {
  assert.equal(redact.text('got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln then'), 'got eyJ… then')
  assert.equal(redact.variable('jwt', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln'), 'eyJ…')
})

test('a secret named value is shown by its name', () => {
  assert.equal(redact.text('key=s3cr3t-value'), 'key={{backend-key}}')
})

test('of a credential header only the scheme is shown', () => {
  assert.equal(redact.header('Authorization', 'Bearer abc'), 'Bearer ***')
  assert.equal(redact.header('authorization', 'abc'), '***')
  assert.equal(redact.header('Ocp-Apim-Subscription-Key', 'abc'), '***')
  assert.equal(redact.header('Set-Cookie', 'a=b'), '***')
  assert.equal(redact.header('Accept', 'text/plain'), 'text/plain')
})

test('a variable named as a secret is not shown, another is', () => {
  for (const name of ['access_token', 'clientSecret', 'storage-key', 'apikey'])
    assert.equal(redact.variable(name, 'opaque'), '***')
  assert.equal(redact.variable('access_token', 3), '3')
  assert.equal(redact.variable('team', 'red'), 'red')
})

test('keys and user names in a URL are not shown', () => {
  assert.equal(redact.url('https://u:p@h/x?a=1&subscription-key=k&code=c'), 'https://***@h/x?a=1&subscription-key=***&code=***')
})

test('a long text is cut', () => {
  assert.equal(redact.text('x'.repeat(1500)), `${'x'.repeat(1000)}… (1500 characters)`)
})
