import { assign } from '../binding/assignments.ts'
import { Binder, type World } from '../binding/binder.ts'
import type { ArithmeticOperator, Bound, BoundStatement, DynamicSite } from '../binding/bound.ts'
import { callTarget, indexOf } from '../binding/calls.ts'
import { cast, convert } from '../binding/convert.ts'
import { construct } from '../binding/creations.ts'
import type { Operation } from '../binding/lifting.ts'
import { memberOf } from '../binding/names.ts'
import { at, constantNode, hasValue, localNode } from '../binding/nodes.ts'
import { binaryOperation, unaryOperation } from '../binding/operators.ts'
import type { Arg } from '../binding/overloads.ts'
import { FunctionFrame, Local, Scope } from '../binding/scope.ts'
import { Faults } from '../syntax/faults.ts'
import { rawOf, typeOf } from '../types/boxing.ts'
import { displayName } from '../types/display.ts'
import { fail } from '../types/exceptions.ts'
import { isDynamic, isNamed, isObject, isString, numericKind } from '../types/facts.ts'
import { isSubtype } from '../types/hierarchy.ts'
import { nullType, voidType } from '../types/registry.ts'
import { NamedType, type Type } from '../types/type.ts'
import type { Emission } from './emission.ts'
import { call, type Js, list } from './js-tree.ts'
import { emitProgram, type RunDynamic } from './program.ts'

/** Types of operands that a site remembers the code for; past that, it starts anew. */
const mostVariants = 32

const span = { start: 0, end: 0 }

type DynamicNode = Bound & { kind: 'dynamic' }

/**
 * `dynamic`: an operation is bound when it runs, against the run-time types of its operands, by the same binder and over the same
 * tables as everything else; the code made for a list of types is kept. So nothing can be reached that a typed expression could not.
 */
export function runDynamic(world: World): RunDynamic {
  return (node, e) => emitSite(world, node, e)
}

function emitSite(world: World, node: DynamicNode, e: Emission): Js {
  const site = new Site(world, node)
  return call(
    e.constant((values: unknown[]) => site.run(values)),
    list(node.operands.map(operand => e.expr(operand))),
  )
}

interface Variant {
  readonly types: readonly Type[]
  readonly run: (...values: unknown[]) => unknown
}

class Site {
  readonly #world: World
  readonly #node: DynamicNode
  readonly #variants: Variant[] = []

  constructor(world: World, node: DynamicNode) {
    this.#world = world
    this.#node = node
  }

