import { isEnum } from '../../types/facts.ts'
import type { Type } from '../../types/type.ts'

/** Names of System.TypeCode by number; 17 is none. */
export const typeCodeNames: readonly string[] = [
  'Empty',
  'Object',
  'DBNull',
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
  '',
  'String',
]

/** `Type.GetTypeCode`; the numbers are TypeCode's. */
export function typeCodeOf(type: Type | null): number {
  if (type === null) return 0
  if (isEnum(type)) return 9
  const code = typeCodeNames.findIndex(name => name !== '' && type.fullName === `System.${name}`)
  return code < 0 ? 1 : code
}
