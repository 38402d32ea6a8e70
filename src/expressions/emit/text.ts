import type { Bound } from '../binding/bound.ts'
import { textOf } from '../types/boxing.ts'
import { isBool, isString, numericKind } from '../types/facts.ts'
import { emitBoxed } from './conversions.ts'
import type { Emission } from './emission.ts'
import { binary, call, id, type Js, literal, member } from './js-tree.ts'
import { neverNull } from './places.ts'
import { boolText, counted, formatHole } from './value-helpers.ts'

/** `a + b + c` with a string among them. */
export function emitConcat(e: Emission, { parts }: Bound & { kind: 'concat' }): Js {
  return join(
    e,
    parts.map(part => emitText(e, part)),
  )
}

/** At least one of the first two is a string, so that JavaScript's `+` joins from there. */
function join(e: Emission, texts: readonly Js[]): Js {
  const joined = texts.reduce((left, right) => binary('+', left, right))
  return e.repeats ? call(e.constant(counted), joined) : joined
}

/** What the value is in a string: empty for null. Whole numbers are left to JavaScript's `+`. */
function emitText(e: Emission, bound: Bound): Js {
  if (bound.kind === 'constant' && bound.constant.value === null) return literal('')
  if (isString(bound.type)) {
    const value = e.expr(bound)
    return neverNull(bound) ? value : { type: 'LogicalExpression', operator: '??', left: value, right: literal('') }
  }
  if (isBool(bound.type)) return call(e.constant(boolText), e.expr(bound))
  const kind = numericKind(bound.type)
  if (kind === 'char') return call(member(id('String'), 'fromCharCode'), e.expr(bound))
  if (kind !== undefined && kind !== 'double' && kind !== 'float' && kind !== 'decimal') return e.expr(bound)
  return call(e.constant(textOf), emitBoxed(e, bound))
}

/** `$"…"` */
export function emitInterpolation(e: Emission, { parts }: Bound & { kind: 'interpolation' }): Js {
  const texts = parts.map(part => {
    if (typeof part === 'string') return literal(part)
    if (part.alignment === undefined && part.format === undefined) return emitText(e, part.value)
    return call(e.constant(formatHole), emitBoxed(e, part.value), literal(part.alignment ?? 0), literal(part.format ?? null))
  })
  const startsAsText = typeof parts[0] === 'string' || (parts[0] !== undefined && isString(parts[0].value.type))
  return join(e, startsAsText && texts.length > 0 ? texts : [literal(''), ...texts])
}
