import type { Bound } from '../binding/bound.ts'
import { instancesOf } from '../binding/side-tables.ts'
import { notNull } from './conversions.ts'
import type { Emission } from './emission.ts'
import { assign, call, id, type Js, literal, sequence } from './js-tree.ts'
import { emitPlace, emitReceiver, neverNull } from './places.ts'

type Call = Bound & { kind: 'call' | 'local call' }

/** A call of a table's function or of a local function, with C#'s order of evaluation. */
export function emitCall(e: Emission, node: Call, discarded: boolean): Js {
  const callee = node.kind === 'call' ? e.constant(node.method.run) : id(e.functionName(instanceOf(node)))
  const types = node.kind === 'call' && node.types.length > 0 ? [e.typeList(node.types)] : []
  const receiver = node.kind === 'call' ? node.receiver : undefined
  const plain = node.order === undefined && node.args.every(arg => arg.kind !== 'reference' || passesRef(arg))
  if (plain && (receiver === undefined || neverNull(receiver) || node.args.every(isSimple))) {
    const self = receiver === undefined ? [] : [emitReceiver(e, receiver)]
    return call(callee, ...types, ...self, ...node.args.map(arg => emitArgument(e, arg)))
  }
  return emitOrdered(e, node, callee, types, receiver, discarded)
}

function instanceOf(node: Bound & { kind: 'local call' }) {
  const found = instancesOf(node.target).find(
    each => each.types.length === node.types.length && each.types.every((type, i) => type === node.types[i]),
  )
  const instance = found ?? instancesOf(node.target)[0]
  if (instance === undefined) throw new TypeError('a local function without a body')
  return instance
}

/** What can neither fail nor be changed by a later argument. */
const isSimple = (bound: Bound): boolean =>
  bound.kind === 'constant' ||
  bound.kind === 'lambda' ||
  bound.kind === 'default' ||
  bound.kind === 'global' ||
  (bound.kind === 'local' && !bound.local.captured) ||
  (bound.kind === 'conversion' &&
    (bound.conversion.kind === 'identity' ||
      bound.conversion.kind === 'boxing' ||
      (bound.conversion.kind === 'reference' && bound.conversion.implicit)) &&
    isSimple(bound.operand)) ||
  (bound.kind === 'array' && bound.items !== undefined && bound.items.every(isSimple))

/** A ref parameter handed on: the callee gets the same Ref. */
const passesRef = (arg: Bound) => arg.kind === 'reference' && arg.target.kind === 'local' && arg.target.local.mode !== 'value'

function emitArgument(e: Emission, arg: Bound): Js {
  return passesRef(arg) && arg.kind === 'reference' && arg.target.kind === 'local' ? id(e.name(arg.target.local)) : e.expr(arg)
}

/** Receiver and arguments into temporaries in the order that they are written; then the call; then what came back by reference. */
function emitOrdered(
  e: Emission,
  node: Call,
  callee: Js,
  types: readonly Js[],
  receiver: Bound | undefined,
  discarded: boolean,
): Js {
  const steps: Js[] = []
  const after: Js[] = []
  const self: Js[] = []
  if (receiver !== undefined) {
    const kept = e.temp()
    steps.push(assign(kept, e.expr(receiver)))
    self.push(neverNull(receiver) ? kept : notNull(e, kept))
  }
  const values: Js[] = []
  for (const index of node.order ?? node.args.keys()) {
    const arg = node.args[index]
    if (arg === undefined) continue
    values[index] =
      arg.kind === 'reference' && !passesRef(arg) && !(node.kind === 'local call' && arg.mode === 'ref')
        ? emitCopied(e, arg, steps, after)
        : keepArgument(e, arg, steps)
  }
  const made = call(callee, ...types, ...self, ...values)
  if (after.length === 0) return sequence([...steps, made])
  if (discarded || node.type.fullName === 'System.Void') return sequence([...steps, made, ...after])
  const result = e.temp()
  return sequence([...steps, assign(result, made), ...after, result])
}

function keepArgument(e: Emission, arg: Bound, steps: Js[]): Js {
  const value = emitArgument(e, arg)
  if (value.type === 'Literal' || isSimple(arg) || passesRef(arg)) return value
  const kept = e.temp()
  steps.push(assign(kept, value))
  return kept
}

/** `ref x` for a table's function, `out x`: a Ref with the value, written back after the call. */
function emitCopied(e: Emission, { target, mode }: Bound & { kind: 'reference' }, steps: Js[], after: Js[]): Js {
  const ref = e.temp()
  if (target.kind === 'discard') {
    steps.push(assign(ref, { type: 'ObjectExpression', value: literal(null) }))
    return ref
  }
  const place = emitPlace(e, target)
  steps.push(...place.prepare, assign(ref, { type: 'ObjectExpression', value: mode === 'ref' ? place.get() : literal(null) }))
  after.push(place.set({ type: 'MemberExpression', object: ref, property: 'value' }))
  return ref
}

/** `f(args)` of a delegate. */
export function emitDelegateCall(e: Emission, node: Bound & { kind: 'delegate call' }): Js {
  const plain = node.args.every(arg => arg.kind !== 'reference')
  const target = e.expr(node.target)
  if (plain && (neverNull(node.target) || node.args.every(isSimple))) {
    return call(neverNull(node.target) ? target : notNull(e, target), ...node.args.map(arg => e.expr(arg)))
  }
  const kept = e.temp()
  const steps: Js[] = [assign(kept, target)]
  const after: Js[] = []
  const values = node.args.map(arg =>
    arg.kind === 'reference' && !passesRef(arg) ? emitCopied(e, arg, steps, after) : keepArgument(e, arg, steps),
  )
  const made = call(notNull(e, kept), ...values)
  if (after.length === 0) return sequence([...steps, made])
  const result = e.temp()
  return sequence([...steps, assign(result, made), ...after, result])
}
