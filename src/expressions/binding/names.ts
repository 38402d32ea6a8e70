import type { Expression, Span } from '../syntax/nodes.ts'
import { AnonymousDefinition } from '../types/anonymous.ts'
import { displayName } from '../types/display.ts'
import { isDelegate, isDynamic, isString, nullableOf, substitute, typeArguments } from '../types/facts.ts'
import { baseClass } from '../types/hierarchy.ts'
import type { Property } from '../types/members.ts'
import { errorType, nullType, voidType } from '../types/registry.ts'
import { ArrayType, NamedType, type Type } from '../types/type.ts'
import { whyUnavailable } from '../types/unavailable.ts'
import type { Bound, Conversion } from './bound.ts'
import { type Binding, fault } from './context.ts'
import { convert, requireValue } from './convert.ts'
import { findMethods, findProperty, type Owned } from './lookup.ts'
import { at, constantNode, errorNode, hasValue, isError, localNode } from './nodes.ts'
import type { Local, Scope } from './scope.ts'
import { isTupleType, tupleNames } from './tuple-types.ts'
import { findTypeName, isForbidden, isForbiddenSpace } from './type-names.ts'

/** A simple name: a local, a function, a global, a type, a namespace (C# 7 §12.7.3). */
export function bindName(b: Binding, syntax: Expression & { kind: 'name' }, scope: Scope): Bound {
  const { name, args } = syntax
  const entry = scope.find(name)
  if (entry?.kind === 'local') return useLocal(b, syntax, entry.local, scope)
  if (entry?.kind === 'function') {
    const typeArgs = args?.map(arg => b.type(arg, scope))
    return { kind: 'local function', ...at(syntax), type: voidType, symbol: entry.symbol, typeArgs }
  }
  if (entry?.kind === 'alias') return b.expression(aliasPath(syntax, entry.path), scope)
  if (entry?.kind === 'type parameter') return { kind: 'type', ...at(syntax), type: entry.type }
  const global = b.globals.get(name)
  if (global !== undefined) return { kind: 'global', ...at(syntax), type: global, name }
  return (
    typeOrNamespace(
      b,
      syntax,
      name,
      args?.map(arg => b.type(arg, scope)),
    ) ??
    ownMethod(b, syntax, name) ??
    reportUnknownName(b, syntax, name)
  )
}

function useLocal(b: Binding, span: Span, local: Local, scope: Scope): Bound {
  if (local.awaited && local.type === errorType) {
    fault(b, span, 'CS0841', `Cannot use local variable '${local.name}' before it is declared`)
    return errorNode(span)
  }
  if (local.owner !== scope.frame) {
    local.captured = true
    if (local.mode !== 'value') reportCapture(b, span, local)
  }
  return local.constant === undefined ? localNode(span, local) : constantNode(span, local.type, local.constant.value)
}

/** A function inside may outlive what a reference names. */
function reportCapture(b: Binding, span: Span, { kind, name }: Local): void {
  const [code, what] = kind === 'parameter' ? ['CS1628', 'ref or out parameter'] : ['CS8175', 'ref local']
  fault(b, span, code, `Cannot use ${what} '${name}' inside an anonymous method, lambda expression, or query expression`)
}

/** A range variable of a query is a member of the transparent parameter. */
function aliasPath(span: Span, path: readonly string[]): Expression {
  const [first = '', ...rest] = path
  let expression: Expression = { kind: 'name', ...at(span), name: first, args: undefined }
  for (const name of rest)
    expression = { kind: 'member', ...at(span), target: expression, name, args: undefined, nameStart: span.start }
  return expression
}

/** `Equals(a, b)`: an expression stands in a class, which inherits object's methods. */
function ownMethod(b: Binding, span: Span, name: string): Bound | undefined {
  return findMethods(b.known, b.known.object, name).length === 0 ? undefined : groupOf(span, b.known.object, name)
}

/** The methods of that name that a type has, to be called without an object. */
export function groupOf(
  span: Span,
  ofType: Type,
  name: string,
  nameStart = span.start,
  typeArgs?: readonly Type[],
): Bound & { kind: 'method group' } {
  return { kind: 'method group', ...at(span), type: voidType, name, receiver: undefined, ofType, typeArgs, nameStart }
}

function typeOrNamespace(b: Binding, span: Span, name: string, args: readonly Type[] | undefined): Bound | undefined {
  const definition = findTypeName(b, [{ name, args: args?.map(() => undefined) }])
  if (definition !== undefined)
    return { kind: 'type', ...at(span), type: args?.includes(errorType) === true ? errorType : definition.of(...(args ?? [])) }
  return b.known.space.hasNamespace(name) ? { kind: 'namespace', ...at(span), type: voidType, name } : undefined
}

