import type { Argument, Expression, Initializer, MemberInitializer, Span } from '../syntax/nodes.ts'
import { displayName } from '../types/display.ts'
import { isDelegate, isDynamic, isInterface, isValueType } from '../types/facts.ts'
import { interfacesOf } from '../types/hierarchy.ts'
import { errorType } from '../types/registry.ts'
import { membersOf } from '../types/signature.ts'
import { NamedType, type Type } from '../types/type.ts'
import { bindArguments } from './arguments.ts'
import { assign, checkAssignable } from './assignments.ts'
import type { Bound } from './bound.ts'
import { callOf } from './call-nodes.ts'
import { callTarget, indexOf, methodCandidate, placeArguments } from './calls.ts'
import { type Binding, fault } from './context.ts'
import { convert, requireValue } from './convert.ts'
import { dispatched } from './dynamic-dispatch.ts'
import { reportMisfits } from './misfits.ts'
import { memberOf } from './names.ts'
import { at, errorNode, hasValue, isError, localNode, temporary } from './nodes.ts'
import { type Arg, resolveOverload } from './overloads.ts'
import type { Scope } from './scope.ts'
import { isTupleType } from './tuple-types.ts'

/** `new T(args) { … }` (C# 7 §12.7.11). */
export function bindNew(b: Binding, syntax: Expression & { kind: 'new' }, scope: Scope): Bound {
  const type = b.type(syntax.type, scope)
  const args = bindArguments(b, syntax.args, scope)
  if (type === errorType || !(type instanceof NamedType)) return errorNode(syntax)
  if (args.some(arg => isError(arg.bound) && arg.bound.kind === 'error')) return { ...errorNode(syntax), type: errorType }
  const create = construct(b, type, args, syntax)
  return syntax.initializer === undefined || isError(create) ? create : initialized(b, create, syntax.initializer, scope)
}

export function construct(b: Binding, type: NamedType, args: readonly Arg[], span: Span): Bound {
  if (isDelegate(type)) return constructDelegate(b, type, args, span)
  if (isInterface(type) || type.definition.kind === 'static class') {
    fault(b, span, 'CS0144', `Cannot create an instance of the abstract class or interface '${displayName(type)}'`)
    return errorNode(span)
  }
  if (isTupleType(type) && args.length === 0) return { kind: 'default', ...at(span), type }
  if (args.some(arg => isDynamic(arg.bound.type) && hasValue(arg.bound))) {
    return dispatched(b, span, { type, site: { kind: 'new', of: type } }, [], args)
  }
  const constructors = membersOf(type.definition).constructors
  if (isValueType(type) && args.length === 0 && !constructors.some(each => each.parameters.length === 0))
    return { kind: 'default', ...at(span), type }
  if (constructors.length === 0) {
    fault(b, span, 'CS1729', `'${displayName(type)}' does not contain a constructor that takes ${args.length} arguments`)
    return errorNode(span)
  }
  const resolution = resolveOverload(
    b,
    constructors.map(member => methodCandidate({ member, owner: type })),
    args,
    undefined,
  )
  if (resolution.kind === 'found') {
    const { values, order } = placeArguments(b, resolution.best, args, span)
    return callOf(span, resolution.best.candidate.method, type, undefined, values, type, [], order)
  }
  if (resolution.kind === 'ambiguous')
    fault(b, span, 'CS0121', `The call is ambiguous between two constructors of '${displayName(type)}'`)
  else reportConstructor(b, type, resolution.misfits, args, span)
  return errorNode(span)
}

function reportConstructor(
  b: Binding,
  type: NamedType,
  misfits: Parameters<typeof reportMisfits>[1],
  args: readonly Arg[],
  span: Span,
): void {
  const byCount = misfits.every(({ misfit }) => misfit.kind === 'count' || misfit.kind === 'missing')
  if (byCount && misfits.length > 1)
    fault(b, span, 'CS1729', `'${displayName(type)}' does not contain a constructor that takes ${args.length} arguments`)
  else reportMisfits(b, misfits, args, { name: displayName(type), start: span.start, span })
}

function constructDelegate(b: Binding, type: NamedType, args: readonly Arg[], span: Span): Bound {
  const [arg] = args
  if (arg === undefined || args.length > 1) {
    fault(b, span, 'CS0149', 'Method name expected')
    return errorNode(span)
  }
  return convert(b, arg.bound, type)
}

/** Runs an initialiser on what was created. */
function initialized(b: Binding, create: Bound, initializer: Initializer, scope: Scope): Bound {
  const local = temporary(create.type, scope)
  const effects = initialize(b, localNode(create, local), initializer, scope)
  return { kind: 'initialized', ...at(create), type: create.type, create, local, effects }
}

function initialize(b: Binding, target: Bound, initializer: Initializer, scope: Scope): Bound[] {
  if (initializer.kind === 'object initializer')
    return initializer.members.flatMap(member => initializeMember(b, target, member, scope))
  if (!isCollection(target.type)) {
    fault(
      b,
      initializer,
      'CS1922',
      `Cannot initialize type '${displayName(target.type)}' with a collection initializer because it does not implement 'System.Collections.IEnumerable'`,
    )
    return []
  }
  return initializer.items.map(item => addItem(b, target, item, scope))
}

