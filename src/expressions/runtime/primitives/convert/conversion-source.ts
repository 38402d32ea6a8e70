import { typeOf } from '../../../types/boxing.ts'
import { numericKind } from '../../../types/facts.ts'
import { Boxed, type Raw, type Value } from '../../../types/values.ts'
import { Decimal } from '../numbers/decimal.ts'

/** What is converted: raw values of every type that Convert takes, told apart by what they are. */
export type Source =
  | { readonly is: 'integer'; readonly value: bigint; readonly name: string }
  | { readonly is: 'float'; readonly value: number; readonly name: 'Single' | 'Double' }
  | { readonly is: 'decimal'; readonly value: Decimal }
  | { readonly is: 'text'; readonly value: string }
  | { readonly is: 'bool'; readonly value: boolean }
  | { readonly is: 'char'; readonly value: number }
  /** A null of type object or string. */
  | { readonly is: 'null'; readonly of: 'object' | 'string' }
  | { readonly is: 'date'; readonly value: Value }
  /** A value that cannot be converted by itself. */
  | { readonly is: 'other'; readonly name: string; readonly value: Value }

/** C# keyword to .NET name, of the types that Convert has overloads for. */
export const sourceTypes = {
  object: 'Object',
  string: 'String',
  bool: 'Boolean',
  char: 'Char',
  sbyte: 'SByte',
  byte: 'Byte',
  short: 'Int16',
  ushort: 'UInt16',
  int: 'Int32',
  uint: 'UInt32',
  long: 'Int64',
  ulong: 'UInt64',
  float: 'Single',
  double: 'Double',
  decimal: 'Decimal',
  DateTime: 'DateTime',
} as const

export type SourceKeyword = keyof typeof sourceTypes

/** A raw value of a static type. */
export function sourceOf(keyword: SourceKeyword, raw: Raw): Source {
  switch (keyword) {
    case 'object':
      return sourceOfBoxed(raw)
    case 'string':
      return raw === null ? { is: 'null', of: 'string' } : { is: 'text', value: raw as string } // its static type says so
    case 'bool':
      return { is: 'bool', value: raw === true }
    case 'char':
      return { is: 'char', value: raw as number } // its static type says so
    case 'float':
    case 'double':
      return { is: 'float', value: raw as number, name: keyword === 'float' ? 'Single' : 'Double' } // its static type says so
    case 'decimal':
      return { is: 'decimal', value: raw as Decimal } // its static type says so
    case 'DateTime':
      return { is: 'date', value: raw }
    default:
      return { is: 'integer', value: BigInt(raw as number | bigint), name: sourceTypes[keyword] } // the other keywords are integers
  }
}

function sourceOfBoxed(value: Value): Source {
  if (value === null) return { is: 'null', of: 'object' }
  if (typeof value === 'string') return { is: 'text', value }
  if (typeof value === 'boolean') return { is: 'bool', value }
  if (typeof value === 'number') return { is: 'integer', value: BigInt(value), name: 'Int32' }
  if (typeof value === 'bigint') return { is: 'integer', value, name: 'Int64' }
  if (value instanceof Decimal) return { is: 'decimal', value }
  const type = typeOf(value)
  if (value instanceof Boxed) {
    const kind = numericKind(value.type)
    if (kind === 'char') return { is: 'char', value: Number(value.value) }
    if (kind === 'float' || kind === 'double') return sourceOf(kind, value.value)
    return { is: 'integer', value: BigInt(value.value), name: type.fullName.slice(type.fullName.lastIndexOf('.') + 1) }
  }
  if (type.fullName === 'System.DateTime') return { is: 'date', value }
  return { is: 'other', name: type.fullName, value }
}
