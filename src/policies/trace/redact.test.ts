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

test('a header that is called otherwise shows no credential either', () => {
  for (const name of ['api_key', 'X-Auth', 'X-Auth-Info', 'X-Pass', 'X-Passphrase', 'X-Session-Id'])
    assert.equal(redact.header(name, 'opaque'), '***', name)
  assert.equal(redact.header('X-Auth-Info', 'Bearer opaque'), 'Bearer ***')
  assert.equal(redact.header('X-Other', 'Basic b3BhcXVl'), 'Basic ***')
  for (const name of ['Referer', 'Location', 'X-Original-URL'])
    for (const address of ['https://h/x', '/x'])
      assert.equal(redact.header(name, `${address}?a=1&access%5Ftoken=o&pwd=p`), `${address}?a=1&access%5Ftoken=***&pwd=***`)
  assert.equal(redact.header('Location', 'https://h/cb#id_token=o&state=1'), 'https://h/cb#id_token=***&state=1')
  assert.equal(
    redact.text('/signin?next=https%3A%2F%2Fh%2Fcb%3Fcode%3Dabc&b=1'),
    '/signin?next=https%3A%2F%2Fh%2Fcb%3Fcode%3D***&b=1',
  )
})

test('a value that begins with a scheme of authentication is hidden in any variable', () => {
  assert.equal(redact.variable('hdr', 'Basic b3BhcXVl'), 'Basic ***')
  assert.equal(redact.variable('who', 'Bearer opaque'), 'Bearer ***')
  assert.equal(redact.variable('back', 'https://h/?refresh_token=o'), 'https://h/?refresh_token=***')
})

test('a variable named as a secret is not shown, another is', () => {
  for (const name of ['access_token', 'clientSecret', 'storage-key', 'apikey'])
    assert.equal(redact.variable(name, 'opaque'), '***')
  assert.equal(redact.variable('access_token', 3), '3')
  assert.equal(redact.variable('team', 'red'), 'red')
})

test('keys and user names in a URL are not shown', () => {
  assert.equal(redact.text('https://u:p@h/x?a=1&subscription-key=k&code=c'), 'https://***@h/x?a=1&subscription-key=***&code=***')
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

test('a credential that a cut would go through is hidden', () => {
  const forms = [`eyJ${'a'.repeat(9000)}.e30.c2ln`, `ghp_${'aB3dE5gH'.repeat(5)}`, 's3cr3t-value', `AKIA${'A1B2'.repeat(4)}`]
  // tokens that become short let what stands far behind be shown
  const before = `${`eyJ${'a'.repeat(500)}.a `.repeat(7)}${' '.repeat(100)}`
  for (const form of forms)
    for (let blanks = 0; blanks < 1200; blanks += 3) {
      const shown = redact.text(before + ' '.repeat(blanks) + form + ' '.repeat(3000))
      assert.doesNotMatch(shown, /aaa|ghp|aB3|s3|AKI/, `${blanks}: ${form.slice(0, 20)}`)
    }
})

test('texts of a megabyte take no time, whatever they repeat', () => {
  for (const part of [
    '?',
    '?a',
    '&',
    'eyJ-',
    'eyJ-.',
    'eyJ',
    '.',
    '//',
    '%3F',
    '-----BEGIN A',
    'ghp_',
    '-----BEGIN PRIVATE KEY-----',
  ]) {
    const text = part.repeat(1_000_000 / part.length)
    const began = performance.now()
    redact.text(text)
    redact.header('X-A', text)
    redact.variable('a', text)
    assert.ok(performance.now() - began < 200, `${part}: ${performance.now() - began} ms`)
  }
})
