import assert from 'node:assert/strict'
import type { ReasonCode } from '../../../src/catalog/reason.ts'

export interface ToldApart {
  /** Where its test is written out. */
  readonly file: string
  /** Of the answer; 0: nobody gets one. */
  readonly status: number
  readonly message: RegExp
}

const none = /^$/

/** Codes whose tests are no cases of a table. */
export const toldApart: ReadonlyMap<ReasonCode, ToldApart> = new Map([
  ['tls.handshake', { file: 'certificates.test.ts', status: 0, message: none }],
  ['request.malformed', { file: 'gateway.test.ts', status: 400, message: /^Bad request$/ }],
  ['request.headers-too-large', { file: 'gateway.test.ts', status: 431, message: /^Request Header Fields Too Large$/ }],
  ['request.timeout', { file: 'gateway.test.ts', status: 408, message: /^Request Timeout$/ }],
  ['internal', { file: 'gateway.test.ts', status: 500, message: /^Internal server error\. Request id: [0-9a-f-]{36}$/ }],
  ['request.aborted', { file: 'gateway.test.ts', status: 499, message: none }],
  ['audit.full', { file: 'outside.test.ts', status: 503, message: /^The gateway cannot record this call at the moment\.$/ }],
  ['counters.away', { file: 'outside.test.ts', status: 503, message: /^The gateway cannot count calls at the moment\.$/ }],
  ['store.away', { file: 'outside.test.ts', status: 0, message: none }],
  ['store.back', { file: 'outside.test.ts', status: 0, message: none }],
  [
    'groups.unreachable',
    { file: 'outside.test.ts', status: 503, message: /^The groups of the caller cannot be found out at the moment\.$/ },
  ],
])

/** What a test that is written out finds. */
export function assertToldApart(code: ReasonCode, status: number, message = ''): void {
  const told = toldApart.get(code)
  assert.equal(status, told?.status, message)
  assert.match(message, told?.message ?? none)
}
