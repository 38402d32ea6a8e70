import type { GrantSettings } from '../catalog/settings.ts'
import { gatehouseKeys } from './known-keys.ts'
import type { Report } from './report.ts'
import type { Fields } from './text/fields.ts'

const hour = 3_600_000

/** `grants` of gatehouse.yaml. */
export function readGrantSettings(root: Fields | undefined, report: Report): GrantSettings | undefined {
  const grants = root?.fields('grants')
  if (grants === undefined) return undefined
  grants.refuseOthers(gatehouseKeys.grants)
  const approvers = grants.texts('approvers').map(({ text }) => text)
  if (approvers.length === 0)
    report.error(
      grants.at('approvers'),
      'value.missing',
      "'approvers' is empty: nobody may approve",
      'list the app roles that may approve',
    )
  return { approvers, maxDuration: (grants.whole('maxHours', { min: 1, max: 8760 }) ?? 24) * hour }
}
