import { displayName } from '../types/display.ts'
import { isDelegate, isValueType, nullableOf, numericKind, substitute } from '../types/facts.ts'
import { isSubtype } from '../types/hierarchy.ts'
import type { Method, Parameter } from '../types/members.ts'
import { errorType, voidType } from '../types/registry.ts'
import { ArrayType, NamedType, type Type } from '../types/type.ts'
import type { Bound, Conversion } from './bound.ts'
import type { Binding } from './context.ts'
import { implicitConversion, typeConversion } from './conversions.ts'
import { delegateShape } from './delegate-shape.ts'
import { inferTypeArguments } from './inference.ts'
import { hasValue } from './nodes.ts'
import { isIntegral } from './numeric.ts'
import { sameType } from './same-type.ts'
import { isTupleType } from './tuple-types.ts'

/** An argument as it was written, bound as far as it can be without its parameter. */
export interface Arg {
  readonly bound: Bound
  readonly name: string | undefined
  readonly mode: 'value' | 'ref' | 'out'
}

/** What can be called: a method, a local function, an indexer, a delegate. */
export interface Candidate {
  readonly parameters: readonly Parameter[]
  readonly typeParameters: Method['typeParameters']
  readonly constraints?: Method['constraints']
  /** What the owner's type parameters stand for. */
  readonly owner: ReadonlyMap<Type, Type>
  /** The extension method's `this` argument stands first among the arguments. */
  readonly isExtension: boolean
}

/** A candidate that the arguments fit. */
export interface Applicable<C extends Candidate> {
  readonly candidate: C
  readonly typeArgs: readonly Type[]
  /** For each parameter: the arguments that go to it (several for an expanded `params`), none for a default. */
  readonly places: readonly (readonly number[])[]
  /** Closed parameter types; for an expanded `params` parameter the array type. */
  readonly types: readonly Type[]
  readonly expanded: boolean
  /** For each argument, the type that it converts to, and how. */
  readonly targets: readonly Type[]
  readonly conversions: readonly Conversion[]
}

/** Why a candidate does not fit. */
export type Misfit =
  | { readonly kind: 'count' }
  | { readonly kind: 'missing'; readonly parameter: Parameter }
  | { readonly kind: 'name'; readonly arg: number; readonly name: string }
  | { readonly kind: 'inference' }
  | { readonly kind: 'type arguments' }
  | { readonly kind: 'constraint'; readonly parameter: string; readonly type: Type; readonly wanted: string }
  | { readonly kind: 'argument'; readonly arg: number; readonly target: Type; readonly mode: Parameter['mode'] }

export type Resolution<C extends Candidate> =
  | { readonly kind: 'found'; readonly best: Applicable<C> }
  | { readonly kind: 'ambiguous'; readonly between: readonly [C, C] }
  | { readonly kind: 'none'; readonly misfits: readonly { readonly candidate: C; readonly misfit: Misfit }[] }

/** Overload resolution (C# 7 §12.6.4) among candidates of one level. */
export function resolveOverload<C extends Candidate>(
  b: Binding,
  candidates: readonly C[],
  args: readonly Arg[],
  typeArgs: readonly Type[] | undefined,
): Resolution<C> {
  const fitting: Applicable<C>[] = []
  const misfits: { candidate: C; misfit: Misfit }[] = []
  for (const candidate of candidates) {
    const normal = apply(b, candidate, args, typeArgs, false)
    if (!('kind' in normal)) fitting.push(normal)
    else {
      const expanded = candidate.parameters.at(-1)?.isParams === true ? apply(b, candidate, args, typeArgs, true) : normal
      if (!('kind' in expanded)) fitting.push(expanded)
      else misfits.push({ candidate, misfit: expanded.kind === 'count' ? normal : expanded })
    }
  }
  const [first, ...others] = fitting
  if (first === undefined) return { kind: 'none', misfits }
  if (others.length === 0) return { kind: 'found', best: first }
  const best = fitting.find(one => fitting.every(other => one === other || isBetter(b, one, other, args)))
  if (best !== undefined) return { kind: 'found', best }
  const [one = first, two = first] = fitting.filter(
    each => !fitting.some(other => other !== each && isBetter(b, other, each, args)),
  )
  return { kind: 'ambiguous', between: [one.candidate, two.candidate] }
}

function apply<C extends Candidate>(
  b: Binding,
  candidate: C,
  args: readonly Arg[],
  given: readonly Type[] | undefined,
  expanded: boolean,
): Applicable<C> | Misfit {
  b.tick()
  const places = place(candidate, args, expanded)
  if (!Array.isArray(places)) return places as Misfit // what is no list says what is wrong
  const open = candidate.parameters.map(each => substitute(each.type, candidate.owner))
  const typeArgs = given ?? (candidate.typeParameters.length === 0 ? [] : infer(b, candidate, args, places, open, expanded))
  if (typeArgs === undefined) return { kind: 'inference' }
  if (typeArgs.length !== candidate.typeParameters.length) return { kind: 'type arguments' }
  const map = new Map<Type, Type>(candidate.typeParameters.map((each, i) => [each, typeArgs[i] ?? errorType]))
  const broken = brokenConstraint(candidate, map)
  if (broken !== undefined) return broken
  const types = open.map(type => substitute(type, map))
  return convertAll(b, { candidate, typeArgs, places, types, expanded }, args)
}

