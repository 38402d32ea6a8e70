import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callerOf } from '../../identity/caller.ts'
import { redactorFor } from '../../policies/trace/redact.ts'
import { claimedCaller } from './recorded-caller.ts'

const { text } = redactorFor([])
const claimed = (claims: Readonly<Record<string, unknown>>, isSigned = false) =>
  claimedCaller({ caller: callerOf(claims), isSigned }, text)

test('who a refused token speaks of is marked as not verified, unless its signature was good', () => {
  const claims = { iss: 'https://issuer.example/', oid: 'o', tid: 't', azp: 'a', upn: 'rita@example', roles: ['r'], scp: 's t' }
  const caller = {
    issuer: 'https://issuer.example/',
    objectId: 'o',
    tenantId: 't',
    clientApplication: 'a',
    userPrincipalName: 'rita@example',
    roles: ['r'],
    scopes: ['s', 't'],
  }
  assert.deepEqual(claimed(claims, true), caller)
  assert.deepEqual(claimed(claims), { ...caller, unverified: true })
})

test('what a forged token makes of its claims stays short, and no token is kept in them', () => {
  const long = 'x'.repeat(10_000)
  const found = claimed({
    upn: long,
    oid: 7,
    tid: { a: 1 },
    azp: 'eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln',
    roles: Array(1000).fill(long),
  })
  assert.equal(found?.userPrincipalName, 'x'.repeat(256))
  assert.deepEqual([found?.objectId, found?.tenantId, found?.clientApplication], [undefined, undefined, 'eyJ…'])
  assert.deepEqual([found?.roles?.length, found?.roles?.[0]?.length], [50, 256])
  assert.ok(JSON.stringify(found).length < 20_000)
})

test('a token that says nothing of its caller leaves none', () => {
  assert.equal(claimed({ exp: 1 }), undefined)
})
