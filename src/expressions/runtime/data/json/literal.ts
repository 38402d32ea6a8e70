import { textOf, typeNameOf } from '../../../types/boxing.ts'
import { spend } from '../../../types/budget.ts'
import { isEnum, numericKind } from '../../../types/facts.ts'
import { Boxed, type Value, type Virtuals } from '../../../types/values.ts'
import { invariantNumberFormat } from '../../primitives/culture/number-format.ts'
import { formatDouble, formatSingle } from '../../primitives/numbers/format-number.ts'

const escapes = /["\\\u0000-\u001f\u0085\u2028\u2029]/
const everyEscape = /["\\\u0000-\u001f\u0085\u2028\u2029]/g

const shortEscapes = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\f', '\\f'],
  ['\r', '\\r'],
])

/** A JSON string literal with Newtonsoft's default escapes; all else, lone surrogates too, stays as it is. */
export function quoted(text: string): string {
  spend(text.length >> 4)
  return escapes.test(text) ? `"${text.replace(everyEscape, escapeOf)}"` : `"${text}"`
}

function escapeOf(char: string): string {
  return shortEscapes.get(char) ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** A boxed primitive as JsonTextWriter writes it; undefined for what it has no notation for. */
export function literalOf(value: Value): string | undefined {
  switch (typeof value) {
    case 'string':
      return quoted(value)
    case 'number':
    case 'bigint':
      return String(value)
    case 'boolean':
      return value ? 'true' : 'false'
  }
  if (value === null) return 'null'
  if (value instanceof Boxed) return numberLiteral(value)
  if (value instanceof Uint8Array) return quoted(base64(value))
  return instanceLiteral(value)
}

export function base64(bytes: Uint8Array): string {
  spend(bytes.length >> 4)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

function numberLiteral({ type, value }: Boxed): string {
  const held = numericKind(type)
  if (held === 'double') return floatLiteral(Number(value), formatDouble(Number(value), 'R', invariantNumberFormat))
  if (held === 'float') return floatLiteral(Number(value), formatSingle(Number(value), 'R', invariantNumberFormat))
  if (held === 'char') return quoted(String.fromCharCode(Number(value)))
  return isEnum(type) || held !== undefined ? String(value) : textOf(value)
}

function floatLiteral(value: number, text: string): string {
  if (!Number.isFinite(value)) return `"${text}"`
  return withDecimalPlace(text)
}

const withDecimalPlace = (text: string) => (/[.eE]/.test(text) ? text : `${text}.0`)

function instanceLiteral(value: Value): string | undefined {
  const own = value as Virtuals & { readonly originalString?: string } // an instance of a .NET type; Uri has that field
  switch (typeNameOf(value)) {
    case 'System.Decimal':
      return withDecimalPlace(textOf(value))
    case 'System.Numerics.BigInteger':
      return textOf(value)
    case 'System.DateTime':
      return quoted(own.netToString?.('yyyy-MM-ddTHH:mm:ss.FFFFFFFK') ?? '')
    case 'System.DateTimeOffset':
      return quoted(own.netToString?.('yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz') ?? '')
    case 'System.Uri':
      return quoted(own.originalString ?? textOf(value))
    case 'System.Guid':
    case 'System.TimeSpan':
      return quoted(textOf(value))
    default:
      return undefined
  }
}