const isCollection = (type: Type) =>
  isDynamic(type) ||
  [type, ...interfacesOf(type)].some(each => each instanceof NamedType && each.definition.name === 'IEnumerable')

function addItem(b: Binding, target: Bound, item: readonly Expression[], scope: Scope): Bound {
  const [first] = item
  const span = first === undefined ? at(target) : { start: first.start, end: item.at(-1)?.end ?? first.end }
  const args = bindArguments(b, item.map(plainArgument), scope)
  if (args.some(arg => isError(arg.bound))) return errorNode(span)
  const group = memberOf(b, target, span, { name: 'Add', typeArgs: undefined, nameStart: span.start })
  if (isError(group)) return group
  const { value, faults } = b.speculate(() => callTarget(b, group, args, span))
  if (faults.list.some(each => each.code === 'CS1503'))
    fault(
      b,
      span,
      'CS1950',
      `The best overloaded Add method of '${displayName(target.type)}' for the collection initializer has some invalid arguments`,
    )
  b.faults.addAll(faults.list)
  return value
}

const plainArgument = (value: Expression): Argument => ({
  start: value.start,
  end: value.end,
  name: undefined,
  mode: 'value',
  value,
})

function initializeMember(b: Binding, target: Bound, { name, index, value, ...span }: MemberInitializer, scope: Scope): Bound[] {
  const keep: Bound[] = []
  const member =
    index === undefined
      ? memberOf(b, target, span, { name: name ?? '', typeArgs: undefined, nameStart: span.start })
      : indexed(b, target, index, span, scope, keep)
  if (isError(member)) {
    if (value.kind !== 'object initializer' && value.kind !== 'collection initializer') b.expression(value, scope)
    return []
  }
  if (value.kind === 'object initializer' || value.kind === 'collection initializer')
    return [...keep, ...initialize(b, member, value, scope)]
  const bound = b.expression(value, scope)
  if (isError(bound) || !checkAssignable(b, member)) return []
  return [...keep, assign(b, member, bound, span)]
}

function indexed(b: Binding, target: Bound, index: readonly Argument[], span: Span, scope: Scope, keep: Bound[]): Bound {
  const args = bindArguments(b, index, scope)
  if (args.some(arg => isError(arg.bound))) return errorNode(span)
  const kept = args.map(arg => {
    if (!hasValue(arg.bound) || arg.bound.kind === 'constant') return arg
    const local = temporary(arg.bound.type, scope)
    keep.push({ kind: 'assign', ...at(span), type: local.type, target: localNode(span, local), value: arg.bound })
    return { ...arg, bound: localNode(arg.bound, local) }
  })
  return indexOf(b, target, kept, span)
}

// Tuples and anonymous objects

/** `(a, b)`: its type is natural when every element has one. */
export function bindTuple(b: Binding, syntax: Expression & { kind: 'tuple' }, scope: Scope): Bound {
  const items = syntax.elements.map(each => requireValue(b, b.expression(each.value, scope)))
  if (items.some(isError)) return errorNode(syntax)
  const names = syntax.elements.map(each => each.name?.name)
  const type = b.tupleOf(items, names)
  if (type === errorType) fault(b, syntax, 'CS8078', 'A tuple of so many elements is not supported')
  return { kind: 'tuple', ...at(syntax), type, items, names }
}

/** `new { A = 1, x.B }`. */
export function bindAnonymous(b: Binding, syntax: Expression & { kind: 'anonymous object' }, scope: Scope): Bound {
  const names: string[] = []
  const items = syntax.members.map(({ name, value }) => {
    const bound = requireValue(b, b.expression(value, scope))
    const implied = value.kind === 'name' || value.kind === 'member' ? value.name : impliedByAccess(value)
    if (name === undefined && implied === undefined) {
      fault(
        b,
        value,
        'CS0746',
        'Invalid anonymous type member declarator. Anonymous type members must be declared with a member assignment, simple name or member access.',
      )
    }
    const own = name?.name ?? implied ?? ''
    if (names.includes(own)) fault(b, value, 'CS0833', 'An anonymous type cannot have multiple properties with the same name')
    names.push(own)
    return typedItem(b, bound)
  })
  if (items.some(isError)) return errorNode(syntax)
  const type = b.anonymousType(
    names,
    items.map(item => item.type),
  )
  return { kind: 'anonymous object', ...at(syntax), type, items }
}

/** `x?.Name` gives its name as well. */
const impliedByAccess = (value: Expression): string | undefined =>
  value.kind === 'conditional access' && value.access.kind === 'member' ? value.access.name : undefined

function typedItem(b: Binding, bound: Bound): Bound {
  if (
    isError(bound) ||
    (hasValue(bound) && bound.type !== errorType && bound.type.fullName !== '<null>' && bound.type.fullName !== 'System.Void')
  )
    return bound
  fault(
    b,
    bound,
    'CS0828',
    `Cannot assign ${bound.type.fullName === '<null>' ? '<null>' : 'lambda expression'} to anonymous type property`,
  )
  return errorNode(bound)
}
