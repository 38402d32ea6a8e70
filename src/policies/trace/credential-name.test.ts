import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namesCredential, namesParameter } from './credential-name.ts'

test('a name says that a credential is called so, however it is written', () => {
  const names = [
    ['Authorization', 'Proxy-Authorization', 'Cookie', 'Set-Cookie', 'Ocp-Apim-Subscription-Key', 'X-Functions-Key'],
    [
      'api_key',
      'X-Api-Key',
      'apikey',
      'apiKey',
      'key',
      'storageKey',
      'refresh_token',
      'access_token',
      'client_secret',
      'clientSecret',
    ],
    ['password', 'passwd', 'pwd', 'userPwd', 'X-Pass', 'X-Passphrase', 'X-Auth', 'X-Auth-Info', 'X-Session-Id', 'JSESSIONID'],
    ['X-Amz-Signature', 'X-Amz-Credential', 'sig', 'client_assertion', 'X-ARR-ClientCert', 'Sec-WebSocket-Protocol'],
  ].flat()
  for (const name of names) assert.equal(namesCredential(name), true, name)
})

test('names of other things are told apart', () => {
  const names = [
    [
      'X-Correlation-Id',
      'traceparent',
      'tracestate',
      'Accept',
      'Content-Type',
      'keyword',
      'keywords',
      'Host',
      'User-Agent',
      'X-Team',
    ],
    [
      'author',
      'authority',
      'WWW-Authenticate',
      'passenger',
      'compass',
      'signal',
      'design',
      'X-Request-Id',
      'ETag',
      'team',
      'statusCode',
    ],
    ['Access-Control-Allow-Credentials', 'X-Forwarded-For', 'Referer', 'Location', 'code', ''],
  ].flat()
  for (const name of names) assert.equal(namesCredential(name), false, name)
})

test('a parameter of a query may be written encoded, badly too', () => {
  for (const name of [
    'code',
    'CODE',
    'access%5Ftoken',
    'access%5ftoken',
    '%63ode',
    'api%2dkey',
    'token%ZZ',
    '%E0%A4%A',
    'user[password]',
  ])
    assert.equal(namesParameter(name), name !== '%E0%A4%A', name)
  for (const name of ['keyword', 'top', '%zz', 'encode', 'a%20b']) assert.equal(namesParameter(name), false, name)
})