function reportUnknownName(b: Binding, span: Span, name: string): Bound {
  if (name === '') return errorNode(span)
  if (isForbidden(name)) fault(b, span, 'CS0103', `'${name}' is not among the types that policy expressions may use`)
  else fault(b, span, 'CS0103', `The name '${name}' does not exist in the current context`)
  return errorNode(span)
}

/** `target.Name` (§12.7.5). */
export function bindMember(b: Binding, syntax: Expression & { kind: 'member' }, scope: Scope, invoked = false): Bound {
  const target = b.expression(syntax.target, scope)
  const typeArgs = syntax.args?.map(arg => b.type(arg, scope))
  return memberOf(b, target, syntax, { name: syntax.name, typeArgs, nameStart: syntax.nameStart, invoked })
}

export interface MemberName {
  readonly name: string
  readonly typeArgs: readonly Type[] | undefined
  readonly nameStart: number
  /** Whether it is called: then properties that hold no delegate are passed over (C# 7 §12.5.1). */
  readonly invoked?: boolean
}

export function memberOf(b: Binding, target: Bound, span: Span, member: MemberName): Bound {
  if (isError(target) || member.name === '') return errorNode(span)
  switch (target.kind) {
    case 'namespace':
      return inNamespace(b, target.name, span, member)
    case 'type':
      return staticMember(b, target.type, span, member)
    case 'method group':
    case 'local function':
    case 'unbound lambda':
      fault(
        b,
        span,
        'CS0119',
        `'${target.kind === 'method group' ? `${target.name}()` : 'expression'}' is a method, which is not valid in the given context`,
      )
      return errorNode(span)
    default:
      return instanceMember(b, target, span, member)
  }
}

function inNamespace(b: Binding, namespace: string, span: Span, { name, typeArgs, nameStart }: MemberName): Bound {
  const found = typeOrNamespace(b, span, `${namespace}.${name}`, typeArgs)
  if (found !== undefined) return found
  if (isForbiddenSpace(`${namespace}.${name}`))
    fault(b, { start: nameStart }, 'CS0234', `The namespace '${namespace}.${name}' has no types that policy expressions may use`)
  else if (isForbidden(name))
    fault(b, span, 'CS0234', `The type '${namespace}.${name}' is not among the types that policy expressions may use`)
  else
    fault(
      b,
      { start: nameStart },
      'CS0234',
      `The type or namespace name '${name}' does not exist in the namespace '${namespace}'`,
    )
  return errorNode(span)
}

function staticMember(b: Binding, type: Type, span: Span, member: MemberName): Bound {
  const { name, typeArgs, nameStart } = member
  if (type === errorType) return errorNode(span)
  const property = memberProperty(b, type, member, false)
  if (property !== undefined) {
    if (!property.member.isStatic) return reportInstance(b, span, `${displayName(property.owner)}.${name}`)
    noteUse(b, property.owner, name)
    const closed = substitute(property.member.type, typeArguments(property.owner))
    if (property.member.constant !== undefined) return constantNode(span, closed, property.member.constant.value)
    const types = property.member.takesTypes ? property.owner.args : []
    return { kind: 'property', ...at(span), type: closed, property: property.member, types, receiver: undefined, args: [] }
  }
  if (findMethods(b.known, type, name).length > 0) {
    return groupOf(span, type, name, nameStart, typeArgs)
  }
  const nested = type instanceof NamedType ? typeOrNamespace(b, span, `${type.definition.fullName}.${name}`, typeArgs) : undefined
  if (nested?.kind === 'type') return nested
  const reason = reasonFor(type, name)
  fault(b, { start: nameStart }, 'CS0117', `'${displayName(type)}' does not contain a definition for '${name}'${reason}`)
  return errorNode(span)
}

function reportInstance(b: Binding, span: Span, name: string): Bound {
  fault(b, span, 'CS0120', `An object reference is required for the non-static field, method, or property '${name}'`)
  return errorNode(span)
}

