import { box, typeOf } from '../../../types/boxing.ts'
import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { lookupType } from '../../../types/registry.ts'
import type { Implementation, MemberTable } from '../../../types/type.ts'
import type { Raw, Value } from '../../../types/values.ts'
import { outOfRange, required } from '../errors/argument-errors.ts'
import { doubleKind, singleKind } from '../numbers/floating-types.ts'
import { integerKinds } from '../numbers/integer-types.ts'
import { typeCodeOf } from '../type-codes.ts'
import { fromBase64, toBase64, toBase64Part } from './base64.ts'
import { changing } from './change-type.ts'
import { type Source, type SourceKeyword, sourceOf, sourceTypes } from './conversion-source.ts'
import { toBoolean, toChar, toDate, toDecimal, toFloating, toInteger, toText } from './conversions.ts'
import { parseInBase, textInBase } from './radix.ts'

const keywords = Object.keys(sourceTypes) as SourceKeyword[] // an object literal's own keys

/** The overloads of one ToXxx: of every source type, those of object and string also with a provider. */
function overloads(result: string, name: string, convert: (source: Source, provider: Value) => unknown): MemberTable {
  const table: Record<string, Implementation> = {}
  for (const keyword of keywords) {
    table[`static ${result} ${name}(${keyword} value)`] = (raw: Raw) => convert(sourceOf(keyword, raw), null)
    if (keyword === 'object' || keyword === 'string')
      table[`static ${result} ${name}(${keyword} value, IFormatProvider provider)`] = (raw: Raw, provider: Value) =>
        convert(sourceOf(keyword, raw), provider)
  }
  return table
}

function integers(): MemberTable {
  const tables = integerKinds.map(kind => ({
    ...overloads(kind.keyword, `To${kind.name}`, (source, provider) => toInteger(source, kind, provider)),
    [`static ${kind.keyword} To${kind.name}(string value, int fromBase)`]: (text: string | null, base: number) =>
      parseInBase(text, base, kind),
  }))
  return Object.assign({}, ...tables)
}

function texts(): MemberTable {
  const table: Record<string, Implementation> = {}
  for (const keyword of keywords) {
    const boxed =
      keyword === 'object' || keyword === 'string'
        ? (raw: Raw) => raw
        : (raw: Raw) => box(lookupType(`System.${sourceTypes[keyword]}`), raw)
    // a null string stays null, a null object is the empty string
    const convert = keyword === 'string' ? (raw: Raw) => raw : (raw: Raw, provider: Value = null) => toText(boxed(raw), provider)
    table[`static string ToString(${keyword} value)`] = (raw: Raw) => convert(raw)
    table[`static string ToString(${keyword} value, IFormatProvider provider)`] = convert
  }
  for (const [keyword, bits] of [
    ['byte', 8],
    ['short', 16],
    ['int', 32],
    ['long', 64],
  ] as const)
    table[`static string ToString(${keyword} value, int toBase)`] = (value: number | bigint, base: number) =>
      textInBase(value, base, bits)
  return table
}

function toBase64Chars(
  bytes: Uint8Array | null,
  from: number,
  length: number,
  target: Raw[] | null,
  to: number,
  options = 0,
): number {
  const text = toBase64Part(bytes, from, length, options)
  const chars = required(target, 'outArray')
  if (to < 0 || to > chars.length - text.length)
    return outOfRange(
      'offsetOut',
      'Either offset did not refer to a position in the string, or there is an insufficient length of destination character array.',
    )
  for (let i = 0; i < text.length; i++) chars[to + i] = text.charCodeAt(i)
  return text.length
}

export const convertType: DefinedType = defineType('static class System.Convert', {
  ...overloads('bool', 'ToBoolean', toBoolean),
  ...overloads('char', 'ToChar', toChar),
  ...integers(),
  ...overloads('float', 'ToSingle', (source, provider) => toFloating(source, singleKind, provider)),
  ...overloads('double', 'ToDouble', (source, provider) => toFloating(source, doubleKind, provider)),
  ...overloads('decimal', 'ToDecimal', toDecimal),
  ...overloads('DateTime', 'ToDateTime', toDate),
  ...texts(),
  ...changing,
  'static string ToBase64String(byte[] inArray)': (bytes: Uint8Array | null) => toBase64(bytes),
  'static string ToBase64String(byte[] inArray, Base64FormattingOptions options)': toBase64,
  'static string ToBase64String(byte[] inArray, int offset, int length)': (
    bytes: Uint8Array | null,
    offset: number,
    length: number,
  ) => toBase64Part(bytes, offset, length),
  'static string ToBase64String(byte[] inArray, int offset, int length, Base64FormattingOptions options)': toBase64Part,
  'static byte[] FromBase64String(string s)': fromBase64,
  'static byte[] FromBase64CharArray(char[] inArray, int offset, int length)': (
    units: readonly number[] | null,
    offset: number,
    length: number,
  ) => fromBase64(String.fromCharCode(...required(units, 'inArray').slice(offset, offset + length))),
  'static int ToBase64CharArray(byte[] inArray, int offsetIn, int length, char[] outArray, int offsetOut)': toBase64Chars,
  'static int ToBase64CharArray(byte[] inArray, int offsetIn, int length, char[] outArray, int offsetOut, Base64FormattingOptions options)':
    toBase64Chars,
  'static TypeCode GetTypeCode(object value)': (value: Value) => (value === null ? 0 : typeCodeOf(typeOf(value))),
})
