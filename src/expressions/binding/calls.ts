import type { Expression, Span } from '../syntax/nodes.ts'
import { displayName } from '../types/display.ts'
import { isDelegate, isDynamic, nullableOf, substitute, typeArguments } from '../types/facts.ts'
import { asDefinition } from '../types/hierarchy.ts'
import type { Method, Parameter, Property } from '../types/members.ts'
import { dynamicType, errorType, nullType, voidType } from '../types/registry.ts'
import { invokeOf } from '../types/signature.ts'
import { ArrayType, NamedType, type Type } from '../types/type.ts'
import { bindArguments } from './arguments.ts'
import type { Bound } from './bound.ts'
import { callOf } from './call-nodes.ts'
import { type Binding, fault } from './context.ts'
import { typeConversion } from './conversions.ts'
import { applyConversion, describe, requireValue } from './convert.ts'
import { dispatched } from './dynamic-dispatch.ts'
import { findIndexers, findMethods, type Owned } from './lookup.ts'
import { reportMisfits } from './misfits.ts'
import { asReceiver, bindMember, groupOf, noteUse, reportMissing } from './names.ts'
import { at, constantNode, errorNode, hasValue, isError, localNode } from './nodes.ts'
import { type Applicable, type Arg, type Candidate, type Resolution, resolveOverload } from './overloads.ts'
import { Local, type LocalFunctionSymbol, type Scope } from './scope.ts'

interface MethodCandidate extends Candidate {
  readonly method: Method
  readonly ownerType: NamedType
}

type Group = Bound & { kind: 'method group' }

/** `target(args)` (C# 7 §12.7.6). */
export function bindCall(b: Binding, syntax: Expression & { kind: 'call' }, scope: Scope): Bound {
  if (isNameof(syntax, scope)) return bindNameof(b, syntax, scope)
  const target = syntax.target.kind === 'member' ? bindMember(b, syntax.target, scope, true) : b.expression(syntax.target, scope)
  const args = bindArguments(b, syntax.args, scope)
  if (isError(target)) return errorNode(syntax)
  if (args.some(arg => isError(arg.bound) && arg.bound.kind !== 'out variable' && arg.bound.kind !== 'discard'))
    return errorNode(syntax)
  return callTarget(b, target, args, syntax)
}

export function callTarget(b: Binding, target: Bound, args: readonly Arg[], span: Span): Bound {
  if (target.kind === 'method group') return callGroup(b, target, args, span)
  if (target.kind === 'local function') return callFunction(b, target.symbol, target.typeArgs, args, span)
  if (target.kind === 'dynamic' && target.site.kind === 'member') return dynamicCall(b, target, args, span)
  const value = requireValue(b, target)
  if (isError(value)) return errorNode(span)
  if (isDynamic(value.type)) return dispatched(b, span, { type: dynamicType, site: { kind: 'invoke' } }, [value], args)
  if (isDelegate(value.type) && value.type instanceof NamedType) return callDelegate(b, value, value.type, args, span)
  const extension = extensionBehind(b, value)
  if (extension !== undefined) return callGroup(b, extension, args, span)
  if (value.kind === 'property' && value.args.length === 0)
    fault(
      b,
      span,
      'CS1955',
      `Non-invocable member '${displayName(value.property.owner.of(...value.property.owner.parameters))}.${value.property.name}' cannot be used like a method.`,
    )
  else fault(b, span, 'CS0149', 'Method name expected')
  return errorNode(span)
}

/** `list.Count(…)`: a property that cannot be called does not hide an extension method (C# 7 §12.5, member lookup). */
function extensionBehind(b: Binding, value: Bound): Group | undefined {
  if (value.kind !== 'property' || value.args.length > 0 || value.receiver === undefined) return undefined
  const { name } = value.property
  if (b.extensions(name).length === 0) return undefined
  const { receiver, start } = value
  return {
    kind: 'method group',
    ...at(value),
    type: voidType,
    name,
    receiver,
    ofType: undefined,
    typeArgs: undefined,
    nameStart: start,
  }
}