function brokenConstraint({ constraints = [] }: Candidate, map: ReadonlyMap<Type, Type>): Misfit | undefined {
  for (const { parameter, types, kind } of constraints) {
    const type = map.get(parameter)
    if (type === undefined || type === errorType) continue
    const unmet = types.map(each => substitute(each, map)).find(each => !isSubtype(type, each))
    if (unmet !== undefined) return { kind: 'constraint', parameter: parameter.name, type, wanted: displayName(unmet) }
    const fits =
      kind === undefined || (kind === 'struct' ? isValueType(type) && nullableOf(type) === undefined : !isValueType(type))
    if (!fits) return { kind: 'constraint', parameter: parameter.name, type, wanted: kind ?? '' }
  }
  return undefined
}

function convertAll<C extends Candidate>(
  b: Binding,
  partial: Omit<Applicable<C>, 'targets' | 'conversions'>,
  args: readonly Arg[],
): Applicable<C> | Misfit {
  const { candidate, places, types, expanded } = partial
  const targets: Type[] = []
  const conversions: Conversion[] = []
  for (const [parameterIndex, list] of places.entries()) {
    const parameter = candidate.parameters[parameterIndex]
    const type = types[parameterIndex]
    if (parameter === undefined || type === undefined) continue
    const target = expanded && parameter.isParams && type instanceof ArrayType ? type.element : type
    for (const index of list) {
      const arg = args[index]
      if (arg === undefined) continue
      const conversion = convertArgument(b, arg, target, parameter.mode, candidate.isExtension && index === 0)
      if (conversion === undefined) return { kind: 'argument', arg: index, target, mode: parameter.mode }
      targets[index] = target
      conversions[index] = conversion
    }
  }
  return { ...partial, targets, conversions }
}

function convertArgument(
  b: Binding,
  arg: Arg,
  target: Type,
  mode: Parameter['mode'],
  isReceiver: boolean,
): Conversion | undefined {
  if (arg.mode !== mode) return undefined
  if (mode !== 'value') {
    // a type that is left out is the parameter's
    const isOpen = (arg.bound.kind === 'out variable' || arg.bound.kind === 'discard') && arg.bound.type === errorType
    const fits = isOpen || sameType(arg.bound.type, target)
    return fits ? { kind: 'identity' } : undefined
  }
  const conversion = implicitConversion(b, arg.bound, target)
  if (!isReceiver || conversion === undefined) return conversion
  const allowed = ['identity', 'reference', 'boxing', 'dynamic'].includes(conversion.kind)
  return allowed ? conversion : undefined
}

/** Which argument goes to which parameter (§12.6.2.2). */
function place(candidate: Candidate, args: readonly Arg[], expanded: boolean): number[][] | Misfit {
  const { parameters } = candidate
  const places: number[][] = parameters.map(() => [])
  for (const [index, arg] of args.entries()) {
    const position = arg.name === undefined ? index : parameters.findIndex(each => each.name === arg.name)
    const last = parameters.length - 1
    if (arg.name !== undefined && position < 0) return { kind: 'name', arg: index, name: arg.name }
    const at = expanded && position >= last && arg.name === undefined ? last : position
    const list = places[at]
    if (list === undefined) return { kind: 'count' }
    if (list.length > 0 && !(expanded && at === last)) return { kind: 'count' }
    list.push(index)
  }
  for (const [i, parameter] of parameters.entries()) {
    const filled = (places[i]?.length ?? 0) > 0 || parameter.optional !== undefined || (expanded && parameter.isParams)
    if (!filled) return { kind: 'missing', parameter }
  }
  return places
}

function infer(
  b: Binding,
  candidate: Candidate,
  args: readonly Arg[],
  places: readonly (readonly number[])[],
  open: readonly Type[],
  expanded: boolean,
): readonly Type[] | undefined {
  const inputs = places.flatMap((list, i) => {
    const type = open[i]
    const parameter = candidate.parameters[i]
    if (type === undefined || parameter === undefined) return []
    const target = expanded && parameter.isParams && type instanceof ArrayType ? type.element : type
    return list.flatMap(index => {
      const arg = args[index]
      return arg === undefined ? [] : [{ arg: arg.bound, type: target, exact: parameter.mode !== 'value' }]
    })
  })
  return inferTypeArguments(b, candidate.typeParameters, inputs)
}

