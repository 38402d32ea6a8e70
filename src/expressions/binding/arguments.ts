import type { Argument, Expression } from '../syntax/nodes.ts'
import { errorType } from '../types/registry.ts'
import type { Bound } from './bound.ts'
import { type Binding, fault } from './context.ts'
import { requireValue } from './convert.ts'
import { declare } from './declare.ts'
import { at, errorNode, isError } from './nodes.ts'
import type { Arg } from './overloads.ts'
import { isVariable } from './references.ts'
import { Local, type Scope } from './scope.ts'
import { isVar } from './var.ts'

/** Binds arguments as far as they go without their parameters. */
export function bindArguments(b: Binding, args: readonly Argument[], scope: Scope): Arg[] {
  return args.map(arg => ({ bound: bindArgument(b, arg, scope), name: arg.name?.name, mode: arg.mode }))
}

function bindArgument(b: Binding, { value, mode }: Argument, scope: Scope): Bound {
  if (mode === 'value') return argumentValue(b, value, scope)
  if (value.kind === 'declaration') return outVariable(b, value, scope)
  if (mode === 'out' && value.kind === 'name' && value.name === '_' && scope.find('_') === undefined) {
    return { kind: 'discard', ...at(value), type: errorType }
  }
  const target = b.expression(value, scope)
  if (target.kind === 'local') target.local.referenced = true
  if (isError(target) || isVariable(target)) return target
  fault(b, value, 'CS1510', 'A ref or out value must be an assignable variable')
  return errorNode(value)
}

/** Lambdas, method groups and literals without a type wait for the parameter; types and namespaces are refused. */
function argumentValue(b: Binding, value: Expression, scope: Scope): Bound {
  const bound = b.expression(value, scope)
  return bound.kind === 'type' || bound.kind === 'namespace' ? requireValue(b, bound) : bound
}

function outVariable(b: Binding, syntax: Expression & { kind: 'declaration' }, scope: Scope): Bound {
  const { designation } = syntax
  const type = isVar(b, syntax.type, scope) ? errorType : b.type(syntax.type, scope)
  if (designation.kind === 'discard') return { kind: 'discard', ...at(syntax), type }
  if (designation.kind === 'several') {
    fault(b, syntax, 'CS8199', "The syntax 'var (...)' as an lvalue is reserved.")
    return errorNode(syntax)
  }
  const local = new Local({ name: designation.name, type, kind: 'variable', offset: designation.start, owner: scope.frame })
  local.awaited = type === errorType
  declare(b, scope, local)
  return { kind: 'out variable', ...at(syntax), type, local }
}
