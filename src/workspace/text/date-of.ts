import type { Report } from '../report.ts'
import type { Fields } from './fields.ts'

/** A member that is a date of ISO 8601, as Azure writes them; undefined when it is absent, or no date, which is reported. */
export function dateOf(fields: Fields, key: string, report: Report): string | undefined {
  const raw = fields.text(key)
  if (raw === undefined) return undefined
  if (/^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/i.test(raw) && !Number.isNaN(Date.parse(raw))) return raw
  report.error(fields.at(key), 'value.format', `'${raw}' is not a date`, "write '2026-01-31T12:00:00Z'")
  return undefined
}