/** `d.Name(args)` of a dynamic `d`: the member becomes the call's name. */
function dynamicCall(b: Binding, target: Bound & { kind: 'dynamic' }, args: readonly Arg[], span: Span): Bound {
  const name = target.site.kind === 'member' ? target.site.name : ''
  return dispatched(b, span, { type: dynamicType, site: { kind: 'call', name, typeArgs: undefined } }, target.operands, args)
}

// Methods

export const methodCandidate = ({ member, owner }: Owned<Method>): MethodCandidate => ({
  method: member,
  ownerType: owner,
  parameters: member.parameters,
  typeParameters: member.typeParameters,
  constraints: member.constraints,
  owner: typeArguments(owner),
  isExtension: false,
})

/** Every level's candidates for the group: its own methods level by level, then extension methods. */
function* attempts(
  b: Binding,
  group: Group,
  args: readonly Arg[],
): Iterable<{ candidates: MethodCandidate[]; args: readonly Arg[] }> {
  const type = group.receiver?.type ?? group.ofType ?? errorType
  for (const level of findMethods(b.known, type, group.name)) yield { candidates: level.map(methodCandidate), args }
  if (group.receiver === undefined) return
  const receiver = group.receiver.type
  const candidates = b
    .extensions(group.name)
    .flatMap(member =>
      takesReceiver(member, receiver) ? [{ ...methodCandidate({ member, owner: member.owner.of() }), isExtension: true }] : [],
    )
  if (candidates.length > 0) yield { candidates, args: [{ bound: group.receiver, name: undefined, mode: 'value' }, ...args] }
}

/** Whether the type can be the extension method's `this`, as far as its definition tells. */
function takesReceiver({ parameters, typeParameters }: Method, receiver: Type): boolean {
  const wanted = parameters[0]?.type
  if (wanted === undefined || typeParameters.some(each => each === wanted)) return true
  if (typeParameters.length === 0) return typeConversion(receiver, wanted) !== undefined
  if (wanted instanceof NamedType) return asDefinition(receiver, wanted.definition) !== undefined || wanted.args.length === 0
  return receiver instanceof ArrayType
}

export function resolveGroup(
  b: Binding,
  group: Group,
  given: readonly Arg[],
): { readonly resolution: Resolution<MethodCandidate>; readonly args: readonly Arg[] } {
  let first: { resolution: Resolution<MethodCandidate>; args: readonly Arg[] } | undefined
  for (const { candidates, args } of attempts(b, group, given)) {
    const resolution = resolveOverload(b, candidates, args, group.typeArgs)
    if (resolution.kind !== 'none') return { resolution, args }
    // the level whose candidates come closest is the one to explain
    if (first === undefined || isExtensionOf(first.resolution)) first = { resolution, args }
  }
  return first ?? { resolution: { kind: 'none', misfits: [] }, args: given }
}

const isExtensionOf = (resolution: Resolution<MethodCandidate>) =>
  resolution.kind === 'none' && resolution.misfits.every(({ misfit }) => misfit.kind === 'count')

function callGroup(b: Binding, group: Group, given: readonly Arg[], span: Span): Bound {
  const dynamic = dynamicGroup(b, group, given, span)
  if (dynamic !== undefined) return dynamic
  const { resolution, args } = resolveGroup(b, group, given)
  if (resolution.kind === 'found') return methodCall(b, group, resolution.best, args, span)
  if (resolution.kind === 'ambiguous') {
    const [one, two] = resolution.between.map(each => signatureOf(each.method, each.ownerType))
    fault(
      b,
      { start: group.nameStart },
      'CS0121',
      `The call is ambiguous between the following methods or properties: '${one}' and '${two}'`,
    )
  } else if (resolution.misfits.length === 0) reportMissing(b, group.receiver?.type ?? errorType, group.name, group.nameStart)
  else
    reportMisfits(b, resolution.misfits, args, { name: group.name, start: group.nameStart, span, receiver: group.receiver?.type })
  return errorNode(span)
}

