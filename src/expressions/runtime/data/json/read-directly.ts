import { NetException } from '../../../types/exceptions.ts'
import { NamedType, type Type } from '../../../types/type.ts'
import type { Raw, Value } from '../../../types/values.ts'
import { BigInteger } from './big-integer.ts'
import { convertValue, type Target } from './convert-value.ts'
import { dateOf } from './date-text.ts'
import { makeDate, makeOffset, parseRoundTrip } from './made-values.ts'
import { type Kind, kind, kindName } from './token-kind.ts'
import { boxDouble, type JValue } from './value.ts'

/** A type that JsonReader has a method for. */
interface Direct {
  /** As its messages call what it reads, and what a text could not be made. */
  readonly word: string
  readonly made: string
  readonly from: readonly Kind[]
  readonly ofText: (text: string) => Raw
  readonly ofValue: (value: Value) => Raw
}

const numeric: readonly Kind[] = [kind.Integer, kind.Float]

const number = (word: string, target: Target): Direct => ({
  word,
  made: word,
  from: numeric,
  ofText: text => convertValue(text, target),
  ofValue: value => convertValue(value, target),
})

/** A BigInteger as the double next to it. */
const floating = (value: Value) => (value instanceof BigInteger ? boxDouble(Number(value.value)) : value)

const directs: ReadonlyMap<string, Direct> = new Map<string, Direct>([
  ['System.Int32', number('integer', 'Int32')],
  ['System.Decimal', number('decimal', 'Decimal')],
  ['System.Double', { ...number('double', 'Double'), ofValue: value => convertValue(floating(value), 'Double') }],
  [
    'System.Boolean',
    {
      ...number('boolean', 'Boolean'),
      from: [...numeric, kind.Boolean],
      ofValue: value => (value instanceof BigInteger ? value.value !== 0n : convertValue(value, 'Boolean')),
    },
  ],
  [
    'System.DateTime',
    {
      word: 'date',
      made: 'DateTime',
      from: [kind.Date],
      ofText: text => dateOf(text) ?? parseRoundTrip(text),
      ofValue: makeDate,
    },
  ],
  [
    'System.DateTimeOffset',
    { word: 'date', made: 'DateTimeOffset', from: [kind.Date], ofText: text => makeOffset(text), ofValue: makeOffset },
  ],
])

/**
 * JsonReader's ReadAsInt32, ReadAsBoolean and so on for a value that is not null; undefined for types without such a method, null
 * for an empty text. Where the source was kept, it decides.
 */
export function readDirectly(type: Type, token: JValue): Raw | undefined {
  const direct = type instanceof NamedType ? directs.get(type.definition.fullName) : undefined
  if (direct === undefined) return undefined
  if (token.kind === kind.String) return token.value === '' ? null : fromText(String(token.value), direct, token)
  if (!direct.from.includes(token.kind)) return wrongKind(direct, token)
  if (token.source === undefined || !numeric.includes(token.kind)) return direct.ofValue(token.value)
  return fromSource(direct, token.source, token)
}

function fromSource(direct: Direct, source: string, token: JValue): Raw {
  if (direct.word === 'integer') {
    if (!/^-?\d+$/.test(source)) fail(`Input string '${source}' is not a valid integer.`, token)
    if (Number(source) !== (Number(source) | 0)) fail(`JSON integer ${source} is too large or small for an Int32.`, token)
  }
  if (direct.word !== 'decimal' || !/^-?\d*\.?\d*$/.test(source)) return direct.ofValue(token.value)
  // Newtonsoft drops the zeros at the end of a fraction
  return direct.ofText(source.includes('.') ? source.replace(/\.?0+$/, '') : source)
}

function fromText(text: string, direct: Direct, token: JValue): Raw {
  try {
    return direct.ofText(text)
  } catch (error) {
    if (error instanceof NetException) fail(`Could not convert string to ${direct.made}: ${text}.`, token)
    throw error
  }
}

function wrongKind({ word }: Direct, token: JValue): never {
  if (token.source === undefined) return fail(`Error reading ${word}. Unexpected token: ${kindName(token.kind)}.`, token)
  return fail(`Unexpected character encountered while parsing value: ${token.source.charAt(0)}.`, token, 1 - token.source.length)
}

/** A failure at the token's place, `by` characters on. */
function fail(message: string, token: JValue, by = 0): never {
  const place = token.place === undefined ? '' : `, line ${token.place.line}, position ${token.place.position + by}`
  throw new NetException('Newtonsoft.Json.JsonReaderException', `${message} Path '${token.path}'${place}.`)
}