function instanceMember(b: Binding, bound: Bound, span: Span, member: MemberName): Bound {
  const { name, typeArgs, nameStart } = member
  const target = requireValue(b, bound)
  if (isError(target)) return errorNode(span)
  if (!hasValue(target) || target.type === voidType || target.type === nullType) {
    const shown = target.type === nullType ? '<null>' : target.type === voidType ? 'void' : target.kind
    fault(b, { start: nameStart - 1 }, 'CS0023', `Operator '.' cannot be applied to operand of type '${shown}'`)
    return errorNode(span)
  }
  const { type } = target
  if (isDynamic(type))
    return { kind: 'dynamic', ...at(span), type, site: { kind: 'member', name, assign: false }, operands: [target] }
  const special = specialMember(b, target, span, name) ?? nullableValue(target, span, name)
  if (special !== undefined) return special
  const property = memberProperty(b, type, member, b.extensions(name).length > 0)
  if (property !== undefined) {
    if (property.member.isStatic) return reportStatic(b, span, `${displayName(property.owner)}.${name}`)
    noteUse(b, property.owner, name)
    const receiver = asReceiver(b, target, property.owner)
    const closed = substitute(property.member.type, typeArguments(property.owner))
    return { kind: 'property', ...at(span), type: closed, property: property.member, types: [], receiver, args: [] }
  }
  if (findMethods(b.known, type, name).length > 0 || b.extensions(name).length > 0) {
    return { kind: 'method group', ...at(span), type: voidType, name, receiver: target, ofType: undefined, typeArgs, nameStart }
  }
  reportMissing(b, type, name, nameStart)
  return errorNode(span)
}

function memberProperty(
  b: Binding,
  type: Type,
  { name, invoked }: MemberName,
  hasExtensions: boolean,
): Owned<Property> | undefined {
  const found = findProperty(b.known, type, name)
  if (found === undefined || invoked !== true || isDelegate(found.member.type) || isDynamic(found.member.type)) return found
  return hasExtensions || findMethods(b.known, type, name).length > 0 ? undefined : found
}

function reportStatic(b: Binding, span: Span, name: string): Bound {
  fault(b, span, 'CS0176', `Member '${name}' cannot be accessed with an instance reference; qualify it with a type name instead`)
  return errorNode(span)
}

/** What is said of a member of .NET's that expressions cannot have. */
function reasonFor(type: Type, name: string): string {
  if (!(type instanceof NamedType)) return ''
  const owners = [type.definition.fullName]
  for (let base = baseClass(type); base !== undefined; base = baseClass(base)) owners.push(base.definition.fullName)
  const reason = whyUnavailable(owners, name)
  return reason === undefined ? '' : `: it is not available in policy expressions (${reason})`
}

export function reportMissing(b: Binding, type: Type, name: string, start: number): void {
  const shown = displayName(type)
  const reason = reasonFor(type, name)
  const unknown = ` and no extension method '${name}' accepting a first argument of type '${shown}' could be found (are you missing a using directive or an assembly reference?)`
  fault(b, { start }, 'CS1061', `'${shown}' does not contain a definition for '${name}'${reason === '' ? unknown : reason}`)
}

/** Members that the language knows: array lengths, elements of tuples and of anonymous objects. */
function specialMember(b: Binding, target: Bound, span: Span, name: string): Bound | undefined {
  const { type } = target
  if (type instanceof ArrayType && type.rank === 1 && name === 'Length')
    return { kind: 'array length', ...at(span), type: b.known.int, array: target }
  if (isTupleType(type)) {
    const named = tupleNames(type).indexOf(name)
    const index = named >= 0 ? named : Number(/^Item([1-9][0-9]?)$/.exec(name)?.[1] ?? 0) - 1
    const item = type.args[index]
    if (item !== undefined) return { kind: 'tuple item', ...at(span), type: item, tuple: target, index }
  }
  if (type instanceof NamedType && type.definition instanceof AnonymousDefinition) {
    const index = type.definition.names.indexOf(name)
    const item = type.args[index]
    if (item !== undefined) return { kind: 'anonymous item', ...at(span), type: item, target, index }
  }
  return undefined
}

/** `x.Value` of a nullable throws when there is none. */
function nullableValue(target: Bound, span: Span, name: string): Bound | undefined {
  const inner = nullableOf(target.type)
  if (inner === undefined || name !== 'Value') return undefined
  const conversion: Conversion = { kind: 'nullable', implicit: false, inner: { kind: 'identity' }, fromNull: true, toNull: false }
  return { kind: 'conversion', ...at(span), type: inner, conversion, operand: target, checked: false }
}

/** The receiver as the member's declaring type sees it: boxed when a struct's member is declared by object or an interface. */
export function asReceiver(b: Binding, receiver: Bound, owner: NamedType): Bound {
  if (receiver.type === owner || receiver.type === errorType) return receiver
  if (receiver.type instanceof NamedType && receiver.type.definition === owner.definition) return receiver
  if (isString(receiver.type)) return receiver
  return convert(b, receiver, owner)
}

/** Notes that a host type's member is mentioned, so that its embedder knows what may be touched. */
export function noteUse(b: Binding, owner: NamedType, name: string): void {
  if (b.isHostType(owner)) b.uses.add(`${owner.definition.name}.${name}`)
}