/** A dynamic argument leaves the choice to run time. */
function dynamicGroup(b: Binding, group: Group, args: readonly Arg[], span: Span): Bound | undefined {
  if (!args.some(arg => isDynamic(arg.bound.type) && hasValue(arg.bound) && arg.mode === 'value')) return undefined
  // what comes back by `out` has a type now: then the choice is made now, too
  if (args.some(arg => arg.mode !== 'value')) return undefined
  const { name, typeArgs } = group
  if (group.receiver !== undefined)
    return dispatched(b, span, { type: dynamicType, site: { kind: 'call', name, typeArgs } }, [group.receiver], args)
  const site = { kind: 'static call', of: group.ofType ?? errorType, name, typeArgs } as const
  return dispatched(b, span, { type: dynamicType, site }, [], args)
}

export function signatureOf(method: Method, owner: NamedType): string {
  return `${displayName(owner)}.${method.name}(${method.parameters.map(each => displayName(each.type)).join(', ')})`
}

export function methodCall(b: Binding, group: Group, best: Applicable<MethodCandidate>, args: readonly Arg[], span: Span): Bound {
  const { method, ownerType, isExtension } = best.candidate
  noteUse(b, ownerType, method.name)
  if (!isExtension && method.isStatic && group.receiver !== undefined) {
    fault(
      b,
      span,
      'CS0176',
      `Member '${signatureOf(method, ownerType)}' cannot be accessed with an instance reference; qualify it with a type name instead`,
    )
    return errorNode(span)
  }
  if (!method.isStatic && group.receiver === undefined) {
    fault(
      b,
      { start: group.start },
      'CS0120',
      `An object reference is required for the non-static field, method, or property '${signatureOf(method, ownerType)}'`,
    )
    return errorNode(span)
  }
  if (isDelegate(ownerType) && group.receiver !== undefined) return callDelegate(b, group.receiver, ownerType, args, span)
  const nullable = group.receiver === undefined ? undefined : nullableCall(b, group.receiver, method.name, args, span)
  if (nullable !== undefined) return nullable
  const map = new Map<Type, Type>([
    ...typeArguments(ownerType),
    ...method.typeParameters.map((each, i) => [each, best.typeArgs[i] ?? errorType] as const),
  ])
  const { values, order } = placeArguments(b, best, args, span)
  const receiver = isExtension || group.receiver === undefined ? undefined : asReceiver(b, group.receiver, ownerType)
  return callOf(span, method, ownerType, receiver, values, substitute(method.returns, map), best.typeArgs, order)
}

/** Members of `T?` that answer for null as well: `ToString()` is empty, `GetValueOrDefault()` the default, `Equals` compares. */
function nullableCall(b: Binding, receiver: Bound, name: string, args: readonly Arg[], span: Span): Bound | undefined {
  const inner = nullableOf(receiver.type)
  if (inner === undefined) return undefined
  const [arg] = args
  if (name === 'ToString' && args.length === 0)
    return {
      kind: 'interpolation',
      ...at(span),
      type: b.known.string,
      parts: [{ value: receiver, alignment: undefined, format: undefined }],
    }
  if (name === 'GetValueOrDefault' && args.length === 0) {
    const local = new Local({ name: '', type: inner, kind: 'temporary' })
    return {
      kind: 'coalesce',
      ...at(span),
      type: inner,
      left: receiver,
      local,
      whenNotNull: localNode(span, local),
      right: { kind: 'default', ...at(span), type: inner },
    }
  }
  if (name !== 'Equals' || arg === undefined || args.length > 1) return undefined
  return callGroup(b, groupOf(span, b.known.object, name), [{ bound: receiver, name: undefined, mode: 'value' }, arg], span)
}

/** The arguments in parameter order, converted, with arrays for `params` and the defaults filled in. */
export function placeArguments<C extends Candidate>(
  b: Binding,
  best: Applicable<C>,
  args: readonly Arg[],
  span: Span,
): { readonly values: readonly Bound[]; readonly order: readonly number[] | undefined } {
  const convertAt = (index: number): Bound => {
    const arg = args[index]
    const target = best.targets[index]
    const conversion = best.conversions[index]
    if (arg === undefined || target === undefined || conversion === undefined) return errorNode(span)
    if (arg.mode !== 'value') return byReference(arg, target)
    return applyConversion(b, arg.bound, target, conversion, true)
  }
  const values = best.places.map((list, i) => {
    const parameter = best.candidate.parameters[i]
    const type = best.types[i] ?? errorType
    if (best.expanded && parameter?.isParams === true && type instanceof ArrayType) {
      const items = list.map(convertAt)
      return { kind: 'array', ...at(span), type, element: type.element, sizes: [], items, lengths: [items.length] } as const
    }
    const [index] = list
    return index === undefined ? defaultArgument(span, type, parameter) : convertAt(index)
  })
  const order = best.places.map((list, i) => [list[0] ?? args.length, i] as const)
  const sorted = order.toSorted((one, other) => one[0] - other[0]).map(([, i]) => i)
  return { values, order: sorted.every((each, i) => each === i) ? undefined : sorted }
}

