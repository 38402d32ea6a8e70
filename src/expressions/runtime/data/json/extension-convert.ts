import { nameOf, typeNameOf } from '../../../types/boxing.ts'
import { isInstance, unbox } from '../../../types/casting.ts'
import { defaultOf } from '../../../types/defaults.ts'
import { fail } from '../../../types/exceptions.ts'
import { isValueType, nullableOf } from '../../../types/facts.ts'
import { NamedType, type Type } from '../../../types/type.ts'
import type { Raw, Value } from '../../../types/values.ts'
import { convertValue, type Target } from './convert-value.ts'
import type { JToken } from './token.ts'
import { JValue } from './value.ts'

/** What Newtonsoft's Value and Values make of a token: itself when it is a T, else its value converted; raw. */
export function convertToken(type: Type, token: JToken | null): Raw {
  if (token === null) return defaultOf(type)
  if (isInstance(token, type)) return token
  if (!(token instanceof JValue)) {
    return fail('System.InvalidCastException', `Cannot cast ${token.netName} to Newtonsoft.Json.Linq.JToken.`)
  }
  if (token.value !== null && isInstance(token.value, type)) return unbox(type, token.value)
  const inner = nullableOf(type)
  if (inner !== undefined && token.value === null) return null
  return changeType(token.value, inner ?? type)
}

const targets: ReadonlySet<string> = new Set([
  'Boolean',
  'Char',
  'SByte',
  'Byte',
  'Int16',
  'UInt16',
  'Int32',
  'UInt32',
  'Int64',
  'UInt64',
  'Single',
  'Double',
  'Decimal',
  'DateTime',
  'String',
])

/** `Convert.ChangeType(value, type, InvariantCulture)`, raw. */
export function changeType(value: Value, type: Type): Raw {
  if (value === null) {
    if (isValueType(type)) fail('System.InvalidCastException', 'Null object cannot be converted to a value type.')
    return null
  }
  if (!isConvertible(value)) return fail('System.InvalidCastException', 'Object must implement IConvertible.')
  const target = type instanceof NamedType && type.definition.fullName.startsWith('System.') ? type.definition.name : ''
  if (targets.has(target)) return convertValue(value, target as Target) // the set holds nothing but targets
  return fail('System.InvalidCastException', `Invalid cast from '${typeNameOf(value)}' to '${nameOf(type)}'.`)
}

const unconvertible: ReadonlySet<string> = new Set([
  'System.Guid',
  'System.Numerics.BigInteger',
  'System.Uri',
  'System.TimeSpan',
  'System.DateTimeOffset',
  'System.Byte[]',
])

const isConvertible = (value: Value) => typeof value !== 'object' || !unconvertible.has(typeNameOf(value))
