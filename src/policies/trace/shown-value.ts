import { textOf, typeOf } from '../../expressions/types/boxing.ts'
import { Boxed } from '../../expressions/types/values.ts'

/** A value of an expression as it may be written down. */
export type ShownValue = string | number | boolean | null | readonly string[]

/** Types whose text is their value. */
const plainTypes: ReadonlySet<string> = new Set([
  'System.Decimal',
  'System.DateTime',
  'System.DateTimeOffset',
  'System.TimeSpan',
  'System.Guid',
  'System.Uri',
  'Newtonsoft.Json.Linq.JValue',
])

/** Of a boxed value (types/values.ts): texts, numbers, booleans, times and lists of texts; undefined for other objects, which say nothing. */
export function shownValue(value: unknown): ShownValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.every(item => typeof item === 'string') ? value : undefined
  if (value instanceof Boxed || plainTypes.has(typeOf(value).fullName)) return textOf(value)
  return undefined
}
