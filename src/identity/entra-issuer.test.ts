import assert from 'node:assert/strict'
import { test } from 'node:test'
import { issuerAllows, keyMaySignFor, tenantOfIssuer } from './entra-issuer.ts'

const tid = '0f4c2a5e-93d1-4c6b-8a7e-1b2c3d4e5f60'
const other = '7d9e1c22-0a4b-4f6d-b3c8-5e6f7a8b9c0d'
const template = 'https://login.microsoftonline.com/{tenantid}/v2.0'
const v2 = `https://login.microsoftonline.com/${tid}/v2.0`
const v1 = `https://sts.windows.net/${tid}/`

test('a template takes the tenant that the token names, when that is an id', () => {
  assert.ok(issuerAllows(template, v2, tid))
  assert.ok(!issuerAllows(template, v2, other))
  assert.ok(!issuerAllows(template, template, '{tenantid}'))
  assert.ok(!issuerAllows(template, 'https://login.microsoftonline.com/x/v2.0', 'x'))
  assert.ok(issuerAllows(v2, v2, undefined))
  assert.ok(!issuerAllows(v2, `${v2}/`, tid))
})

test('a key of the v2 issuer signs v1 tokens of the same tenant and cloud, and no others', () => {
  assert.ok(keyMaySignFor(v2, v1, tid) && keyMaySignFor(template, v1, tid))
  assert.ok(!keyMaySignFor(v2, `https://sts.windows.net/${other}/`, other))
  assert.ok(!keyMaySignFor(v2, `https://sts.chinacloudapi.cn/${tid}/`, tid))
  assert.ok(!keyMaySignFor(v2, `https://evil.example/${tid}/v2.0`, tid))
})

test('the tenant of an issuer is known for the hosts of Entra alone', () => {
  assert.equal(tenantOfIssuer(v1), tid)
  assert.equal(tenantOfIssuer(v2.toUpperCase().replace('HTTPS', 'https').replace('V2.0', 'v2.0')), tid)
  assert.equal(tenantOfIssuer(`https://evil.example/${tid}/v2.0`), undefined)
  assert.equal(tenantOfIssuer(`https://sts.windows.net.evil.example/${tid}/`), undefined)
  assert.equal(tenantOfIssuer(`http://sts.windows.net/${tid}/`), undefined)
})
