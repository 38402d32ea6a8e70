import { JToken } from '../../expressions/runtime/data/json/token.ts'
import { parseToken } from '../../expressions/runtime/data/json/token-builder.ts'
import { DateTime } from '../../expressions/runtime/primitives/dates/date-time.ts'
import { DateTimeOffset } from '../../expressions/runtime/primitives/dates/date-time-offset.ts'
import { TimeSpan } from '../../expressions/runtime/primitives/dates/time-span.ts'
import { Guid } from '../../expressions/runtime/primitives/guid.ts'
import { Decimal } from '../../expressions/runtime/primitives/numbers/decimal.ts'
import { typeNameOf } from '../../expressions/types/boxing.ts'
import { startBudget } from '../../expressions/types/budget.ts'
import { lookupType } from '../../expressions/types/registry.ts'
import { Boxed, type Value } from '../../expressions/types/values.ts'

/** Steps that reading or writing one JSON value may take; it happens outside any expression, which would have its own. */
const jsonSteps = 20_000_000

/** A lasting form: one letter for the kind, then text (UTF-8): what the shared cache keeps, readable by every thread and a later version. */
interface Form {
  readonly letter: string
  /** Undefined for a value of another kind. */
  write(value: Value): string | undefined
  read(text: string): Value
}

const form = (letter: string, write: Form['write'], read: Form['read']): Form => ({ letter, write, read })

/** The first that can write a value does. */
const forms: readonly Form[] = [
  form(
    'n',
    value => (value === null ? '' : undefined),
    () => null,
  ),
  form(
    's',
    value => (typeof value === 'string' ? value : undefined),
    text => text,
  ),
  form(
    'b',
    value => (typeof value === 'boolean' ? String(value) : undefined),
    text => text === 'true',
  ),
  form('i', value => (typeof value === 'number' ? String(value) : undefined), Number),
  form('l', value => (typeof value === 'bigint' ? String(value) : undefined), BigInt),
  form('x', value => (value instanceof Boxed ? `${value.type.fullName} ${value.value}` : undefined), readBoxed),
  form('j', value => (value instanceof JToken ? writeJson(value) : undefined), readJson),
  form(
    'm',
    value => (value instanceof Decimal ? `${value.unscaled} ${value.scale}` : undefined),
    text => new Decimal(...pair(text)),
  ),
  form(
    'd',
    value => (value instanceof DateTime ? `${value.ticks} ${value.kind}` : undefined),
    text => new DateTime(...pair(text)),
  ),
  form(
    'o',
    value => (value instanceof DateTimeOffset ? `${value.ticks} ${value.offset}` : undefined),
    text => new DateTimeOffset(...pair(text)),
  ),
  form(
    't',
    value => (value instanceof TimeSpan ? String(value.ticks) : undefined),
    text => new TimeSpan(BigInt(text)),
  ),
  form(
    'g',
    value => (value instanceof Guid ? value.digits : undefined),
    text => new Guid(text),
  ),
]

const byLetter = new Map(forms.map(one => [one.letter, one]))
const bytesLetter = 'a'

/** The value as bytes; undefined for what has no lasting form (a response, a list, a function). */
export function encodeValue(value: Value): Uint8Array | undefined {
  if (value instanceof Uint8Array) return Buffer.concat([Buffer.from(bytesLetter), value])
  for (const { letter, write } of forms) {
    const text = write(value)
    if (text !== undefined) return Buffer.from(letter + text, 'utf8')
  }
  return undefined
}

/** The value that `encodeValue` made the bytes of. */
export function decodeValue(bytes: Uint8Array): Value {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const letter = String.fromCharCode(buffer[0] ?? 0)
  if (letter === bytesLetter) return new Uint8Array(buffer.subarray(1))
  const found = byLetter.get(letter)
  if (found === undefined) throw new TypeError(`a cached value of the unknown kind ${letter}`)
  return found.read(buffer.toString('utf8', 1))
}

function writeJson(token: JToken): string {
  startBudget(jsonSteps)
  return token.toText(false)
}

function readJson(text: string): Value {
  startBudget(jsonSteps)
  return parseToken(text, 'JToken')
}

function pair(text: string): [bigint, number] {
  const [whole = '', part = ''] = text.split(' ')
  return [BigInt(whole), Number(part)]
}

function readBoxed(text: string): Value {
  const [name = '', number = ''] = text.split(' ')
  return new Boxed(lookupType(name), name === 'System.UInt64' ? BigInt(number) : Number(number))
}

/** For a message about a value that cannot be kept: its type, never the value. */
export function describeType(value: Value): string {
  return value === null ? 'null' : typeNameOf(value)
}
