import { NetException } from '../types/exceptions.ts'
import { isValueType, nullableOf, numericKind, substitute, typeArguments } from '../types/facts.ts'
import { baseClass } from '../types/hierarchy.ts'
import type { Method } from '../types/members.ts'
import { errorType } from '../types/registry.ts'
import { membersOf } from '../types/signature.ts'
import { NamedType } from '../types/type.ts'
import type { Bound } from './bound.ts'
import { callOf } from './call-nodes.ts'
import { type Binding, fault } from './context.ts'
import { convert, describe } from './convert.ts'
import { lift, type Operation } from './lifting.ts'
import { constantNode, constantOf, errorNode } from './nodes.ts'
import { type Candidate, resolveOverload } from './overloads.ts'

interface OperatorCandidate extends Candidate {
  readonly method: Method
  readonly ownerType: NamedType
  readonly lifted: boolean
}

/** A user-defined operator of either operand's type (§12.4.5), or its lifted form; undefined when none applies. */
export function userOperation(b: Binding, operator: string, operands: readonly Bound[], op: Operation): Bound | undefined {
  const candidates = operatorCandidates(b, operator, operands)
  if (candidates.length === 0) return undefined
  const args = operands.map(bound => ({ bound, name: undefined, mode: 'value' as const }))
  const plain = resolveOverload(
    b,
    candidates.filter(each => !each.lifted),
    args,
    undefined,
  )
  if (plain.kind === 'found') return operatorCall(b, plain.best.candidate, operands, op)
  if (plain.kind === 'ambiguous') return reportAmbiguous(b, operator, operands, op)
  const lifted = resolveOverload(
    b,
    candidates.filter(each => each.lifted),
    args,
    undefined,
  )
  return lifted.kind === 'found' ? liftedCall(b, operator, lifted.best.candidate, operands, op) : undefined
}

function reportAmbiguous(b: Binding, operator: string, operands: readonly Bound[], op: Operation): Bound {
  const [left, right] = operands.map(describe)
  fault(b, op.span, 'CS0034', `Operator '${operator}' is ambiguous on operands of type '${left}' and '${right}'`)
  return errorNode(op.span)
}

function operatorCandidates(b: Binding, operator: string, operands: readonly Bound[]): OperatorCandidate[] {
  const owners = new Set<NamedType>()
  for (const { type } of operands) {
    const plain = nullableOf(type) ?? type
    if (numericKind(plain) !== undefined && numericKind(plain) !== 'decimal') continue
    for (let each = plain instanceof NamedType ? plain : undefined; each !== undefined; each = baseClass(each)) {
      if (each.definition.fullName !== 'System.String') owners.add(each)
    }
  }
  const found: OperatorCandidate[] = []
  for (const owner of owners) {
    for (const method of membersOf(owner.definition).operators.get(operator) ?? []) {
      if (method.parameters.length === operands.length) found.push(...operatorForms(b, method, owner))
    }
  }
  return found
}

function operatorForms(b: Binding, method: Method, ownerType: NamedType): OperatorCandidate[] {
  const base = { method, ownerType, typeParameters: [], isExtension: false, owner: typeArguments(ownerType) }
  const plain = { ...base, parameters: method.parameters, lifted: false }
  const closed = method.parameters.map(each => substitute(each.type, base.owner))
  if (!closed.every(type => isValueType(type) && nullableOf(type) === undefined)) return [plain]
  const nullables = method.parameters.map((each, i) => ({ ...each, type: b.known.nullable(closed[i] ?? each.type) }))
  return [plain, { ...base, parameters: nullables, lifted: true }]
}

function operatorCall(b: Binding, { method, ownerType }: OperatorCandidate, operands: readonly Bound[], op: Operation): Bound {
  const map = typeArguments(ownerType)
  const args = operands.map((operand, i) => convert(b, operand, substitute(method.parameters[i]?.type ?? errorType, map)))
  const folded = numericKind(ownerType) === 'decimal' ? foldDecimal(b, method, args, op) : undefined
  if (folded !== undefined) return folded
  return callOf(op.span, method, ownerType, undefined, args, substitute(method.returns, map))
}

/** §12.4.8: null in, null out; comparisons give false. */
function liftedCall(
  b: Binding,
  operator: string,
  candidate: OperatorCandidate,
  operands: readonly Bound[],
  op: Operation,
): Bound | undefined {
  const map = typeArguments(candidate.ownerType)
  const types = candidate.method.parameters.map(each => substitute(each.type, map))
  const returns = substitute(candidate.method.returns, map)
  return lift(b, operator, operands, types, returns, op, locals => operatorCall(b, candidate, locals, op))
}

/** Arithmetic of decimal constants, by the table's own operators. */
function foldDecimal(b: Binding, method: Method, args: readonly Bound[], op: Operation): Bound | undefined {
  const constants = args.map(constantOf)
  if (method.run === undefined || constants.some(each => each === undefined)) return undefined
  try {
    return constantNode(op.span, method.returns, method.run(...constants.map(each => each?.value)))
  } catch (error) {
    if (!(error instanceof NetException)) throw error
    const byZero = error.fullName === 'System.DivideByZeroException'
    fault(
      b,
      op.span,
      byZero ? 'CS0020' : 'CS0463',
      byZero ? 'Division by constant zero' : 'Evaluation of the decimal constant expression failed',
    )
    return { ...errorNode(op.span), type: method.returns }
  }
}
