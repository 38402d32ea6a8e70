import type { LocalFunction, Statement } from '../syntax/nodes.ts'
import { isNamed, substitute } from '../types/facts.ts'
import { errorType, voidType } from '../types/registry.ts'
import { NamedType, type Type, TypeParameter } from '../types/type.ts'
import type { BoundStatement } from './bound.ts'
import { type Binding, fault } from './context.ts'
import { convert, requireValue } from './convert.ts'
import { declareParameter } from './declare.ts'
import { bindEffect } from './effects.ts'
import { at, constantOf } from './nodes.ts'
import { endsReachable } from './reachability.ts'
import { sameType } from './same-type.ts'
import { FunctionFrame, type FunctionParameterSymbol, Local, LocalFunctionSymbol, Scope } from './scope.ts'
import type { FunctionInstance } from './side-tables.ts'
import { instancesOf } from './side-tables.ts'

/** The head of a local function, before any body is bound. */
export function functionSymbol(b: Binding, syntax: LocalFunction, outer: Scope): LocalFunctionSymbol {
  if (syntax.async) fault(b, syntax, 'CS1989', 'Async functions are not allowed in policy expressions')
  const typeParameters = syntax.typeParameters.map(({ name }, i) => new TypeParameter(name, i))
  const scope = withTypes(outer, typeParameters, typeParameters)
  const parameters = syntax.parameters.map((parameter): FunctionParameterSymbol => {
    const type = b.type(parameter.type, scope)
    if (type === voidType) fault(b, parameter.type, 'CS1547', "Keyword 'void' cannot be used in this context")
    const { name, mode, params: isParams } = parameter
    const optional = parameter.defaultValue === undefined ? undefined : defaultValue(b, parameter.defaultValue, type, scope)
    return { name, type, mode, isParams, optional }
  })
  return new LocalFunctionSymbol({
    name: syntax.name.name,
    syntax,
    scope: outer,
    typeParameters,
    parameters,
    returns: b.type(syntax.returns, scope),
  })
}

function withTypes(outer: Scope, parameters: readonly TypeParameter[], types: readonly Type[]): Scope {
  const scope = new Scope(outer, outer.frame)
  for (const [i, parameter] of parameters.entries())
    scope.put(parameter.name, { kind: 'type parameter', type: types[i] ?? errorType })
  return scope
}

function defaultValue(
  b: Binding,
  syntax: LocalFunction['parameters'][number]['defaultValue'],
  type: Type,
  scope: Scope,
): { readonly value: unknown } | undefined {
  if (syntax === undefined) return undefined
  const bound = b.expression(syntax, scope)
  if (bound.kind === 'default literal' || bound.kind === 'default') return { value: undefined }
  const converted = convert(b, requireValue(b, bound), type)
  const constant = constantOf(converted)
  if (constant === undefined && converted.kind !== 'error')
    fault(b, syntax, 'CS1736', 'Default parameter value must be a compile-time constant')
  return constant ?? { value: null }
}

/** Functions of one source are instantiated at most so often: generic recursion could go on for ever. */
const mostInstances = 50

/** The function for these type arguments; its body is bound later. */
export function functionInstance(b: Binding, symbol: LocalFunctionSymbol, types: readonly Type[]): FunctionInstance {
  const known = instancesOf(symbol).find(each => each.types.every((type, i) => sameType(type, types[i] ?? errorType)))
  if (known !== undefined) return known
  const scope = withTypes(symbol.scope, symbol.typeParameters, types)
  const map = new Map<Type, Type>(symbol.typeParameters.map((each, i) => [each, types[i] ?? errorType]))
  const returns = substitute(symbol.returns, map)
  const frame = new FunctionFrame('function', returns, scope.frame, elementOf(returns))
  const inner = new Scope(scope, frame)
  const { syntax } = symbol
  frame.byReference = syntax.returnsRef
  const parameters = symbol.parameters.map((parameter, i) => {
    const offset = syntax.parameters[i]?.start ?? syntax.start
    const local = new Local({
      name: parameter.name,
      type: substitute(parameter.type, map),
      kind: 'parameter',
      mode: parameter.mode,
      offset,
      owner: frame,
    })
    declareParameter(b, inner, local)
    return local
  })
  const instance: FunctionInstance = { types, parameters, scope: inner, started: false, body: undefined, iterator: undefined }
  instancesOf(symbol).push(instance)
  return instance
}

/** Binds the body of an instance: at the end of the block that declares the function. */
export function bindFunctionBody(b: Binding, symbol: LocalFunctionSymbol, instance: FunctionInstance): void {
  instance.started = true
  if (instancesOf(symbol).length > mostInstances)
    fault(b, symbol.syntax, 'CS8078', 'An expression is too long or complex to compile')
  else bindBody(b, symbol, instance, instance.scope)
}

/** `T` of a function that may be an iterator. */
function elementOf(returns: Type): Type | undefined {
  const isIterator =
    isNamed(returns, 'System.Collections.Generic.IEnumerable') || isNamed(returns, 'System.Collections.Generic.IEnumerator')
  return isIterator && returns instanceof NamedType ? returns.args[0] : undefined
}

function bindBody(b: Binding, { syntax, name }: LocalFunctionSymbol, instance: FunctionInstance, scope: Scope): void {
  const { frame } = scope
  const returns = frame.returns ?? voidType
  if (syntax.body.kind === 'block') {
    if (yields(syntax.body)) frame.yields = true
    instance.body = b.statement(syntax.body, scope)
    if (frame.yields) instance.iterator = frame.element
    else if (returns !== voidType && returns !== errorType && endsReachable(instance.body)) {
      fault(b, syntax.name, 'CS0161', `'${name}': not all code paths return a value`)
    }
    return
  }
  if (syntax.returnsRef) fault(b, syntax.body, 'CS8150', 'By-value returns may only be used in methods that return by value')
  const bound = returns === voidType ? bindEffect(b, syntax.body, scope) : b.expression(syntax.body, scope)
  const statement: BoundStatement =
    returns === voidType
      ? { kind: 'expression', ...at(syntax.body), expression: bound }
      : { kind: 'return', ...at(syntax.body), value: convert(b, requireValue(b, bound), returns) }
  instance.body = { kind: 'block', ...at(syntax.body), locals: scope.locals, functions: [], labels: [], statements: [statement] }
}

/** Whether a body has a `yield` of its own, not one of a function inside. */
function yields(statement: Statement): boolean {
  switch (statement.kind) {
    case 'yield return':
    case 'yield break':
      return true
    case 'block':
      return statement.statements.some(yields)
    case 'if':
      return yields(statement.consequence) || (statement.otherwise !== undefined && yields(statement.otherwise))
    case 'while':
    case 'do':
    case 'for':
    case 'foreach':
    case 'using':
    case 'lock':
    case 'checked block':
      return yields(statement.body)
    case 'labeled':
      return yields(statement.statement)
    case 'switch':
      return statement.sections.some(section => section.statements.some(yields))
    case 'try':
      return (
        yields(statement.body) ||
        statement.catches.some(each => yields(each.body)) ||
        (statement.finally !== undefined && yields(statement.finally))
      )
    default:
      return false
  }
}
