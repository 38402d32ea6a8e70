import { textOf } from '../../../types/boxing.ts'
import { fail } from '../../../types/exceptions.ts'
import type { MemberTable } from '../../../types/type.ts'
import type { Raw, Value } from '../../../types/values.ts'
import { argumentNull } from '../../collections/argument-errors.ts'
import { BigInteger } from './big-integer.ts'
import { JProperty } from './containers.ts'
import { kindOf } from './content.ts'
import { convertValue, type Target } from './convert-value.ts'
import { base64 } from './literal.ts'
import { makeDate, makeGuid, makeOffset, makeTimeSpan, makeUri } from './made-values.ts'
import type { JToken } from './token.ts'
import { type Kind, kind, kindName } from './token-kind.ts'
import { boxAs, JValue } from './value.ts'

const { Integer, Float, String: Text, Comment, Raw: RawText, Boolean: Bool, Date: Dated, Bytes, Guid, Uri, TimeSpan } = kind
const numbers: readonly Kind[] = [Integer, Float, Text, Comment, RawText, Bool]
const texts: readonly Kind[] = [Dated, Integer, Float, Text, Comment, RawText, Bool, Bytes, Guid, TimeSpan, Uri]
const chars: readonly Kind[] = [Integer, Float, Text, Comment, RawText]
const dates: readonly Kind[] = [Dated, Text, Comment, RawText]
const written: readonly Kind[] = [Text, Comment, RawText]

interface Cast {
  /** The C# type. */
  readonly to: string
  /** As the message calls it. */
  readonly name: string
  readonly from: readonly Kind[]
  readonly isStruct: boolean
  /** Whether a null or undefined token is refused even where a null reference is not. */
  readonly refusesNull?: boolean
  readonly convert: (value: Value) => Raw
}

const number = (to: string, name: Target): Cast => ({
  to,
  name,
  from: name === 'Char' ? chars : numbers,
  isStruct: true,
  convert: value => convertValue(narrow(value), name),
})

/** A BigInteger as an Int64 or UInt64, which Convert knows. */
function narrow(value: Value): Value {
  return value instanceof BigInteger ? textOf(value) : value
}

const casts: readonly Cast[] = [
  {
    ...number('bool', 'Boolean'),
    // Newtonsoft goes by way of an int
    convert: value => convertValue(value instanceof BigInteger ? convertValue(textOf(value), 'Int32') : value, 'Boolean'),
  },
  number('sbyte', 'SByte'),
  number('byte', 'Byte'),
  number('short', 'Int16'),
  number('ushort', 'UInt16'),
  number('int', 'Int32'),
  number('uint', 'UInt32'),
  number('long', 'Int64'),
  number('ulong', 'UInt64'),
  number('float', 'Single'),
  number('double', 'Double'),
  number('decimal', 'Decimal'),
  number('char', 'Char'),
  { to: 'DateTime', name: 'DateTime', from: dates, isStruct: true, convert: makeDate },
  { to: 'DateTimeOffset', name: 'DateTimeOffset', from: dates, isStruct: true, convert: makeOffset },
  { to: 'Guid', name: 'Guid', from: [...written, Guid, Bytes], isStruct: true, convert: makeGuid },
  { to: 'TimeSpan', name: 'TimeSpan', from: [...written, TimeSpan], isStruct: true, convert: makeTimeSpan },
  { to: 'Uri', name: 'Uri', from: [...written, Uri], isStruct: false, convert: makeUri },
  { to: 'byte[]', name: 'byte array', from: [Bytes, ...written, Integer], isStruct: false, refusesNull: true, convert: bytesOf },
  { to: 'string', name: 'String', from: texts, isStruct: false, convert: textValue },
]

function textValue(value: Value): string {
  return value instanceof Uint8Array ? base64(value) : textOf(value)
}

