import type { Report } from '../report.ts'
import type { Fields } from './fields.ts'
import { memberOf } from './text-node.ts'

/** A part of something: a number from 0 to 1, 0 when it is absent or was reported. */
export function readPart(fields: Fields, key: string, report: Report): number {
  const node = memberOf(fields.node, key)
  if (node === undefined) return 0
  const value = node.kind === 'scalar' ? node.value : undefined
  if (typeof value === 'number' && value >= 0 && value <= 1) return value
  report.error(node.at, 'value.range', `'${key}' should be a number from 0 to 1`)
  return 0
}
