import { fail } from '../../../types/exceptions.ts'
import { badArgument, badFormat } from '../errors/argument-errors.ts'
import type { IntegerKind } from '../numbers/integer-types.ts'
import { overflowFailure } from '../numbers/parse-number.ts'

const isBase = (base: number) => base === 2 || base === 8 || base === 10 || base === 16

/** `Convert.ToInt32(text, 16)` and its siblings. Other bases than 10 give the bits of the type, so that FFFFFFFF is -1. */
export function parseInBase(text: string | null, base: number, kind: IntegerKind): number | bigint {
  if (!isBase(base)) return badArgument('Invalid Base.')
  if (text === null) return kind.wide ? 0n : 0
  if (text === '')
    return fail(
      'System.ArgumentOutOfRangeException',
      'Index was out of range. Must be non-negative and less than the size of the collection.\r\nParameter name: startIndex',
    )
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/s.exec(base === 16 ? text.replace(/^([+-]?)0x/i, '$1') : text) ?? []
  if (sign === '-' && base !== 10) return badArgument('String cannot contain a minus sign if the base is not 10.')
  if (sign === '-' && kind.min === 0n)
    return fail(
      'System.OverflowException',
      'The string was being parsed as an unsigned number and could not have a negative sign.',
    )
  if (digits === '') return badFormat('Could not find any recognizable digits.')
  const value = digitsValue(digits, base, readAs(base, sign, kind))
  return settle(sign === '-' ? -value : value, base, kind)
}

interface Limit {
  readonly max: bigint
  readonly message: string
}

/** .NET reads digits into 32 or 64 bits before it looks at the type; what is too large for those throws whatever stands behind it. */
function readAs(base: number, sign: string, kind: IntegerKind): Limit {
  const bits = kind.wide ? 64 : 32
  const unsigned = base !== 10 || kind.min === 0n
  const name = `${unsigned ? 'UInt' : 'Int'}${bits}`
  const max = unsigned ? (1n << BigInt(bits)) - 1n : (1n << BigInt(bits - 1)) - (sign === '-' ? 0n : 1n)
  return { max, message: `Value was either too large or too small for ${unsigned ? 'a' : 'an'} ${name}.` }
}

function digitsValue(digits: string, base: number, limit: Limit): bigint {
  let value = 0n
  for (const [i, digit] of [...digits].entries()) {
    const worth = Number.parseInt(digit, 36)
    if (!(worth < base))
      return badFormat(
        i === 0 ? 'Could not find any recognizable digits.' : 'Additional non-parsable characters are at the end of the string.',
      )
    value = value * BigInt(base) + BigInt(worth)
    if (value > limit.max) return overflowFailure(limit.message)
  }
  return value
}

function settle(value: bigint, base: number, kind: IntegerKind): number | bigint {
  const bits = base !== 10 && kind.min < 0n && value < 1n << BigInt(kind.bits) ? BigInt.asIntN(kind.bits, value) : value
  if (bits < kind.min || bits > kind.max) return overflowFailure(kind.overflow)
  return kind.wide ? bits : Number(bits)
}

/** `Convert.ToString(value, 16)`: the two's complement bits for other bases than 10, without leading zeros. */
export function textInBase(value: number | bigint, base: number, bits: number): string {
  if (!isBase(base)) return badArgument('Invalid Base.')
  const whole = BigInt(value)
  return (base === 10 ? whole : BigInt.asUintN(bits, whole)).toString(base)
}
