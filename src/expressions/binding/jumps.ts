import type { Span } from '../syntax/nodes.ts'
import type { JumpTarget, LabelTarget } from './bound.ts'
import { type Binding, fault } from './context.ts'
import { Scope } from './scope.ts'

const targets = new WeakMap<Scope, JumpTarget>()
const labels = new WeakMap<Scope, Map<string, LabelTarget>>()

/** A scope inside which `break` and `continue` mean this target. */
export function withTarget(
  outer: Scope,
  kind: JumpTarget['kind'],
  holder?: Scope,
): { readonly scope: Scope; readonly target: JumpTarget } {
  const scope = new Scope(outer, outer.frame, holder === undefined ? {} : { holder })
  const target: JumpTarget = { kind, entered: new Set(), broken: false }
  targets.set(scope, target)
  return { scope, target }
}

/** The scope and target of the nearest loop or switch in the same function; undefined when there is none. */
function nearest(
  scope: Scope,
  fits: (target: JumpTarget) => boolean,
): { readonly scope: Scope; readonly target: JumpTarget } | undefined {
  for (let each: Scope | undefined = scope; each !== undefined && each.frame === scope.frame; each = each.parent) {
    const target = targets.get(each)
    if (target !== undefined && fits(target)) return { scope: each, target }
  }
  return undefined
}

export const enclosingLoop = (scope: Scope) => nearest(scope, target => target.kind === 'loop')?.target

/** What `break` leaves, when that is a switch. */
export function enclosingSwitch(scope: Scope): JumpTarget | undefined {
  const target = nearest(scope, () => true)?.target
  return target?.kind === 'switch' ? target : undefined
}

/** The switch that a `goto case` belongs to, past loops inside its sections. */
export const switchAround = (scope: Scope) => nearest(scope, target => target.kind === 'switch')

export function putLabel(b: Binding, scope: Scope, name: string, span: Span): LabelTarget {
  const known = labels.get(scope) ?? new Map<string, LabelTarget>()
  labels.set(scope, known)
  if (findLabel(scope, name) !== undefined) fault(b, span, 'CS0140', `The label '${name}' is a duplicate`)
  const target: LabelTarget = { name, used: false, defined: true }
  known.set(name, target)
  return target
}

export function findLabel(scope: Scope, name: string): LabelTarget | undefined {
  for (let each: Scope | undefined = scope; each !== undefined && each.frame === scope.frame; each = each.parent) {
    const target = labels.get(each)?.get(name)
    if (target !== undefined) return target
  }
  return undefined
}
