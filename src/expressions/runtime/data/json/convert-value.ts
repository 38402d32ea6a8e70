import type { Raw, Value } from '../../../types/values.ts'
import { sourceOf } from '../../primitives/convert/conversion-source.ts'
import { toBoolean, toChar, toDate, toDecimal, toFloating, toInteger, toText } from '../../primitives/convert/conversions.ts'
import { doubleKind, singleKind } from '../../primitives/numbers/floating-types.ts'
import { integerKinds } from '../../primitives/numbers/integer-types.ts'

/** What System.Convert can make of an object. */
export type Target =
  | 'Boolean'
  | 'Char'
  | 'SByte'
  | 'Byte'
  | 'Int16'
  | 'UInt16'
  | 'Int32'
  | 'UInt32'
  | 'Int64'
  | 'UInt64'
  | 'Single'
  | 'Double'
  | 'Decimal'
  | 'DateTime'
  | 'String'

const integers = new Map(integerKinds.map(kind => [kind.name as string, kind]))

/** `Convert.ToXxx(value, InvariantCulture)`, raw. */
export function convertValue(value: Value, to: Target): Raw {
  if (to === 'String') return toText(value, null)
  const source = sourceOf('object', value)
  const integer = integers.get(to)
  if (integer !== undefined) return toInteger(source, integer, null)
  switch (to) {
    case 'Boolean':
      return toBoolean(source)
    case 'Char':
      return toChar(source)
    case 'Single':
      return toFloating(source, singleKind as typeof doubleKind, null) // the two have one shape
    case 'Double':
      return toFloating(source, doubleKind, null)
    case 'Decimal':
      return toDecimal(source, null)
    default:
      return toDate(source, null)
  }
}