function bytesOf(value: Value): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (typeof value !== 'string') return fail('System.ArgumentException', 'Can not convert Integer to byte array.')
  const text = value.replace(/[ \t\r\n]/g, '')
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    fail(
      'System.FormatException',
      'The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters.',
    )
  }
  return new Uint8Array(Buffer.from(text, 'base64'))
}

const byName = new Map(casts.map(cast => [cast.to, cast]))

/** `(to)token`, raw; `to` as C# names it, without a `?`. `nullable`: null and undefined tokens give null. */
export function cast(token: JToken | null, to: string, nullable: boolean): Raw {
  const by = byName.get(to) as Cast // callers name only types of the list
  if (token === null) {
    if (nullable || !by.isStruct) return null
    throw argumentNull('value')
  }
  const value = token instanceof JProperty ? token.value : token
  if (!(value instanceof JValue) || !fits(value.kind, by, nullable)) {
    return fail('System.ArgumentException', `Can not convert ${kindName(value?.kind ?? kind.Null)} to ${by.name}.`)
  }
  if (value.value === null && (nullable || !by.isStruct)) return null
  return by.convert(value.value)
}

function fits(of: Kind, by: Cast, nullable: boolean): boolean {
  if (by.from.includes(of)) return true
  return (nullable || !by.isStruct) && by.refusesNull !== true && (of === kind.Null || of === kind.Undefined)
}

/** The C# name of a cast's target by the full name of a type: `int` of System.Int32. */
export const castNames: ReadonlyMap<string, string> = new Map([
  ...casts.map(({ to, name }): [string, string] => [`System.${name}`, to]),
])

/** The explicit conversions from JToken. */
export function explicitOperators(): MemberTable {
  const table: Record<string, (token: JToken | null) => Raw> = {}
  for (const { to, isStruct } of casts) {
    table[`static explicit operator ${to}(JToken value)`] = token => cast(token, to, false)
    if (isStruct) table[`static explicit operator ${to}?(JToken value)`] = token => cast(token, to, true)
  }
  return table
}

/** The implicit conversions to JToken: what the value is boxed as, and its kind. */
export function implicitOperators(): MemberTable {
  const table: Record<string, (raw: never) => JToken> = {}
  const add = <T>(type: string, make: (raw: T) => JToken) => {
    table[`static implicit operator JToken(${type} value)`] = make
  }
  const structs: readonly [string, (raw: never) => JToken][] = [
    ['bool', (raw: boolean) => JValue.bool(raw)],
    ...['sbyte', 'byte', 'short', 'ushort', 'int', 'uint'].map((type): [string, (raw: never) => JToken] => [
      type,
      (raw: number) => JValue.integer(BigInt(raw)),
    ]),
    ['long', (raw: bigint) => JValue.integer(raw)],
    ['ulong', (raw: bigint) => unsigned(raw)],
    ['float', (raw: number) => single(raw)],
    ['double', (raw: number) => JValue.double(raw)],
    ['decimal', instance],
    ['DateTime', instance],
    ['DateTimeOffset', instance],
    ['Guid', instance],
    ['TimeSpan', instance],
  ]
  for (const [type, make] of structs) {
    add(type, make)
    add(`${type}?`, (raw: unknown) => (raw === null ? JValue.null() : make(raw as never))) // what is not null is the raw struct
  }
  add('string', (raw: string | null) => JValue.text(raw))
  add('Uri', (raw: Value) => (raw === null ? JValue.null() : instance(raw)))
  add('byte[]', (raw: Uint8Array | null) => (raw === null ? JValue.null() : new JValue(kind.Bytes, raw)))
  return table
}

function instance(value: Value): JValue {
  return new JValue(kindOf(value) ?? kind.Null, value)
}

export function unsigned(raw: bigint): JValue {
  return new JValue(kind.Integer, boxAs('System.UInt64', raw))
}

export function single(raw: number): JValue {
  return new JValue(kind.Float, boxAs('System.Single', raw))
}
