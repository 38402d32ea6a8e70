import { box, textOf } from '../../../types/boxing.ts'
import { enumText } from '../../../types/enums.ts'
import { fail } from '../../../types/exceptions.ts'
import { numericKind } from '../../../types/facts.ts'
import type { NamedType, Type } from '../../../types/type.ts'
import { Boxed, type Raw, type Value, type Virtuals } from '../../../types/values.ts'
import { numberFormatOf } from '../culture/culture.ts'
import { formatDouble, formatInteger, formatSingle } from '../numbers/format-number.ts'

/** `ToString()` of a boxed value; null is the empty string. */
export const toText: (value: Value) => string = textOf

/** The same for a raw value of a static type. */
export function rawToText(type: Type, raw: Raw): string {
  return textOf(box(type, raw))
}

/** `IFormattable.ToString(format, provider)` where the boxed value has it, else `ToString()`; null is the empty string. */
export function formatValue(value: Value, format: string | null, provider: Value): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return formatInteger(value, 32, format, numberFormatOf(provider))
    case 'bigint':
      return formatInteger(value, 64, format, numberFormatOf(provider))
    case 'boolean':
      return value ? 'True' : 'False'
  }
  if (value === null || value === undefined) return ''
  if (value instanceof Boxed) return formatBoxed(value, format, provider)
  return (value as Virtuals).netToString?.(format, provider) ?? textOf(value) // instances and functions may have the override
}

const widths = new Map<string, number>([
  ['sbyte', 8],
  ['byte', 8],
  ['short', 16],
  ['ushort', 16],
  ['uint', 32],
  ['ulong', 64],
])

function formatBoxed(boxed: Boxed, format: string | null, provider: Value): string {
  const kind = numericKind(boxed.type)
  if (kind === 'char') return String.fromCharCode(Number(boxed.value))
  if (kind === 'double') return formatDouble(Number(boxed.value), format, numberFormatOf(provider))
  if (kind === 'float') return formatSingle(Number(boxed.value), format, numberFormatOf(provider))
  if (kind === undefined) return formatEnum(boxed.type, Number(boxed.value), format)
  return formatInteger(boxed.value, widths.get(kind) ?? 32, format, numberFormatOf(provider))
}

/** Enum.ToString(format): G, D, X or F. */
export function formatEnum(type: NamedType, value: number, format: string | null): string {
  switch (format === null || format === '' ? 'G' : format.toUpperCase()) {
    case 'G':
    case 'F':
      return enumText(type, value)
    case 'D':
      return String(value)
    case 'X':
      return (value >>> 0).toString(16).toUpperCase().padStart(8, '0')
    default:
      return fail('System.FormatException', 'Format String can be only "G", "g", "X", "x", "F", "f", "D" or "d".')
  }
}
