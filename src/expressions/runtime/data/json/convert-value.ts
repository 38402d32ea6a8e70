import { fail } from '../../../types/exceptions.ts'
import { lookupDefinition } from '../../../types/registry.ts'
import type { Raw, Value } from '../../../types/values.ts'

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

const converters = new Map<Target, (value: Value) => Raw>()

/** `Convert.ToXxx(value, InvariantCulture)`, raw. */
export function convertValue(value: Value, to: Target): Raw {
  const known = converters.get(to)
  if (known !== undefined) return known(value)
  const convert = staticMethod('System.Convert', new RegExp(`^static \\w+ To${to}\\(object \\w+\\)$`))
  converters.set(to, convert)
  return convert(value)
}

/** A static member of a standard type, by its signature. */
export function staticMethod(type: string, signature: RegExp): (...args: readonly unknown[]) => Raw {
  for (const [text, member] of Object.entries(
    lookupDefinition(type, type === 'System.Collections.Generic.HashSet' ? 1 : 0).table,
  )) {
    if (signature.test(text) && typeof member === 'function') return member
  }
  return fail('System.MissingMethodException', `${type} lacks ${signature.source}`)
}
