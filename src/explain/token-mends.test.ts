import assert from 'node:assert/strict'
import { test } from 'node:test'
import { madeRecord } from '../audit/testing/made-record.ts'
import { catalog } from '../gateway/testing/catalog.ts'
import { mendFor } from './mend-for.ts'
import type { Refused } from './refused.ts'

const orders = '33333333-2222-3333-4444-555555555555'
const place = { scope: 'api', file: 'p.xml', line: 3 }

function refused(reason: 'token.audience' | 'token.missing' | 'token.scope', more: Partial<Refused['record']> = {}): Refused {
  return {
    record: madeRecord(1, { reason, policy: { name: 'validate-jwt', section: 'inbound', ...place }, ...more }),
    demands: [
      { kind: 'token', policy: 'validate-jwt', ...place, claims: [{ claim: 'scp', match: 'any', values: ['Orders.Read'] }] },
    ],
    audiences: [orders],
    tenants: [],
    claims: undefined,
    catalog: catalog('/nowhere'),
  }
}

test('no address is made up for an application that is not known here', () => {
  assert.equal(
    mendFor(refused('token.audience', { expected: [orders], received: ['x'] })),
    `Ask for a token for the audience ${orders}.`,
  )
  assert.equal(
    mendFor(refused('token.missing', { received: ['no header Authorization'] })),
    `The client sends an access token for the audience ${orders} in the header \`Authorization: Bearer …\`.`,
  )
  assert.match(mendFor(refused('token.scope')), new RegExp(`asks for the scope Orders\\.Read of the application ${orders}:`))
})
