import type { Literal } from './tokens.ts'

export type NumberFault = { readonly code: string; readonly message: string }

/** numeric literal := (`0x` hex | `0b` binary | decimal [fraction] [exponent]) [suffix]; underscores between digits (C# 7.0). */
const form =
  /(?:0[xX](?<hex>[0-9a-fA-F](?:_*[0-9a-fA-F])*)|0[bB](?<binary>[01](?:_*[01])*)|(?<real>(?:\d(?:_*\d)*)?\.\d(?:_*\d)*(?:[eE][+-]?\d(?:_*\d)*)?|\d(?:_*\d)*[eE][+-]?\d(?:_*\d)*)|(?<whole>\d(?:_*\d)*))(?<suffix>[uU][lL]?|[lL][uU]?|[fFdDmM])?/y

/** Reads the number at `at`; undefined when none starts there. */
export function readNumber(
  source: string,
  at: number,
): { readonly end: number; readonly value: Literal | NumberFault } | undefined {
  form.lastIndex = at
  const match = form.exec(source)
  if (match === null) return undefined
  const { hex, binary, real, whole, suffix: written } = match.groups ?? {}
  const suffix = (written ?? '').toLowerCase()
  // `0xFd` keeps its d: the hex digits were taken first; `0x1m` is not a number
  const digits = (hex ?? binary ?? real ?? whole ?? '0').replaceAll('_', '')
  const end = at + match[0].length
  if (real !== undefined || suffix === 'f' || suffix === 'd' || suffix === 'm') return { end, value: realLiteral(digits, suffix) }
  const amount = BigInt(hex !== undefined ? `0x${digits}` : binary !== undefined ? `0b${digits}` : digits)
  return { end, value: wholeLiteral(amount, suffix) }
}

function realLiteral(digits: string, suffix: string): Literal | NumberFault {
  if (suffix === 'm') return { type: 'decimal', value: digits }
  const value = suffix === 'f' ? Math.fround(Number(digits)) : Number(digits)
  if (!Number.isFinite(value)) {
    return {
      code: 'CS0594',
      message: `Floating-point constant is outside the range of type '${suffix === 'f' ? 'float' : 'double'}'`,
    }
  }
  return { type: suffix === 'f' ? 'float' : 'double', value }
}

/** The first of int, uint, long, ulong that holds the value, as far as the suffix allows. */
function wholeLiteral(amount: bigint, suffix: string): Literal | NumberFault {
  if (suffix === '' && amount <= 0x7fffffffn) return { type: 'int', value: Number(amount) }
  if ((suffix === '' || suffix === 'u') && amount <= 0xffffffffn) return { type: 'uint', value: Number(amount) }
  if ((suffix === '' || suffix === 'l') && amount <= 0x7fffffffffffffffn) return { type: 'long', value: amount }
  if (amount <= 0xffffffffffffffffn) return { type: 'ulong', value: amount }
  return { code: 'CS1021', message: 'Integral constant is too large' }
}