/** §12.6.4.3: at least as good for every argument and better for one; then the tie-breakers. */
function isBetter<C extends Candidate>(b: Binding, one: Applicable<C>, other: Applicable<C>, args: readonly Arg[]): boolean {
  let better = false
  let identical = true
  for (const [i, arg] of args.entries()) {
    const mine = one.targets[i]
    const its = other.targets[i]
    if (mine === undefined || its === undefined) continue
    if (!sameType(mine, its)) identical = false
    const verdict = compareConversions(b, arg.bound, mine, its)
    if (verdict < 0) return false
    if (verdict > 0) better = true
  }
  if (better) return true
  // as the C# compiler has it: a default that is filled in decides between unlike types, too
  return identical ? breaksTie(one, other) : defaults(one) === 0 && defaults(other) > 0
}

const defaults = <C extends Candidate>(each: Applicable<C>) => each.places.filter(list => list.length === 0).length

function breaksTie<C extends Candidate>(one: Applicable<C>, other: Applicable<C>): boolean {
  const generic = (each: Applicable<C>) => each.typeArgs.length > 0
  if (generic(one) !== generic(other)) return !generic(one)
  if (one.expanded !== other.expanded) return !one.expanded
  if (one.expanded && one.candidate.parameters.length !== other.candidate.parameters.length) {
    return one.candidate.parameters.length > other.candidate.parameters.length
  }
  if ((defaults(one) === 0) !== (defaults(other) === 0)) return defaults(one) === 0
  return isMoreSpecific(one, other)
}

/** The one whose declared parameter types name more: `List<T>` beats `T`. */
function isMoreSpecific<C extends Candidate>(one: Applicable<C>, other: Applicable<C>): boolean {
  let more = false
  for (const [i, parameter] of one.candidate.parameters.entries()) {
    const its = other.candidate.parameters[i]
    if (its === undefined) continue
    const verdict = specificity(parameter.type) - specificity(its.type)
    if (verdict < 0) return false
    if (verdict > 0) more = true
  }
  return more
}

function specificity(type: Type): number {
  if (type instanceof ArrayType) return 1 + specificity(type.element)
  if (type instanceof NamedType)
    return 1 + Math.min(0, ...type.args.map(arg => specificity(arg) - 1)) + (type.args.length > 0 ? 0.5 : 0)
  return 0
}

/** §12.6.4.4: positive when `mine` is the better target for the expression, negative when `its` is. */
function compareConversions(b: Binding, from: Bound, mine: Type, its: Type): number {
  if (sameType(mine, its)) return 0
  const exactMine = matchesExactly(b, from, mine)
  const exactIts = matchesExactly(b, from, its)
  if (exactMine !== exactIts) return exactMine ? 1 : -1
  return compareTargets(b, from, mine, its)
}

function matchesExactly(b: Binding, from: Bound, type: Type): boolean {
  if (hasValue(from) && from.kind !== 'tuple') return sameType(from.type, type)
  if (from.kind === 'tuple' && isTupleType(type))
    return from.items.every((item, i) => matchesExactly(b, item, type.args[i] ?? errorType))
  if (from.kind !== 'unbound lambda' || !isDelegate(type) || !(type instanceof NamedType)) return false
  const shape = delegateShape(type)
  const result = shape === undefined ? undefined : b.functionResult(from, shape.parameters)
  return result !== undefined && shape !== undefined && result !== voidType && sameType(result, shape.returns)
}

function compareTargets(b: Binding, from: Bound, mine: Type, its: Type): number {
  const forth = typeConversion(mine, its) !== undefined
  const back = typeConversion(its, mine) !== undefined
  if (forth !== back) return forth ? 1 : -1
  const signed = compareSigns(mine, its)
  if (signed !== 0) return signed
  if (from.kind === 'unbound lambda') return compareDelegates(b, from, mine, its)
  return 0
}

/** A signed integral type is better than an unsigned one that it does not convert to. */
function compareSigns(mine: Type, its: Type): number {
  const isSigned = (type: Type) => ['sbyte', 'short', 'int', 'long'].includes(numericKind(nullableOf(type) ?? type) ?? '')
  const isUnsigned = (type: Type) => {
    const kind = numericKind(nullableOf(type) ?? type)
    return kind !== undefined && kind !== 'char' && isIntegral(kind) && !isSigned(type)
  }
  if (isSigned(mine) && isUnsigned(its)) return 1
  return isUnsigned(mine) && isSigned(its) ? -1 : 0
}

function compareDelegates(b: Binding, from: Bound, mine: Type, its: Type): number {
  if (!(mine instanceof NamedType) || !(its instanceof NamedType)) return 0
  const one = delegateShape(mine)
  const other = delegateShape(its)
  if (one === undefined || other === undefined || one.parameters.length !== other.parameters.length) return 0
  if (!one.parameters.every((each, i) => sameType(each, other.parameters[i] ?? each))) return 0
  if (other.returns === voidType) return one.returns === voidType ? 0 : 1
  if (one.returns === voidType) return -1
  if (sameType(one.returns, other.returns)) return 0
  const result = from.kind === 'unbound lambda' ? b.functionResult(from, one.parameters) : undefined
  if (result !== undefined && sameType(result, one.returns)) return 1
  if (result !== undefined && sameType(result, other.returns)) return -1
  return compareTargets(b, from.kind === 'unbound lambda' ? { ...from, kind: 'error' } : from, one.returns, other.returns)
}
