import { JToken } from '../../expressions/runtime/data/json/token.ts'
import { parseToken } from '../../expressions/runtime/data/json/token-builder.ts'
import { typeNameOf } from '../../expressions/types/boxing.ts'
import { lookupType } from '../../expressions/types/registry.ts'
import { NamedType } from '../../expressions/types/type.ts'
import { Boxed, type Value } from '../../expressions/types/values.ts'

/** One letter a kind, then the value as UTF-8 text: what the shared cache keeps, readable by every thread and by a later version. */
type Kind = 'n' | 's' | 'b' | 'i' | 'l' | 'x' | 'j' | 'a'

/** The value as bytes; undefined for what has no lasting form (a response, a list, a function). */
export function encodeValue(value: Value): Uint8Array | undefined {
  if (value === null) return encode('n', '')
  if (value instanceof Uint8Array) return Buffer.concat([Buffer.from('a'), value])
  if (value instanceof JToken) return encode('j', value.toString())
  if (value instanceof Boxed) return encode('x', `${value.type.fullName} ${value.value}`)
  switch (typeof value) {
    case 'string':
      return encode('s', value)
    case 'boolean':
      return encode('b', String(value))
    case 'number':
      return encode('i', String(value))
    case 'bigint':
      return encode('l', String(value))
    default:
      return undefined
  }
}

function encode(kind: Kind, text: string): Uint8Array {
  return Buffer.from(kind + text, 'utf8')
}

/** The value that `encodeValue` made the bytes of. */
export function decodeValue(bytes: Uint8Array): Value {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = buffer.toString('utf8', 1)
  // encodeValue writes no other letters
  switch (String.fromCharCode(buffer[0] ?? 0) as Kind) {
    case 'n':
      return null
    case 's':
      return text
    case 'b':
      return text === 'true'
    case 'i':
      return Number(text)
    case 'l':
      return BigInt(text)
    case 'a':
      return new Uint8Array(buffer.subarray(1))
    case 'j':
      return parseToken(text, 'JToken')
    case 'x':
      return decodeBoxed(text)
  }
}

function decodeBoxed(text: string): Value {
  const [name = '', number = ''] = text.split(' ')
  const type = lookupType(name)
  if (!(type instanceof NamedType)) throw new TypeError(`${name} is no type of a number`)
  return new Boxed(type, name === 'System.UInt64' ? BigInt(number) : Number(number))
}

/** For a message about a value that cannot be kept: its type, never the value. */
export function describeType(value: Value): string {
  return value === null ? 'null' : typeNameOf(value)
}