  run(values: readonly unknown[]): unknown {
    const types = this.#node.operands.map((operand, i) => this.#typeNow(operand, values[i]))
    const known = this.#variants.find(each => each.types.every((type, i) => type === types[i]))
    const variant = known ?? this.#make(types)
    return variant.run(...values.map((value, i) => (isDynamic(this.#node.operands[i]?.type ?? voidType) ? rawOf(value) : value)))
  }

  /** A dynamic operand has its value's type, any other its static one. */
  #typeNow(operand: Bound, value: unknown): Type {
    if (!isDynamic(operand.type)) return operand.type
    return value === null ? nullType : typeOf(value)
  }

  #make(types: readonly Type[]): Variant {
    const faults = new Faults()
    const b = new Binder(this.#world, faults)
    const { site, type } = this.#node
    const frame = new FunctionFrame('main', type, undefined)
    const scope = new Scope(undefined, frame)
    const parameters = types.map(each => new Local({ name: '', type: each, kind: 'parameter', owner: frame }))
    const operands = parameters.map(local =>
      local.type === nullType ? constantNode(span, nullType, null) : localNode(span, local),
    )
    if (types[0] === nullType && needsReceiver(site)) binderFault('Cannot perform runtime binding on a null reference')
    const bound = bindSite(b, site, operands, scope)
    const isVoid = bound.type === voidType && hasValue(bound)
    const result = isVoid || site.kind === 'convert' || site.kind === 'new' ? bound : convert(b, bound, b.known.object)
    const [fault] = faults.list
    if (fault !== undefined) binderFault(atRunTime(fault.message, types))
    const statement: BoundStatement = isVoid
      ? { kind: 'expression', ...span, expression: result }
      : { kind: 'return', ...span, value: result }
    const body: BoundStatement = {
      kind: 'block',
      ...span,
      locals: scope.locals,
      functions: [],
      labels: [],
      statements: [statement],
    }
    const program = emitProgram(body, parameters, runDynamic(this.#world))
    const variant = { types, run: (...values: unknown[]) => program.run(...values) ?? null }
    if (this.#variants.length >= mostVariants) this.#variants.length = 0
    this.#variants.push(variant)
    return variant
  }
}

/** As the run-time binder words it: full names of types, and no word of extension methods. */
function atRunTime(message: string, types: readonly Type[]): string {
  let text = message.replace(/ and no extension method .*$/s, '')
  for (const type of types) if (type !== nullType) text = text.replaceAll(`'${displayName(type)}'`, `'${qualifiedName(type)}'`)
  return text
}

/** `System.Collections.Generic.List<int>`; a keyword stays one. */
function qualifiedName(type: Type): string {
  if (!(type instanceof NamedType) || !type.definition.fullName.endsWith(`.${displayName(type).replace(/<.*/s, '')}`))
    return displayName(type)
  const args = type.args.map(qualifiedName)
  return args.length === 0 ? type.definition.fullName : `${type.definition.fullName}<${args.join(',')}>`
}

function binderFault(message: string): never {
  return fail('Microsoft.CSharp.RuntimeBinder.RuntimeBinderException', message)
}

const needsReceiver = (site: DynamicSite) =>
  site.kind === 'member' || site.kind === 'index' || site.kind === 'call' || site.kind === 'invoke'

/** The operation over operands of known types. */
function bindSite(b: Binder, site: DynamicSite, operands: readonly Bound[], scope: Scope): Bound {
  const [first = constantNode(span, nullType, null), ...others] = operands
  const op = { span, scope, checked: false, unchecked: false }
  switch (site.kind) {
    case 'member':
      return bindMember(b, site, first, others)
    case 'index':
      return bindIndex(b, site, first, others)
    case 'call':
      return callTarget(
        b,
        memberOf(b, first, span, { name: site.name, typeArgs: site.typeArgs, nameStart: 0 }),
        others.map(argument),
        span,
      )
    case 'static call': {
      const target: Bound = { kind: 'type', ...span, type: site.of }
      return callTarget(
        b,
        memberOf(b, target, span, { name: site.name, typeArgs: site.typeArgs, nameStart: 0 }),
        operands.map(argument),
        span,
      )
    }
    case 'invoke':
      return callTarget(b, first, others.map(argument), span)
    case 'new':
      return site.of instanceof NamedType ? construct(b, site.of, operands.map(argument), span) : first
    case 'unary':
      return bindUnary(b, site.operator, first, op)
    case 'binary':
      if (site.inJson === true) return operateInJson(b, site.operator as ArithmeticOperator, first, others[0] ?? first, op) // likewise
      return bindBinary(b, site.operator as ArithmeticOperator, first, others[0] ?? first, op) // likewise
    case 'convert':
      return bindConversion(b, site, first)
    case 'iterate':
      return first
  }
}

const argument = (bound: Bound): Arg => ({ bound, name: undefined, mode: 'value' })

const isJson = (bound: Bound, name: string) =>
  bound.type instanceof NamedType && [bound.type].some(type => isNamed(type, `Newtonsoft.Json.Linq.${name}`))

/** A JObject answers to the names of its properties. */
function bindMember(b: Binder, site: DynamicSite & { kind: 'member' }, first: Bound, others: readonly Bound[]): Bound {
  const target = isJson(first, 'JObject')
    ? indexOf(b, first, [argument(constantNode(span, b.known.string, site.name))], span)
    : memberOf(b, first, span, { name: site.name, typeArgs: undefined, nameStart: 0 })
  const [value] = others
  return site.assign && value !== undefined ? assign(b, target, asToken(b, target, value), span) : target
}

function bindIndex(b: Binder, site: DynamicSite & { kind: 'index' }, first: Bound, others: readonly Bound[]): Bound {
  const args = (site.assign ? others.slice(0, -1) : others).map(argument)
  const target = indexOf(b, first, args, span)
  const value = others.at(-1)
  return site.assign && value !== undefined ? assign(b, target, asToken(b, target, value), span) : target
}

/** What is put into a token becomes a JValue when it is no token. */
function asToken(b: Binder, target: Bound, value: Bound): Bound {
  const token = b.known.space.find('Newtonsoft.Json.Linq.JToken')
  const wrapped = b.known.space.find('Newtonsoft.Json.Linq.JValue')
  if (token === undefined || wrapped === undefined || !isNamed(target.type, token.fullName)) return value
  if (value.type === nullType || isSubtype(value.type, token.of()) || isObject(value.type)) return value
  return construct(b, wrapped.of(), [argument(convert(b, value, b.known.object))], span)
}

function bindUnary(b: Binder, operator: string, operand: Bound, op: Operation): Bound {
  if (operator === 'true') return convert(b, operand, b.known.bool)
  if (operator !== '++' && operator !== '--') return unaryOperation(b, operator as '+' | '-' | '!' | '~', operand, op) // the binder makes such sites with these only
  if (numericKind(operand.type) === undefined)
    binderFault(`Operator '${operator}' cannot be applied to operand of type '${displayName(operand.type)}'`)
  const result = binaryOperation(b, operator === '++' ? '+' : '-', operand, constantNode(span, b.known.int, 1), op)
  return cast(b, result, operand.type, span, false, true)
}

const jsonArithmetic: ReadonlySet<ArithmeticOperator> = new Set(['+', '-', '*', '/'])
const jsonComparisons: ReadonlySet<ArithmeticOperator> = new Set(['==', '!=', '<', '>', '<=', '>='])

/** A JValue on the left takes part in arithmetic as what it holds, and the result is a JValue again; on the right alone it is an object. */
function bindBinary(b: Binder, operator: ArithmeticOperator, left: Bound, right: Bound, op: Operation): Bound {
  const wrapped = b.known.space.find('Newtonsoft.Json.Linq.JValue')
  const isArithmetic = jsonArithmetic.has(operator)
  if (!isJson(left, 'JValue') || wrapped === undefined || !(isArithmetic || jsonComparisons.has(operator)))
    return binaryOperation(b, operator, left, right, op)
  const inJson = (value: Bound) => construct(b, wrapped.of(), [argument(convert(b, value, b.known.object))], span)
  if (!isArithmetic && right.type !== nullType) {
    const compare = memberOf(b, left, span, { name: 'CompareTo', typeArgs: undefined, nameStart: 0 })
    const other = isJson(right, 'JValue') ? right : inJson(right)
    const order = callTarget(b, compare, [argument(other)], span)
    return binaryOperation(b, operator, order, constantNode(span, b.known.int, 0), op)
  }
  const [one, two] = [held(b, left), held(b, right)]
  if (!isArithmetic) return binaryOperation(b, operator, one, two, op)
  const site: DynamicSite = { kind: 'binary', operator, inJson: true }
  return inJson({ kind: 'dynamic', ...span, type: b.dynamicType, site, operands: [one, two] })
}

/** What Newtonsoft's JValue computes: text if either is one, then decimal, double, long; null with a number is null. */
function operateInJson(b: Binder, operator: ArithmeticOperator, left: Bound, right: Bound, op: Operation): Bound {
  const both = [left, right]
  const isNull = both.some(each => each.type === nullType)
  if (operator === '+' && both.some(each => isString(each.type))) return binaryOperation(b, operator, left, right, op)
  const kinds = both.map(each => numericKind(each.type))
  const method = kinds.some(kind => kind === 'decimal' || kind === 'ulong')
    ? 'ToDecimal'
    : kinds.some(kind => kind === 'double' || kind === 'float')
      ? 'ToDouble'
      : kinds.some(kind => kind !== undefined && kind !== 'char')
        ? 'ToInt64'
        : undefined
  const convertType = b.known.space.find('System.Convert')
  if (method === undefined || convertType === undefined)
    binderFault(
      `Operator '${operator}' cannot be applied to operands of type 'Newtonsoft.Json.Linq.JValue' and '${displayName(right.type)}'`,
    )
  if (isNull) return constantNode(span, nullType, null)
  const target: Bound = { kind: 'type', ...span, type: convertType.of() }
  const group = memberOf(b, target, span, { name: method, typeArgs: undefined, nameStart: 0 })
  const invariant = memberOf(b, { kind: 'type', ...span, type: cultureInfo(b) }, span, {
    name: 'InvariantCulture',
    typeArgs: undefined,
    nameStart: 0,
  })
  const [one = left, two = right] = both.map(each =>
    callTarget(b, group, [argument(convert(b, each, b.known.object)), argument(invariant)], span),
  )
  return binaryOperation(b, operator, one, two, op)
}

function cultureInfo(b: Binder): Type {
  const found = b.known.space.find('System.Globalization.CultureInfo')
  if (found === undefined) throw new TypeError('System.Globalization.CultureInfo is not registered')
  return found.of()
}

/** What a JValue holds; any other operand as it is. */
function held(b: Binder, operand: Bound): Bound {
  if (!isJson(operand, 'JValue')) return operand
  const value = memberOf(b, operand, at(operand), { name: 'Value', typeArgs: undefined, nameStart: 0 })
  return { ...value, type: b.dynamicType }
}

function bindConversion(b: Binder, { to, explicit }: DynamicSite & { kind: 'convert' }, value: Bound): Bound {
  const cares = explicit || isJson(value, 'JValue')
  return cares ? cast(b, value, to, span, false, false) : convert(b, value, to)
}
