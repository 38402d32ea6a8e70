import { NetException } from '../../../types/exceptions.ts'
import { numericKind } from '../../../types/facts.ts'
import type { Type } from '../../../types/type.ts'
import { NamedType } from '../../../types/type.ts'
import type { Raw } from '../../../types/values.ts'
import { convertValue, type Target } from './convert-value.ts'
import { kind, kindName } from './token-kind.ts'
import { JValue } from './value.ts'

const words = new Map([
  ['System.Int32', 'integer'],
  ['System.Decimal', 'decimal'],
  ['System.Double', 'double'],
])

/** JsonReader's ReadAsInt32, ReadAsDecimal and ReadAsDouble of a value; undefined for other types. The source text, where kept, decides. */
export function readNumber(type: Type, token: JValue): Raw | undefined {
  const name = type instanceof NamedType ? type.definition.fullName : ''
  const word = words.get(name)
  if (word === undefined || numericKind(type) === undefined) return undefined
  const target = name.slice('System.'.length) as Target // the three names of the list are targets
  if (token.kind === kind.String) return fromText(String(token.value), target, word, token)
  if (token.kind !== kind.Integer && token.kind !== kind.Float)
    return fail(`Error reading ${word}. Unexpected token: ${kindName(token.kind)}.`, token)
  if (token.source === undefined) return convertValue(token.value, target)
  if (target === 'Int32' && !/^-?\d+$/.test(token.source)) fail(`Input string '${token.source}' is not a valid integer.`, token)
  if (target === 'Int32' && Number(token.source) !== (Number(token.source) | 0))
    fail(`JSON integer ${token.source} is too large or small for an Int32.`, token)
  return target === 'Decimal' && Number.isFinite(Number(token.source))
    ? convertValue(plainDecimal(token.source), 'Decimal')
    : convertValue(token.value, target)
}

/** Convert.ToDecimal takes no exponent. */
function plainDecimal(source: string): string | JValue['value'] {
  return /^-?\d*\.?\d*$/.test(source) ? source : JValue.double(Number(source)).value
}

function fromText(text: string, target: Target, word: string, token: JValue): Raw {
  try {
    return convertValue(text, target)
  } catch (error) {
    if (error instanceof NetException) fail(`Could not convert string to ${word}: ${text}.`, token)
    throw error
  }
}

function fail(message: string, token: JValue): never {
  const place = token.place === undefined ? '' : `, line ${token.place.line}, position ${token.place.position}`
  throw new NetException('Newtonsoft.Json.JsonReaderException', `${message} Path '${token.path}'${place}.`)
}
