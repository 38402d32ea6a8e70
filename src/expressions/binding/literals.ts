import type { Expression, InterpolationPart } from '../syntax/nodes.ts'
import type { Literal } from '../syntax/tokens.ts'
import { NetException } from '../types/exceptions.ts'
import { isString } from '../types/facts.ts'
import { nullType, voidType } from '../types/registry.ts'
import { membersOf } from '../types/signature.ts'
import type { Bound, InterpolationHole } from './bound.ts'
import { type Binding, fault } from './context.ts'
import { describe, requireValue } from './convert.ts'
import { at, constantNode, constantOf, errorNode, hasValue, isError } from './nodes.ts'
import type { Scope } from './scope.ts'

export function bindLiteral(b: Binding, syntax: Expression & { kind: 'literal' }): Bound {
  const { value } = syntax
  switch (value.type) {
    case 'null':
      return constantNode(syntax, nullType, null)
    case 'string':
      return constantNode(syntax, b.known.string, value.value)
    case 'bool':
      return constantNode(syntax, b.known.bool, value.value)
    case 'decimal':
      return decimalLiteral(b, syntax, value)
    default:
      return constantNode(syntax, b.known.numeric(value.type), value.value)
  }
}

/** The runtime's own decimal reads the digits, so that the compiler needs to know nothing of its form. */
function decimalLiteral(b: Binding, syntax: Expression, { value }: Literal & { type: 'decimal' }): Bound {
  const type = b.known.numeric('decimal')
  const parse = (membersOf(type.definition).methods.get('Parse') ?? []).find(
    each => each.parameters.length === 1 && isString(each.parameters[0]?.type ?? type),
  )
  try {
    if (parse?.run !== undefined) return constantNode(syntax, type, parse.run(withoutExponent(value)))
  } catch (error) {
    if (!(error instanceof NetException)) throw error
    fault(b, syntax, 'CS0594', "Floating-point constant is outside the range of type 'decimal'")
  }
  return errorNode(syntax)
}

/** `1.5e2` as `150`: decimal.Parse takes no exponent. */
function withoutExponent(digits: string): string {
  const match = /^(?<whole>\d*)\.?(?<fraction>\d*)[eE](?<exponent>[+-]?\d+)$/.exec(digits)
  if (match?.groups === undefined) return digits
  const { whole = '', fraction = '', exponent = '0' } = match.groups
  const shift = Math.max(-60, Math.min(60, Number(exponent)))
  const all = whole + fraction
  const point = whole.length + shift
  if (point <= 0) return `0.${'0'.repeat(-point)}${all}`
  return point >= all.length ? all + '0'.repeat(point - all.length) : `${all.slice(0, point)}.${all.slice(point)}`
}

/** `-2147483648` and `-9223372036854775808`: the digits alone would be a uint and a ulong (C# 7 §7.4.5.3). */
export function negativeLiteral(b: Binding, syntax: Expression & { kind: 'unary' }): Bound | undefined {
  const { operand } = syntax
  if (syntax.operator !== '-' || operand.kind !== 'literal') return undefined
  if (operand.value.type === 'uint' && operand.value.value === 0x80000000) return constantNode(syntax, b.known.int, -0x80000000)
  if (operand.value.type === 'ulong' && operand.value.value === 0x8000000000000000n)
    return constantNode(syntax, b.known.numeric('long'), -0x8000000000000000n)
  return undefined
}

/** `$"…"`: its holes are boxed and formatted like string.Format's arguments. */
export function bindInterpolated(b: Binding, syntax: Expression & { kind: 'interpolated' }, scope: Scope): Bound {
  const parts: (string | InterpolationHole)[] = []
  let broken = false
  for (const part of syntax.parts) {
    const bound = part.kind === 'text' ? part.text : bindHole(b, part, scope)
    if (bound === undefined) broken = true
    else parts.push(bound)
  }
  if (broken) return { ...errorNode(syntax), type: b.known.string }
  if (parts.every(part => typeof part === 'string')) return constantNode(syntax, b.known.string, parts.join(''))
  return { kind: 'interpolation', ...at(syntax), type: b.known.string, parts }
}

function bindHole(b: Binding, part: InterpolationPart & { kind: 'hole' }, scope: Scope): InterpolationHole | undefined {
  const value = requireValue(b, b.expression(part.expression, scope))
  if (isError(value)) return undefined
  if (value.type === voidType || !hasValue(value)) {
    fault(b, value, 'CS0029', `Cannot implicitly convert type '${describe(value)}' to 'object'`)
    return undefined
  }
  const boxed = value.type === nullType ? value : value
  const alignment = part.alignment === undefined ? undefined : bindAlignment(b, part.alignment, scope)
  if (alignment === null) return undefined
  return { value: boxed, alignment, format: part.format }
}

function bindAlignment(b: Binding, syntax: Expression, scope: Scope): number | null {
  const bound = b.implicit(b.expression(syntax, scope), b.known.int)
  const value = bound === undefined ? undefined : constantOf(bound)?.value
  if (typeof value === 'number') return value
  if (bound !== undefined && !isError(bound)) fault(b, syntax, 'CS0150', 'A constant value is expected')
  return null
}
