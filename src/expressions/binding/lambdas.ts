import { Faults } from '../syntax/faults.ts'
import type { Expression, LambdaFields } from '../syntax/nodes.ts'
import { isDelegate } from '../types/facts.ts'
import { errorType, nullType, voidType } from '../types/registry.ts'
import { invokeOf } from '../types/signature.ts'
import { NamedType, type Type } from '../types/type.ts'
import type { Bound, BoundStatement } from './bound.ts'
import { type Binding, type BoundLambda, fault } from './context.ts'
import { convert, requireValue } from './convert.ts'
import { declareParameter } from './declare.ts'
import { delegateShape } from './delegate-shape.ts'
import { effectOnly } from './effects.ts'
import { bestCommonType } from './inference.ts'
import { at, errorNode, hasValue, isError } from './nodes.ts'
import { endsReachable } from './reachability.ts'
import { sameType } from './same-type.ts'
import { FunctionFrame, Local, Scope } from './scope.ts'
import { returnsOf } from './side-tables.ts'

type Unbound = Bound & { kind: 'unbound lambda' }

/** Whether the lambda fits the delegate type: its parameters do, and its body binds without a fault. */
export function lambdaConverts(b: Binding, lambda: Unbound, to: Type): boolean {
  if (!isDelegate(to) || !(to instanceof NamedType) || !shapeFits(b, lambda, to)) return false
  return !b.lambda(lambda, to).faults.hasErrors
}

function shapeFits(b: Binding, { syntax, scope }: Unbound, to: NamedType): boolean {
  const invoke = invokeOf(to)
  const shape = delegateShape(to)
  if (invoke === undefined || shape === undefined) return false
  if (syntax.anyParameters === true) return invoke.parameters.every(each => each.mode !== 'out')
  if (syntax.parameters.length !== shape.parameters.length) return false
  return syntax.parameters.every((parameter, i) => {
    if (parameter.mode !== (invoke.parameters[i]?.mode ?? 'value')) return false
    return parameter.type === undefined || sameType(b.type(parameter.type, scope), shape.parameters[i] ?? errorType)
  })
}

/** Binds the lambda against a delegate type. Faults come with the result; nothing is reported. */
export function bindLambda(b: Binding, lambda: Unbound, to: NamedType): BoundLambda {
  const shape = delegateShape(to)
  if (shape === undefined || !shapeFits(b, lambda, to)) return misfit(lambda)
  return bindBody(b, lambda, shape.parameters, shape.returns, to)
}

function misfit(lambda: Unbound): BoundLambda {
  const faults = new Faults()
  faults.add(
    lambda.start,
    'CS1661',
    'Cannot convert lambda expression to the delegate type because the parameter types do not match the delegate parameter types',
  )
  return {
    bound: errorNode(lambda),
    faults,
    inferred: undefined,
    frame: new FunctionFrame('lambda', voidType, lambda.scope.frame),
  }
}

/** What the lambda returns for parameters of these types; undefined when nothing or nothing common. */
export function inferReturn(
  b: Binding,
  lambda: Unbound,
  parameters: readonly Type[],
): { readonly result: Type | undefined; readonly faults: Faults } {
  if (lambda.syntax.anyParameters !== true && lambda.syntax.parameters.length !== parameters.length)
    return { result: undefined, faults: new Faults() }
  const { inferred, faults } = bindBody(b, lambda, parameters, undefined, undefined)
  return { result: inferred, faults }
}

function bindBody(
  b: Binding,
  lambda: Unbound,
  types: readonly Type[],
  returns: Type | undefined,
  to: NamedType | undefined,
): BoundLambda {
  const frame = new FunctionFrame('lambda', returns, lambda.scope.frame)
  const scope = new Scope(lambda.scope, frame)
  const { value, faults } = b.speculate(() => {
    const parameters = declareParameters(b, lambda, types, scope)
    const { syntax } = lambda
    if (syntax.async === true) fault(b, lambda, 'CS1989', 'Async lambda expressions are not allowed in policy expressions')
    return syntax.body.kind === 'block'
      ? blockBody(b, lambda, syntax, scope, parameters, to)
      : expressionBody(b, lambda, syntax.body, scope, parameters, to)
  })
  return { ...value, faults, frame }
}

function declareParameters(b: Binding, { syntax, scope: outer }: Unbound, types: readonly Type[], scope: Scope): Local[] {
  if (syntax.anyParameters === true)
    return types.map(type => new Local({ name: '', type, kind: 'parameter', owner: scope.frame }))
  for (const [name, path] of syntax.aliases ?? []) scope.put(name, { kind: 'alias', path })
  return syntax.parameters.map((parameter, i) => {
    const type = parameter.type === undefined ? (types[i] ?? errorType) : b.type(parameter.type, outer)
    const local = new Local({
      name: parameter.name,
      type,
      kind: 'parameter',
      mode: parameter.mode,
      offset: parameter.start,
      owner: scope.frame,
    })
    declareParameter(b, scope, local)
    return local
  })
}

function expressionBody(
  b: Binding,
  lambda: Unbound,
  syntax: Expression,
  scope: Scope,
  parameters: readonly Local[],
  to: NamedType | undefined,
) {
  const { returns } = scope.frame
  const bound = b.expression(syntax, scope)
  const inferred = naturalType(bound)
  const expression =
    returns === undefined ? bound : returns === voidType ? effectOnly(b, bound) : convert(b, requireValue(b, bound), returns)
  const statement: BoundStatement = { kind: 'expression', ...at(lambda), expression }
  const body: BoundStatement = {
    kind: 'block',
    ...at(lambda),
    locals: scope.locals,
    functions: scope.functions,
    labels: [],
    statements: [statement],
  }
  return { bound: lambdaNode(lambda, to, parameters, body, expression), inferred }
}

function naturalType(bound: Bound): Type | undefined {
  return hasValue(bound) && !isError(bound) && bound.type !== nullType ? bound.type : undefined
}

function blockBody(
  b: Binding,
  lambda: Unbound,
  syntax: LambdaFields,
  scope: Scope,
  parameters: readonly Local[],
  to: NamedType | undefined,
) {
  const { frame } = scope
  if (syntax.body.kind !== 'block') return { bound: errorNode(lambda), inferred: undefined }
  const body = b.statement(syntax.body, scope)
  const needsValue = frame.returns !== undefined && frame.returns !== voidType
  if (needsValue && endsReachable(body)) {
    fault(b, lambda, 'CS1643', `Not all code paths return a value in lambda expression of type '${to?.definition.name ?? ''}'`)
  }
  const inferred = frame.returns === undefined ? inferBlock(b, frame) : frame.returns
  return { bound: lambdaNode(lambda, to, parameters, body, undefined), inferred }
}

/** The best common type of all returned expressions; void when none returns a value. */
function inferBlock(b: Binding, frame: FunctionFrame): Type | undefined {
  if (returnsOf(frame).length === 0) return voidType
  const [only] = returnsOf(frame)
  return returnsOf(frame).length === 1 && only !== undefined ? naturalType(only) : bestCommonType(b, returnsOf(frame))
}

function lambdaNode(
  lambda: Unbound,
  to: NamedType | undefined,
  parameters: readonly Local[],
  body: BoundStatement,
  expression: Bound | undefined,
): Bound {
  return { kind: 'lambda', ...at(lambda), type: to ?? errorType, parameters, body, expression }
}
