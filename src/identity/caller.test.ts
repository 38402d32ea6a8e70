import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callerOf } from './caller.ts'

test('a v2 user token names its caller by oid, azp and preferred_username', () => {
  const claims = {
    iss: 'i',
    oid: 'o',
    sub: 's',
    tid: 't',
    azp: 'c',
    preferred_username: 'rita@x',
    roles: ['readers'],
    scp: 'a b',
  }
  assert.deepEqual(callerOf(claims), {
    issuer: 'i',
    objectId: 'o',
    subject: 's',
    tenantId: 't',
    clientApplication: 'c',
    userPrincipalName: 'rita@x',
    roles: ['readers'],
    scopes: ['a', 'b'],
  })
})

test('a v1 token names its client by appid and its user by upn', () => {
  const caller = callerOf({ iss: 'i', appid: 'c', upn: 'rita@x', unique_name: 'Rita' })
  assert.deepEqual([caller.clientApplication, caller.userPrincipalName, caller.roles], ['c', 'rita@x', []])
})

test('claims of a wrong type count as absent', () => {
  const caller = callerOf({ iss: 7, oid: {}, roles: [1, 'readers', null], scp: 5 })
  assert.deepEqual(caller, { issuer: '', roles: ['readers'], scopes: [] })
})
