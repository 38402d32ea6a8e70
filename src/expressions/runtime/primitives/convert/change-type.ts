import { box, nameOf, typeOf } from '../../../types/boxing.ts'
import { fail } from '../../../types/exceptions.ts'
import { isEnum, isValueType } from '../../../types/facts.ts'
import { lookupType } from '../../../types/registry.ts'
import type { MemberTable, Type } from '../../../types/type.ts'
import type { Raw, Value } from '../../../types/values.ts'
import { argumentNull } from '../errors/argument-errors.ts'
import { doubleKind, singleKind } from '../numbers/floating-types.ts'
import { integerKinds } from '../numbers/integer-types.ts'
import { typeCodeNames } from '../type-codes.ts'
import { type Source, sourceOf } from './conversion-source.ts'
import { toBoolean, toChar, toDate, toDecimal, toFloating, toInteger, toText } from './conversions.ts'

type Conversion = (source: Source, provider: Value, value: Value) => Raw

/** By the full name of the type to convert to. */
const conversions = new Map<string, Conversion>([
  ['System.Boolean', source => toBoolean(source)],
  ['System.Char', source => toChar(source)],
  ...integerKinds.map((kind): [string, Conversion] => [
    `System.${kind.name}`,
    (source, provider) => toInteger(source, kind, provider),
  ]),
  ['System.Single', (source, provider) => toFloating(source, singleKind, provider)],
  ['System.Double', (source, provider) => toFloating(source, doubleKind, provider)],
  ['System.Decimal', toDecimal],
  ['System.DateTime', toDate],
  ['System.String', (_, provider, value) => toText(value, provider)],
])

const invalid = (message: string) => fail('System.InvalidCastException', message)

/** `Convert.ChangeType`: what IConvertible makes of the value for the type. */
export function changeType(value: Value, type: Type | null, provider: Value = null): Value {
  if (type === null) return argumentNull('conversionType')
  if (value === null) return isValueType(type) ? invalid('Null object cannot be converted to a value type.') : null
  const own = typeOf(value)
  const isConvertible = conversions.has(own.fullName) || isEnum(own)
  if (!isConvertible) return own === type ? value : invalid('Object must implement IConvertible.')
  const conversion = conversions.get(type.fullName)
  if (conversion !== undefined) return box(type, conversion(sourceOf('object', value), provider, value))
  if (own === type || type.fullName === 'System.Object') return value
  return invalid(`Invalid cast from '${nameOf(own)}' to '${nameOf(type)}'.`)
}

/** The types by their TypeCode; the other codes have none to convert to. */
function typeOfCode(code: number): Type | undefined {
  const name = code === 0 || code === 2 ? undefined : typeCodeNames[code]
  return name === undefined || name === '' ? undefined : lookupType(`System.${name}`)
}

function changeTo(value: Value, code: number, provider: Value = null): Value {
  if (value === null && (code === 0 || code === 1 || code === 18)) return null
  const type = typeOfCode(code)
  if (type !== undefined) return changeType(value, type, provider)
  if (code === 0 || code === 2) return invalid(`Object cannot be cast to ${code === 0 ? 'Empty' : 'DBNull'}.`)
  return fail('System.ArgumentException', 'Unknown TypeCode value.')
}

export const changing: MemberTable = {
  'static object ChangeType(object value, System.Type conversionType)': changeType,
  'static object ChangeType(object value, System.Type conversionType, IFormatProvider provider)': changeType,
  'static object ChangeType(object value, TypeCode typeCode)': changeTo,
  'static object ChangeType(object value, TypeCode typeCode, IFormatProvider provider)': changeTo,
}