function defaultArgument(span: Span, type: Type, parameter: Parameter | undefined): Bound {
  const value = parameter?.optional?.value
  return value === undefined ? { kind: 'default', ...at(span), type } : constantNode(span, type, value)
}

/** `ref x`, `out x`, `out var x`: an `out var` takes the parameter's type. */
function byReference(arg: Arg, type: Type): Bound {
  const mode = arg.mode === 'out' ? 'out' : 'ref'
  if (arg.bound.kind === 'out variable') {
    const { local } = arg.bound
    if (local.type === errorType) local.type = type
    return {
      kind: 'reference',
      ...at(arg.bound),
      type,
      mode,
      target: { kind: 'local', ...at(arg.bound), type: local.type, local },
    }
  }
  return { kind: 'reference', ...at(arg.bound), type, mode, target: arg.bound }
}

// Delegates and local functions

function callDelegate(b: Binding, target: Bound, type: NamedType, args: readonly Arg[], span: Span): Bound {
  const invoke = invokeOf(type)
  if (invoke === undefined) return errorNode(span)
  const candidate = methodCandidate({ member: invoke, owner: type })
  const resolution = resolveOverload(b, [candidate], args, undefined)
  if (resolution.kind !== 'found') {
    if (resolution.kind === 'none')
      reportMisfits(b, resolution.misfits, args, { name: displayName(type), start: span.start, span, delegate: true })
    return errorNode(span)
  }
  const { values } = placeArguments(b, resolution.best, args, span)
  return { kind: 'delegate call', ...at(span), type: substitute(invoke.returns, typeArguments(type)), target, args: values }
}

export const functionCandidate = (symbol: LocalFunctionSymbol): Candidate => ({
  parameters: symbol.parameters,
  typeParameters: symbol.typeParameters,
  owner: new Map(),
  isExtension: false,
})

export function callFunction(
  b: Binding,
  symbol: LocalFunctionSymbol,
  typeArgs: readonly Type[] | undefined,
  args: readonly Arg[],
  span: Span,
): Bound {
  const resolution = resolveOverload(b, [functionCandidate(symbol)], args, typeArgs)
  if (resolution.kind !== 'found') {
    if (resolution.kind === 'none') reportMisfits(b, resolution.misfits, args, { name: symbol.name, start: span.start, span })
    return errorNode(span)
  }
  const { values, order } = placeArguments(b, resolution.best, args, span)
  const types = resolution.best.typeArgs
  b.instance(symbol, types)
  const map = new Map<Type, Type>(symbol.typeParameters.map((each, i) => [each, types[i] ?? errorType]))
  const type = substitute(symbol.returns, map)
  const made: Bound = { kind: 'local call', ...at(span), type, target: symbol, types, args: values, order }
  return symbol.syntax.returnsRef ? { kind: 'dereference', ...at(span), type, operand: made } : made
}

// Indexers

/** `target[args]` (§12.7.7). */
export function bindIndex(b: Binding, syntax: Expression & { kind: 'index' }, scope: Scope): Bound {
  const target = requireValue(b, b.expression(syntax.target, scope))
  const args = bindArguments(b, syntax.args, scope)
  if (isError(target) || args.some(arg => isError(arg.bound))) return errorNode(syntax)
  return indexOf(b, target, args, syntax)
}

