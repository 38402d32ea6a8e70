import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Evidence } from './mix-up.ts'
import { mixUpsIn } from './mix-ups.ts'

const tenant = '11111111-2222-3333-4444-555555555555'
const other = '99999999-2222-3333-4444-555555555555'
const appId = 'aaaaaaaa-2222-3333-4444-555555555555'
const v1 = (id: string) => `https://sts.windows.net/${id}/`
const v2 = (id: string) => `https://login.microsoftonline.com/${id}/v2.0`
const now = Date.UTC(2026, 0, 2)

function codes(evidence: Partial<Evidence>): readonly string[] {
  const nothing = {
    expected: [],
    received: [],
    claims: undefined,
    wants: [],
    tenants: [],
    localTenant: undefined,
    isGrantedSince: undefined,
  }
  return mixUpsIn({ ...nothing, reason: 'token.audience', now, ...evidence }).map(({ code }) => code)
}

test('a token for Microsoft Graph is named by its audience, whatever it is refused for', () => {
  assert.deepEqual(codes({ received: ['00000003-0000-0000-c000-000000000000'] }), ['graph-token'])
  assert.deepEqual(codes({ reason: 'token.signature', claims: { aud: 'https://graph.microsoft.com', azp: appId } }), [
    'graph-token',
  ])
})

test('an ID token is told by the person in it and the missing client application', () => {
  assert.deepEqual(codes({ claims: { aud: appId, preferred_username: 'a@b', nonce: 'n' } }), ['id-token'])
  assert.deepEqual(codes({ claims: { aud: appId, preferred_username: 'a@b', azp: appId } }), [])
})

test('issuers of the two token versions are told apart, both ways', () => {
  assert.deepEqual(codes({ reason: 'token.issuer', expected: [v2(tenant)], received: [v1(tenant)] }), ['v1-token'])
  assert.deepEqual(codes({ reason: 'token.issuer', expected: [v1(tenant)], received: [v2(tenant)] }), ['v2-token'])
})

test('an audience by URI against a client id, and the reverse, is a matter of token versions', () => {
  assert.deepEqual(codes({ expected: [appId], received: ['api://orders'] }), ['v1-token'])
  assert.deepEqual(codes({ expected: ['api://orders'], received: [appId] }), ['v2-token'])
})

test('a token from another tenant names both tenants', () => {
  const evidence = { reason: 'token.tenant', expected: [v2(tenant)], received: [v2(other)] } as const
  assert.deepEqual(codes(evidence), ['other-tenant'])
  const [found] = mixUpsIn({
    ...evidence,
    claims: undefined,
    wants: [],
    tenants: [],
    localTenant: undefined,
    isGrantedSince: undefined,
    now,
  })
  assert.ok(found?.text.includes(tenant) && found.text.includes(other))
})

test('a token of the tenant whose local directory did not sign it is not local', () => {
  const claims = { iss: v2(tenant), azp: appId }
  assert.deepEqual(codes({ reason: 'token.key-unknown', claims, localTenant: tenant }), ['not-local'])
  assert.deepEqual(codes({ reason: 'token.key-unknown', claims, localTenant: other }), [])
})

test('an application token where a user is needed, and scopes where roles are', () => {
  assert.deepEqual(codes({ reason: 'token.scope', claims: { azp: appId, roles: ['readers'] } }), ['app-token'])
  assert.deepEqual(codes({ reason: 'token.scope', claims: { azp: appId, scp: 'read' } }), [])
  assert.deepEqual(codes({ reason: 'token.role', claims: { azp: appId, scp: 'read', iat: 1 } }), [
    'scopes-not-roles',
    'stale-roles',
  ])
})

test('a role may have come after the token; a directory says so for certain, or that it did not', () => {
  const evidence = { reason: 'token.role', claims: { azp: appId, roles: ['readers'], iat: 1 } } as const
  assert.deepEqual(codes(evidence), ['stale-roles'])
  assert.deepEqual(codes({ ...evidence, isGrantedSince: true }), ['stale-roles'])
  assert.deepEqual(codes({ ...evidence, isGrantedSince: false }), [])
})

