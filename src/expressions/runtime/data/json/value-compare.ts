import { textOf, typeNameOf } from '../../../types/boxing.ts'
import { fail } from '../../../types/exceptions.ts'
import { numericKind } from '../../../types/facts.ts'
import { Boxed, type Value, type Virtuals } from '../../../types/values.ts'
import { BigInteger } from './big-integer.ts'
import { type Kind, kind } from './token-kind.ts'

/** JValue's order of two boxed values, both read as `by`. Throws where Newtonsoft's Convert would. */
export function compareValues(by: Kind, a: Value, b: Value): number {
  if (a === b) return 0
  if (b === null) return 1
  if (a === null) return -1
  switch (by) {
    case kind.Integer:
      return compareIntegers(a, b)
    case kind.Float:
      return compareFloats(numberOf(a), numberOf(b))
    case kind.String:
    case kind.Comment:
    case kind.Raw:
      return compareTexts(textOf(a), textOf(b))
    case kind.Boolean:
      return Number(booleanOf(a)) - Number(booleanOf(b))
    case kind.Bytes:
      return compareBytes(a, b)
    case kind.Uri:
      return compareTexts(textOf(a), textOf(b))
    default:
      return compareOwn(a, b)
  }
}

const compareTexts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function compareIntegers(a: Value, b: Value): number {
  const left = integerOf(a)
  const right = integerOf(b)
  if (left === undefined || right === undefined) return compareFloats(numberOf(a), numberOf(b))
  return left < right ? -1 : left > right ? 1 : 0
}

function integerOf(value: Value): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return BigInt(value)
  if (value instanceof BigInteger) return value.value
  if (value instanceof Boxed && numericKind(value.type) !== 'double' && numericKind(value.type) !== 'float')
    return BigInt(value.value)
  return undefined
}

/** The widest number that any of .NET's numbers, booleans or number texts means. */
function numberOf(value: Value): number {
  if (value instanceof Boxed) return Number(value.value)
  if (value instanceof BigInteger || typeof value === 'bigint' || typeof value === 'boolean') return Number(value.valueOf())
  const text = textOf(value)
  const number = Number(text)
  if (Number.isNaN(number) || text.trim() === '') fail('System.FormatException', 'Input string was not in a correct format.')
  return number
}

function booleanOf(value: Value): boolean {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string') return numberOf(value) !== 0
  if (/^\s*true\s*$/i.test(value)) return true
  if (/^\s*false\s*$/i.test(value)) return false
  return fail('System.FormatException', 'String was not recognized as a valid Boolean.')
}

/** Doubles that differ in the last bits only are equal, as Newtonsoft has it. */
function compareFloats(a: number, b: number): number {
  const tolerance = (Math.abs(a) + Math.abs(b) + 10) * Number.EPSILON
  if (a === b || Math.abs(a - b) < tolerance) return 0
  if (a < b) return -1
  if (a > b) return 1
  return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : 1
}

function compareBytes(a: Value, b: Value): number {
  if (!(a instanceof Uint8Array) || !(b instanceof Uint8Array))
    return fail('System.ArgumentException', 'Object must be of type byte[].')
  return a.length !== b.length ? a.length - b.length : Math.sign(Buffer.compare(a, b))
}

function compareOwn(a: Value, b: Value): number {
  const compare = (a as Virtuals).netCompare // an instance here: dates, GUIDs and time spans have it
  if (compare !== undefined && typeNameOf(a) === typeNameOf(b)) return compare.call(a, b)
  return fail('System.ArgumentException', `Object must be of type ${typeNameOf(a).replace(/^.*\./, '')}.`)
}
