import type { Bound } from '../binding/bound.ts'
import { AnonymousObject } from '../types/anonymous.ts'
import { newArray, newMultiArray } from '../types/arrays.ts'
import { spendOne } from '../types/budget.ts'
import { isByteArray, isValueType } from '../types/facts.ts'
import { voidType } from '../types/registry.ts'
import { ArrayType, type NamedType } from '../types/type.ts'
import { emitBinary, emitUnary } from './arithmetic.ts'
import { emitCall, emitDelegateCall } from './calls.ts'
import { emitConversion, makeTuple } from './conversions.ts'
import { emitConstant, emitDefault } from './defaults.ts'
import type { Emission } from './emission.ts'
import { assign, binary, call, choose, id, type Js, type JsStatement, list, literal, member, run, sequence } from './js-tree.ts'
import { emitIs } from './patterns.ts'
import { emitAssign, emitCompound, emitPlace, emitReceiver, emitReference, itemOf } from './places.ts'
import { emitConcat, emitInterpolation } from './text.ts'
import {
  andNullable,
  arrayOf,
  arrayOfType,
  combine,
  multiArrayOf,
  nullArgument,
  orNullable,
  raise,
  removeDelegate,
} from './value-helpers.ts'

export function emitExpression(e: Emission, node: Bound, discarded: boolean): Js {
  switch (node.kind) {
    case 'constant':
      return emitConstant(e, node.constant.value)
    case 'local':
      return node.local.constant === undefined ? e.place(node.local) : emitConstant(e, node.local.constant.value)
    case 'global':
      return id(`g_${e.globalIndex(node.name)}`)
    case 'call':
    case 'local call':
      return emitCall(e, node, discarded)
    case 'delegate call':
      return emitDelegateCall(e, node)
    case 'property':
      return emitProperty(e, node)
    case 'array element':
      return emitElement(e, node)
    case 'array length':
      return member(emitReceiver(e, node.array), 'length')
    case 'reference':
      return emitReference(e, node.target)
    case 'dereference':
      return member(e.expr(node.operand), 'value')
    case 'tuple item':
      return itemOf(e.expr(node.tuple), node.index)
    case 'anonymous item':
      return { type: 'IndexExpression', object: member(emitReceiver(e, node.target), 'values'), index: literal(node.index) }
    case 'conversion':
      return emitConversion(e, node)
    case 'unary':
      return emitUnary(e, node)
    case 'binary':
      return emitBinary(e, node)
    case 'concat':
      return emitConcat(e, node)
    case 'interpolation':
      return emitInterpolation(e, node)
    case 'is':
      return emitIs(e, node)
    case 'assign':
      return emitAssign(e, node, discarded)
    case 'compound':
      return emitCompound(e, node, discarded)
    default:
      return emitChoice(e, node, discarded)
  }
}

function emitChoice(e: Emission, node: Bound, discarded: boolean): Js {
  switch (node.kind) {
    case 'logical':
      return { type: 'LogicalExpression', operator: node.operator, left: e.expr(node.left), right: e.expr(node.right) }
    case 'conditional':
      return choose(e.expr(node.condition), e.expr(node.whenTrue), e.expr(node.whenFalse))
    case 'coalesce':
      return emitCoalesce(e, node)
    case 'conditional access':
      return emitAccess(e, node, discarded)
    case 'lifted':
      return emitLifted(e, node)
    case 'lifted logic':
      return call(e.constant(node.operator === '&' ? andNullable : orNullable), e.expr(node.left), e.expr(node.right))
    case 'sequence':
      return sequence([...node.effects.map(each => e.effect(each)), discarded ? e.effect(node.value) : e.expr(node.value)])
    case 'deconstruct':
      return emitDeconstruct(e, node, discarded)
    case 'throw':
      return call(e.constant(raise), e.expr(node.value))
    case 'not null':
      return isValueType(node.type)
        ? e.expr(node.operand)
        : { type: 'LogicalExpression', operator: '??', left: e.expr(node.operand), right: call(e.constant(nullArgument)) }
    case 'dynamic':
      return e.dynamic(node)
    default:
      return emitCreation(e, node)
  }
}

function emitCreation(e: Emission, node: Bound): Js {
  switch (node.kind) {
    case 'array':
      return emitArray(e, node)
    case 'tuple':
      return call(e.constant(makeTuple), e.typeConstant(node.type), list(node.items.map(item => e.expr(item))))
    case 'anonymous object':
      return call(e.constant(makeAnonymous), e.typeConstant(node.type), list(node.items.map(item => e.expr(item))))
    case 'initialized':
      return emitInitialized(e, node)
    case 'lambda':
      return emitLambda(e, node)
    case 'method reference':
      return emitMethodReference(e, node)
    case 'default':
      return emitDefault(e, node.type)
    case 'typeof':
      return e.typeConstant(node.of)
    case 'combine delegates':
      return call(e.constant(node.remove ? removeDelegate : combine), e.expr(node.left), e.expr(node.right))
    default:
      throw new TypeError(`a ${node.kind} node cannot be emitted`)
  }
}

const makeAnonymous = (type: NamedType, values: unknown[]) => new AnonymousObject(type, values)

function emitProperty(e: Emission, node: Bound & { kind: 'property' }): Js {
  const { property, types, receiver, args } = node
  const lead = types.length > 0 ? [e.typeList(types)] : []
  const self = receiver === undefined ? [] : [emitReceiver(e, receiver)]
  return call(e.constant(property.get), ...lead, ...self, ...args.map(arg => e.expr(arg)))
}

