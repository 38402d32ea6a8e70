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

test('what has the form of a credential is not shown, whatever it is called', () => {
  const letters = (count: number) => 'aB3dE5gH'.repeat(12).slice(0, count)
  const pem = `-----BEGIN PRIVATE KEY-----\n${letters(64)}\n-----END PRIVATE KEY-----`
  const credentials = [
    `abc8Q~${letters(34)}`,
    `${letters(86)}==`,
    `ghp_${letters(36)}`,
    `github_pat_${letters(40)}`,
    `xoxb-${letters(30)}`,
    `sk_live_${letters(24)}`,
    `sk-${letters(40)}`,
    `AKIA${'A1B2'.repeat(4)}`,
    `AIza${letters(35)}`,
  ]
  for (const credential of [...credentials, pem]) {
    assert.equal(redact.text(`got ${credential}`), 'got ***')
    assert.equal(redact.variable('team', credential), '***')
  }
  assert.equal(redact.text(`AccountName=a;AccountKey=${letters(86)}==;`), 'AccountName=a;AccountKey=***;')
})

test('ids, hashes and texts that only look a little like a credential are shown', () => {
  for (const text of [
    '5f0c1d7e-1111-4222-8333-444455556666',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    'task-list-of-the-publishers-team',
    'risk_test_of_the_whole_thing_1',
    'dGhpcyBpcyBhIHRleHQ=',
    'https://api.example/orders?top=10',
  ])
    assert.equal(redact.text(text), text)
})

test('a secret named value is found before forms are', () => {
  const secret = `abc8Q~${'aB3dE5gH'.repeat(5).slice(0, 34)}`
  const own = redactorFor([{ name: 's', displayName: 'app-secret', value: secret, secret: true, file: '' }])
  assert.equal(own.text(`sent ${secret}`), 'sent {{app-secret}}')
})

test('a long text is cut', () => {
  assert.equal(redact.text('x'.repeat(1500)), `${'x'.repeat(1000)}… (1500 characters)`)
})
