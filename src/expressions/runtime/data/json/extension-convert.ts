import { isInstance, unbox } from '../../../types/casting.ts'
import { defaultOf } from '../../../types/defaults.ts'
import { fail } from '../../../types/exceptions.ts'
import { nullableOf } from '../../../types/facts.ts'
import type { Type } from '../../../types/type.ts'
import type { Raw } from '../../../types/values.ts'
import { changeType } from '../../primitives/convert/change-type.ts'
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
  return unbox(inner ?? type, changeType(token.value, inner ?? type))
}
