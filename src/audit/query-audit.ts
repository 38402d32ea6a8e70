import { createReadStream, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseLine } from './chain.ts'
import type { DecisionRecord } from './record.ts'

/** Which records are wanted; what is left out does not matter. Times are ms since 1970-01-01 UTC. */
export interface AuditFilter {
  readonly from?: number
  readonly to?: number
  readonly requestId?: string
  /** Object id or user principal name. */
  readonly caller?: string
  readonly application?: string
  readonly api?: string
  readonly operation?: string
  readonly decision?: string
  readonly reason?: string
}

/** The segment files of a trail, oldest writers first. */
export function segmentFiles(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter(name => name.endsWith('.jsonl'))
    .sort()
    .map(name => join(folder, name))
}

/** The fitting records of all segments, each segment in the order it was written. Lines that are no records are passed over; `verifyAudit` finds them. */
export async function* queryAudit(folder: string, filter: AuditFilter): AsyncGenerator<DecisionRecord> {
  for (const file of segmentFiles(folder)) {
    for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })) {
      // a look at the text spares most lines the parser
      if (filter.requestId !== undefined && !line.includes(filter.requestId)) continue
      const record = recordOf(line)
      if (record !== undefined && fits(record, filter)) yield record
    }
  }
}

/** The newest `count` fitting records, oldest first. */
export async function lastRecords(folder: string, filter: AuditFilter, count: number): Promise<DecisionRecord[]> {
  let kept: DecisionRecord[] = []
  for await (const record of queryAudit(folder, filter)) {
    kept.push(record)
    if (kept.length > 4 * count + 1000) kept = newest(kept, count)
  }
  return newest(kept, count)
}

function newest(records: readonly DecisionRecord[], count: number): DecisionRecord[] {
  return [...records].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)).slice(-count)
}

function recordOf(line: string): DecisionRecord | undefined {
  const parsed = parseLine(line)
  if (parsed === undefined) return undefined
  try {
    return JSON.parse(parsed.recordText) as DecisionRecord // written by this program; `verify` tells whether anybody changed it
  } catch {
    return undefined
  }
}

function fits(record: DecisionRecord, filter: AuditFilter): boolean {
  const time = Date.parse(record.time)
  if (filter.from !== undefined && time < filter.from) return false
  if (filter.to !== undefined && time >= filter.to) return false
  const { caller } = record
  const same = (wanted: string | undefined, ...had: (string | undefined)[]) => wanted === undefined || had.includes(wanted)
  return (
    same(filter.requestId, record.requestId) &&
    same(filter.caller, caller?.objectId, caller?.userPrincipalName) &&
    same(filter.application, caller?.clientApplication) &&
    same(filter.api, record.api) &&
    same(filter.operation, record.operation) &&
    same(filter.decision, record.decision) &&
    same(filter.reason, record.reason)
  )
}