export function indexOf(b: Binding, target: Bound, args: readonly Arg[], span: Span): Bound {
  const dynamic = isDynamic(target.type) || args.some(arg => isDynamic(arg.bound.type))
  if (dynamic) return dispatched(b, span, { type: dynamicType, site: { kind: 'index', assign: false } }, [target], args)
  if (target.type instanceof ArrayType) return arrayElement(b, target, target.type, args, span)
  return callIndexer(b, target, args, span)
}

interface IndexerCandidate extends Candidate {
  readonly property: Property
  readonly ownerType: NamedType
}

const indexerCandidate = ({ member, owner }: Owned<Property>): IndexerCandidate => ({
  property: member,
  ownerType: owner,
  parameters: member.parameters,
  typeParameters: [],
  owner: typeArguments(owner),
  isExtension: false,
})

function callIndexer(b: Binding, target: Bound, args: readonly Arg[], span: Span): Bound {
  let closest: Resolution<IndexerCandidate> | undefined
  for (const level of findIndexers(b.known, target.type)) {
    const resolution = resolveOverload(b, level.map(indexerCandidate), args, undefined)
    if (resolution.kind === 'found') return indexerCall(b, target, resolution.best, args, span)
    closest ??= resolution
  }
  if (closest === undefined) {
    const shown = target.type === nullType ? '<null>' : describe(target)
    fault(b, span, 'CS0021', `Cannot apply indexing with [] to an expression of type '${shown}'`)
  } else if (closest.kind === 'none') reportMisfits(b, closest.misfits, args, { name: 'this', start: span.start, span })
  else fault(b, span, 'CS0121', 'The call is ambiguous between two indexers')
  return errorNode(span)
}

function indexerCall(b: Binding, target: Bound, best: Applicable<IndexerCandidate>, args: readonly Arg[], span: Span): Bound {
  const { property, ownerType } = best.candidate
  noteUse(b, ownerType, 'Item')
  const { values } = placeArguments(b, best, args, span)
  const type = substitute(property.type, typeArguments(ownerType))
  return { kind: 'property', ...at(span), type, property, types: [], receiver: asReceiver(b, target, ownerType), args: values }
}

function arrayElement(b: Binding, array: Bound, type: ArrayType, args: readonly Arg[], span: Span): Bound {
  if (args.length !== type.rank) {
    fault(b, span, 'CS0022', `Wrong number of indices inside []; expected ${type.rank}`)
    return errorNode(span)
  }
  const indexes = args.map(arg => arrayIndex(b, arg.bound))
  return { kind: 'array element', ...at(span), type: type.element, array, indexes }
}

/** An index is an int, uint, long or ulong. */
export function arrayIndex(b: Binding, bound: Bound): Bound {
  for (const kind of ['int', 'uint', 'long', 'ulong'] as const) {
    const type = b.known.numeric(kind)
    const { value, faults } = b.speculate(() => b.implicit(bound, type))
    if (value !== undefined && !faults.hasErrors) return value
  }
  return b.implicit(bound, b.known.int) ?? errorNode(bound)
}

// nameof

/** `nameof(…)`, unless something in scope has that name. */
function isNameof({ target, args }: Expression & { kind: 'call' }, scope: Scope): boolean {
  return (
    target.kind === 'name' &&
    target.name === 'nameof' &&
    target.args === undefined &&
    args.length === 1 &&
    scope.find('nameof') === undefined
  )
}

/** Naming something does not use it: neither an instance member without an instance nor a reference in a function inside. */
const forgivenInNames: ReadonlySet<string> = new Set(['CS0120', 'CS1628', 'CS8175'])

function bindNameof(b: Binding, syntax: Expression & { kind: 'call' }, scope: Scope): Bound {
  const [argument] = syntax.args
  const value = argument?.value
  if (value === undefined) return errorNode(syntax)
  const name = value.kind === 'name' || value.kind === 'member' ? value.name : undefined
  const { faults } = b.speculate(() => b.expression(value, scope))
  const found = faults.list.filter(({ code }) => !forgivenInNames.has(code))
  if (found.some(({ severity }) => severity === 'error')) b.faults.addAll(found)
  else if (name === undefined && value.kind !== 'type name') fault(b, value, 'CS8081', 'Expression does not have a name.')
  return constantNode(syntax, b.known.string, name ?? '')
}
