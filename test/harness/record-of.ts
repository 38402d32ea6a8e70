import { join } from 'node:path'
import { queryAudit } from '../../src/audit/query-audit.ts'
import type { DecisionRecord } from '../../src/audit/record.ts'
import { until } from './until.ts'

/** The record of a call to the gateway of that workspace, once its batch is written, which is a little after the answer. */
export function recordOf(folder: string, requestId: string): Promise<DecisionRecord> {
  return until(
    async () => {
      for await (const record of queryAudit(join(folder, '.gatehouse', 'audit'), {}))
        if (record.requestId === requestId) return record
      return undefined
    },
    () => `no record of ${requestId}`,
  )
}