test('a foreign token that no key here fits is told by the tenant that it says', () => {
  const claims = { iss: v2(other), tid: other, azp: appId }
  assert.deepEqual(codes({ reason: 'token.key-unknown', claims, tenants: [tenant] }), ['other-tenant'])
  assert.deepEqual(codes({ reason: 'token.signature', claims: { tid: other, azp: appId }, tenants: [tenant] }), ['other-tenant'])
  assert.deepEqual(codes({ reason: 'token.key-unknown', claims, tenants: [other] }), [])
  assert.deepEqual(codes({ reason: 'token.key-unknown', claims }), [])
})

test('an ID token against an api://… audience is that, and no matter of versions', () => {
  const claims = { aud: appId, preferred_username: 'a@b', nonce: 'n' }
  assert.deepEqual(codes({ claims, expected: ['api://orders'], received: [appId] }), ['id-token'])
})

test('claims that only a user’s token has, or only an application’s own, tell the wrong kind of caller', () => {
  const wants = (claim: string, ...values: string[]) =>
    ({ reason: 'token.claim', wants: [{ claim, match: 'all', values }] }) as const
  const [application, user] = [
    { azp: appId, roles: ['readers'] },
    { azp: appId, scp: 'read', preferred_username: 'a@b' },
  ]
  assert.deepEqual(codes({ ...wants('idtyp', 'app'), claims: user }), ['user-token'])
  assert.deepEqual(codes({ ...wants('idtyp', 'app'), claims: application }), [])
  for (const name of ['upn', 'preferred_username', 'scp']) {
    assert.deepEqual(codes({ ...wants(name), claims: application }), ['app-token'])
    assert.deepEqual(codes({ ...wants(name), claims: user }), [])
  }
  assert.deepEqual(codes({ ...wants('department'), claims: application }), [])
})

test('groups that did not fit into the token are an overage, in the implicit flow too', () => {
  for (const left of [{ _claim_names: { groups: 'src1' } }, { hasgroups: true }])
    assert.deepEqual(codes({ reason: 'token.group', claims: { azp: appId, ...left } }), ['groups-overage'])
})

test('a few seconds are a matter of clocks, an hour is not, by what the record says of the token', () => {
  const at = (seconds: number) => [new Date(now + seconds * 1000).toISOString()]
  assert.deepEqual(codes({ reason: 'token.expired', received: at(-20) }), ['clock'])
  assert.deepEqual(codes({ reason: 'token.expired', received: at(-3600) }), [])
  assert.deepEqual(codes({ reason: 'token.not-yet-valid', received: at(20) }), ['clock'])
})

test('a doubled scheme, another one and a missing one are seen in what the record says of the header', () => {
  const malformed = (odd: string) => ({ reason: 'token.malformed', received: ['1 part in place of three', odd] }) as const
  assert.deepEqual(codes(malformed('Bearer stands there twice')), ['scheme-twice'])
  assert.deepEqual(codes(malformed('the token stands in quotes')), ['scheme-twice'])
  assert.deepEqual(codes(malformed('the scheme Basic')), ['wrong-scheme'])
  assert.deepEqual(codes({ reason: 'token.missing', received: ['the scheme Basic'] }), ['wrong-scheme'])
  assert.deepEqual(codes({ reason: 'token.missing', received: ['no scheme in the header Authorization'] }), ['no-scheme'])
  assert.deepEqual(codes({ reason: 'token.missing', received: ['no header Authorization'] }), [])
})

test('a refusal that has nothing to do with tokens has no mix-up', () => {
  assert.deepEqual(codes({ reason: 'rate.exceeded', received: ['00000003-0000-0000-c000-000000000000'] }), [])
})
