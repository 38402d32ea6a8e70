import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isServedLocally } from './entra-hosts.ts'

const bound = { id: '0f4c2a5e-93d1-4c6b-8a7e-1b2c3d4e5f60', domain: 'gazette.onmicrosoft.com' }
const local = (url: string) => isServedLocally(new URL(url), bound)

test('the bound tenant is served locally under each of its names', () => {
  assert.ok(local(`https://login.microsoftonline.com/${bound.id}/v2.0/.well-known/openid-configuration`))
  assert.ok(local(`https://login.microsoftonline.com/${bound.id.toUpperCase()}/discovery/keys`))
  assert.ok(local('https://login.windows.net/Gazette.onmicrosoft.com/.well-known/openid-configuration'))
  assert.ok(local('https://sts.windows.net/common/discovery/keys'))
  assert.ok(local('https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration'))
  assert.ok(local('https://graph.microsoft.com/v1.0/users'))
})

test('other tenants, hosts, ports and schemes are not', () => {
  assert.ok(
    !local('https://login.microsoftonline.com/7d9e1c22-0a4b-4f6d-b3c8-5e6f7a8b9c0d/v2.0/.well-known/openid-configuration'),
  )
  assert.ok(!local(`https://login.microsoftonline.com.evil.example/${bound.id}/discovery/keys`))
  assert.ok(!local(`https://user@evil.example/${bound.id}/discovery/keys`))
  assert.ok(!local(`https://login.microsoftonline.com:8443/${bound.id}/discovery/keys`))
  assert.ok(!local(`http://login.microsoftonline.com/${bound.id}/discovery/keys`))
  assert.ok(!local(`https://login.microsoftonline.com//${bound.id}/discovery/keys`))
})
