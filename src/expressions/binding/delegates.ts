import { isDelegate } from '../types/facts.ts'
import { voidType } from '../types/registry.ts'
import { invokeOf } from '../types/signature.ts'
import { NamedType, type Type } from '../types/type.ts'
import type { Bound } from './bound.ts'
import { callFunction, callTarget, resolveGroup } from './calls.ts'
import type { Binding } from './context.ts'
import { convert } from './convert.ts'
import { delegateShape } from './delegate-shape.ts'
import { at, errorNode, isError, localNode } from './nodes.ts'
import type { Arg } from './overloads.ts'
import { sameType } from './same-type.ts'
import { Local } from './scope.ts'
import { standardImplicit } from './standard-conversions.ts'

type Group = Bound & { kind: 'method group' | 'local function' }

/** Arguments of the delegate's parameter types, as a call from the delegate would pass them. */
function argumentsOf(group: Group, to: NamedType): { readonly args: readonly Arg[]; readonly locals: readonly Local[] } {
  const shape = delegateShape(to)
  const invoke = invokeOf(to)
  const locals = (shape?.parameters ?? []).map(
    (type, i) => new Local({ name: '', type, kind: 'parameter', mode: invoke?.parameters[i]?.mode ?? 'value' }),
  )
  return { locals, args: locals.map(local => ({ bound: localNode(group, local), name: undefined, mode: local.mode })) }
}

function call(b: Binding, group: Group, args: readonly Arg[]): Bound {
  if (group.kind === 'local function') return callFunction(b, group.symbol, group.typeArgs, args, group)
  return callTarget(b, group, args, group)
}

/** Whether a method of the group fits the delegate type (C# 7 §11.8). */
export function groupConverts(b: Binding, group: Group, to: Type): boolean {
  if (!isDelegate(to) || !(to instanceof NamedType)) return false
  const shape = delegateShape(to)
  const { args } = argumentsOf(group, to)
  if (group.kind === 'method group' && resolveGroup(b, group, args).resolution.kind !== 'found') return false
  const { value, faults } = b.speculate(() => call(b, group, args))
  if (faults.hasErrors || isError(value) || shape === undefined) return false
  if (shape.returns === voidType) return true
  const conversion = standardImplicit(value.type, shape.returns)
  return sameType(value.type, shape.returns) || conversion?.kind === 'reference'
}

/** A delegate that calls the method; the receiver is evaluated once, when the delegate is made. */
export function groupReference(b: Binding, group: Bound, to: Type): Bound {
  if (!(to instanceof NamedType) || (group.kind !== 'method group' && group.kind !== 'local function')) return errorNode(group)
  const { args, locals } = argumentsOf(group, to)
  const shape = delegateShape(to)
  const receiver = group.kind === 'method group' ? group.receiver : undefined
  const kept = receiver === undefined ? undefined : new Local({ name: '', type: receiver.type, kind: 'parameter' })
  const target = kept === undefined || group.kind !== 'method group' ? group : { ...group, receiver: localNode(group, kept) }
  const made = call(b, target, args)
  const result = shape === undefined || shape.returns === voidType || isError(made) ? made : convert(b, made, shape.returns)
  return { kind: 'method reference', ...at(group), type: to, receiver, kept, parameters: locals, call: result }
}

/** The result type of a method group for given parameter types, for inference. */
export function groupResult(b: Binding, group: Group, parameters: readonly Type[]): Type | undefined {
  const args = parameters.map(
    (type): Arg => ({
      bound: localNode(group, new Local({ name: '', type, kind: 'parameter' })),
      name: undefined,
      mode: 'value',
    }),
  )
  const { value, faults } = b.speculate(() => call(b, group, args))
  return faults.hasErrors || isError(value) ? undefined : value.type
}
