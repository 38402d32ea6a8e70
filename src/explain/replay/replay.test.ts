import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeptCall } from '../../audit/kept-call.ts'
import type { DecisionRecord } from '../../audit/record.ts'
import { madeRecord } from '../../audit/testing/made-record.ts'
import { api, catalog, operation } from '../../gateway/testing/catalog.ts'
import { replay } from './replay.ts'

const tenant = '11111111-2222-3333-4444-555555555555'
const policy = `<policies><inbound><base />
<validate-azure-ad-token tenant-id="${tenant}"><audiences><audience>api://orders</audience></audiences>
<required-claims><claim name="roles" match="any"><value>publishers</value></claim></required-claims></validate-azure-ad-token>
</inbound></policies>`
const workspace = catalog('/nowhere', {
  apis: [
    api('orders', 'orders', [operation('list', 'GET', '/list')], {
      serviceUrl: 'http://backend.invalid',
      policy: { file: 'api.xml', text: policy },
    }),
  ],
})

const issuer = `https://login.microsoftonline.com/${tenant}/v2.0`
const granted = madeRecord(1, {
  method: 'GET',
  path: '/orders/list',
  api: 'orders',
  operation: 'list',
  caller: { issuer, objectId: 'oid', tenantId: tenant, roles: ['readers'], grantedRoles: ['publishers'] },
})

const keptOf = (kept: DecisionRecord, claims: KeptCall['claims']): KeptCall => ({
  kept,
  time: kept.time,
  method: kept.method,
  path: kept.path,
  query: '',
  headers: [],
  ...(claims === undefined ? {} : { claims }),
  ipAddress: kept.ipAddress,
})

test('a call that a grant let through passes again, kept whole or not', async () => {
  const claims = { iss: issuer, tid: tenant, oid: 'oid', aud: 'api://orders', roles: ['readers'] }
  for (const call of [granted, keptOf(granted, claims), keptOf(granted, { ...claims, roles: 'readers' })])
    assert.deepEqual((await replay([call], workspace)).changes, [])
  const { roles: _, ...without } = claims
  assert.deepEqual((await replay([keptOf(granted, without)], workspace)).changes, [])
})

test('a refused token does not come in again as a good one', async () => {
  const caller = { issuer, objectId: 'oid', tenantId: tenant, roles: ['publishers'] }
  const refusedFor = (reason: DecisionRecord['reason'], more: Partial<DecisionRecord['caller']> = {}) =>
    ({ ...granted, decision: 'refused', status: 401, reason, caller: { ...caller, ...more } }) as const
  const claims = { iss: issuer, tid: tenant, aud: 'api://other', roles: ['publishers'] }
  const bad = [
    refusedFor('token.expired'),
    refusedFor('token.audience'),
    keptOf(refusedFor('token.signature', { unverified: true }), claims),
    keptOf(refusedFor('policy.returned-response', { unverified: true }), claims),
  ]
  const { changes, replayed, passedOver } = await replay([...bad, keptOf(refusedFor('token.audience'), claims)], workspace)
  assert.deepEqual([changes, replayed, [...passedOver]], [[], 1, [['with a token that was no good', 4]]])
})

test('a WebSocket that was joined is judged by the way in alone, also where only its record is left', async () => {
  const inbound = '<inbound><base /><check-header name="X-Team" failed-check-httpcode="403" failed-check-error-message="no" />'
  const outbound =
    '</inbound><outbound><return-response><set-status code="403" reason="No" /></return-response></outbound></policies>'
  const withPolicy = (text: string) =>
    catalog('/nowhere', {
      apis: [
        api('chat', 'chat', [operation('live', 'GET', '/live')], {
          serviceUrl: 'http://backend.invalid',
          policy: { file: 'api.xml', text },
        }),
      ],
    })
  const joined = madeRecord(1, { method: 'GET', path: '/chat/live', api: 'chat', operation: 'live', status: 101 })
  assert.deepEqual((await replay([joined], withPolicy(`<policies><inbound><base />${outbound}`))).changes, [])
  const [change] = (await replay([joined], withPolicy(`<policies>${inbound}${outbound}`))).changes
  assert.deepEqual([change?.kind, change?.after.reason], ['now-refused', 'header.missing'])
})

test('a handshake is run again as one, and a path in which a token was hidden as it is', async () => {
  const outbound = '<policies><outbound><return-response><set-status code="500" /></return-response></outbound></policies>'
  const sockets = catalog('/nowhere', {
    apis: [
      api('s', 's', [operation('any', 'GET', '/*')], {
        serviceUrl: 'http://backend.invalid',
        policy: { file: 'api.xml', text: outbound },
      }),
    ],
  })
  const opened = { ...granted, api: 's', operation: 'any', path: '/s/eyJ…', status: 101 }
  assert.deepEqual((await replay([opened], sockets)).changes, [])
})
