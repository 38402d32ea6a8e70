import type { AuditSettings } from '../catalog/catalog.ts'
import { gatehouseKeys } from './known-keys.ts'
import type { Fields } from './text/fields.ts'

const day = 86_400_000

/** `audit` of gatehouse.yaml. */
export function readAuditSettings(root: Fields | undefined): AuditSettings | undefined {
  const audit = root?.fields('audit')
  if (audit === undefined) return undefined
  audit.refuseOthers(gatehouseKeys.audit)
  const days = audit.whole('retentionDays', { min: 1, max: 36_500 })
  const segmentBytes = audit.whole('segmentBytes', { min: 1_048_576, max: 1_073_741_824 })
  return {
    compress: audit.flag('compress') ?? true,
    ...(days === undefined ? {} : { retention: days * day }),
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
  }
}
