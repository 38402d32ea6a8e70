import type { AuditSettings, KeepCallsSettings } from '../catalog/settings.ts'
import { gatehouseKeys } from './known-keys.ts'
import type { Report } from './report.ts'
import type { Fields } from './text/fields.ts'
import { readPart } from './text/read-part.ts'

const day = 86_400_000

/** `audit` of gatehouse.yaml. */
export function readAuditSettings(root: Fields | undefined, report: Report): AuditSettings | undefined {
  const audit = root?.fields('audit')
  if (audit === undefined) return undefined
  audit.refuseOthers(gatehouseKeys.audit)
  const days = audit.whole('retentionDays', { min: 1, max: 36_500 })
  const segmentBytes = audit.whole('segmentBytes', { min: 1_048_576, max: 1_073_741_824 })
  const keepCalls = readKeepCalls(audit.fields('keepCalls'), report)
  return {
    compress: audit.flag('compress') ?? true,
    ...(days === undefined ? {} : { retention: days * day }),
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
    ...(keepCalls === undefined ? {} : { keepCalls }),
  }
}

function readKeepCalls(fields: Fields | undefined, report: Report): KeepCallsSettings | undefined {
  if (fields === undefined) return undefined
  fields.refuseOthers(gatehouseKeys.keepCalls)
  const hours = fields.whole('hours', { min: 1, max: 24 * 365 }) ?? 72
  return { denied: fields.flag('denied') ?? true, sample: readPart(fields, 'sample', report), retention: hours * 3_600_000 }
}