function emitElement(e: Emission, node: Bound & { kind: 'array element' }): Js {
  const place = emitPlace(e, node)
  return sequence([...place.prepare, place.get()])
}

function emitArray(e: Emission, node: Bound & { kind: 'array' }): Js {
  const element = e.typeConstant(node.element)
  const rank = node.type instanceof ArrayType ? node.type.rank : 1
  if (node.items === undefined) {
    const sizes = node.sizes.map(size => e.expr(size))
    return rank === 1
      ? call(e.constant(newArray), element, ...sizes)
      : call(e.constant(newMultiArray), element, list(sizes.map(size => call(id('Number'), size))))
  }
  const items = list(node.items.map(item => e.expr(item)))
  const type = ArrayType.of(e.erased(node.element))
  if (rank === 1 && !isByteArray(type)) return call(e.constant(arrayOfType), e.constant(type), items)
  return rank === 1
    ? call(e.constant(arrayOf), element, items)
    : call(e.constant(multiArrayOf), element, list(node.lengths.map(literal)), items)
}

function emitInitialized(e: Emission, node: Bound & { kind: 'initialized' }): Js {
  const kept = e.place(node.local)
  return sequence([assign(kept, e.expr(node.create)), ...node.effects.map(each => e.effect(each)), kept])
}

function emitCoalesce(e: Emission, node: Bound & { kind: 'coalesce' }): Js {
  const { left, local, whenNotNull, right } = node
  const isPlain =
    whenNotNull.kind === 'local' || (whenNotNull.kind === 'conversion' && whenNotNull.conversion.kind === 'identity')
  if (isPlain) return { type: 'LogicalExpression', operator: '??', left: e.expr(left), right: e.expr(right) }
  const kept = e.place(local)
  return choose(binary('!==', assign(kept, e.expr(left)), literal(null)), e.expr(whenNotNull), e.expr(right))
}

function emitAccess(e: Emission, node: Bound & { kind: 'conditional access' }, discarded: boolean): Js {
  const kept = e.place(node.local)
  const access = discarded || node.type === voidType ? e.effect(node.access) : e.expr(node.access)
  return choose(binary('===', assign(kept, e.expr(node.target)), literal(null)), literal(null), access)
}

function emitLifted(e: Emission, { operands, locals, body, whenNull }: Bound & { kind: 'lifted' }): Js {
  const places = locals.map(local => e.place(local))
  const steps = operands.map((operand, i) => assign(places[i] ?? literal(null), e.expr(operand)))
  const isNull = places
    .map(place => binary('===', place, literal(null)))
    .reduce((left, right): Js => ({ type: 'LogicalExpression', operator: '||', left, right }))
  return sequence([...steps, choose(isNull, nullResult(whenNull, places), e.expr(body))])
}

function nullResult(whenNull: (Bound & { kind: 'lifted' })['whenNull'], [left, right]: readonly Js[]): Js {
  if (whenNull === 'null' || left === undefined || right === undefined) return literal(null)
  if (whenNull === 'false') return literal(false)
  return binary(whenNull === 'equal' ? '===' : '!==', left, right)
}

function emitDeconstruct(e: Emission, node: Bound & { kind: 'deconstruct' }, discarded: boolean): Js {
  const steps = [assign(e.place(node.local), e.expr(node.value)), ...node.steps.map(step => e.effect(step))]
  return sequence(discarded || node.result === undefined ? steps : [...steps, e.expr(node.result)])
}

// Functions

function emitLambda(e: Emission, { parameters, body, expression }: Bound & { kind: 'lambda' }): Js {
  const params = parameters.map(parameter => e.name(parameter))
  const statements = e.body(() =>
    e.repeating(() => {
      const first = run(call(e.constant(spendOne)))
      const hasLocals = body.kind === 'block' && (body.locals.length > 0 || body.functions.length > 0)
      if (expression === undefined || hasLocals) return [first, ...lambdaBody(e, body, expression)]
      return [first, returning(e, expression)]
    }),
  )
  return { type: 'ArrowFunctionExpression', params, body: statements }
}

/** An expression that declares variables stands in the block that holds them. */
function lambdaBody(
  e: Emission,
  body: (Bound & { kind: 'lambda' })['body'],
  expression: Bound | undefined,
): readonly JsStatement[] {
  if (expression === undefined || expression.type === voidType || body.kind !== 'block') return e.statement(body)
  return e.statement({ ...body, statements: [{ kind: 'return', start: body.start, end: body.end, value: expression }] })
}

const returning = (e: Emission, expression: Bound): JsStatement =>
  expression.type === voidType ? run(e.effect(expression)) : { type: 'ReturnStatement', argument: e.expr(expression) }

/** A delegate over a method; its receiver was evaluated and checked when the delegate was made. */
function emitMethodReference(e: Emission, node: Bound & { kind: 'method reference' }): Js {
  const params = node.parameters.map(parameter => e.name(parameter))
  const statements = e.body(() => [returning(e, node.call)])
  const arrow: Js = { type: 'ArrowFunctionExpression', params, body: statements }
  if (node.receiver === undefined || node.kept === undefined) return arrow
  const outer: Js = {
    type: 'ArrowFunctionExpression',
    params: [e.name(node.kept)],
    body: [{ type: 'ReturnStatement', argument: arrow }],
  }
  return call(outer, emitReceiver(e, node.receiver))
}
