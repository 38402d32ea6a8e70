import type { DecisionRecord } from '../record.ts'

/** The record of the call with that number: its time and its id tell which one it is. */
export function madeRecord(number: number, more: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    time: new Date(1_700_000_000_000 + number).toISOString(),
    requestId: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    method: 'GET',
    path: '/a',
    ipAddress: '192.0.2.1',
    decision: 'allowed',
    reason: 'allowed',
    status: 200,
    duration: { total: 1, gateway: 1, backend: 0 },
    bytes: { received: 0, sent: 0 },
    identity: 'none',
    generation: 1,
    worker: 0,
    ...more,
  }
}
