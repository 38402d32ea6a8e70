import type { Span } from '../syntax/nodes.ts'
import { voidType } from '../types/registry.ts'
import type { Type } from '../types/type.ts'
import type { Bound, DynamicSite } from './bound.ts'
import { type Binding, fault } from './context.ts'
import { at, errorNode } from './nodes.ts'
import type { Arg } from './overloads.ts'

const groupText =
  'Cannot use a method group as an argument to a dynamically dispatched operation. Did you intend to invoke the method?'

/** What has no type of its own cannot go along to where the choice is made at run time (C# 7 §12.6.5). */
const refusals: ReadonlyMap<Bound['kind'], readonly [code: string, message: string]> = new Map([
  ['method group', ['CS1976', groupText]],
  ['local function', ['CS1976', groupText]],
  [
    'unbound lambda',
    [
      'CS1977',
      'Cannot use a lambda expression as an argument to a dynamically dispatched operation without first casting it to a delegate or expression tree type.',
    ],
  ],
  ['default literal', ['CS8311', 'Cannot use a default literal as an argument to a dynamically dispatched operation.']],
])

/** An operation that is chosen at run time, by `receivers` (what it is done to) and the arguments. */
export function dispatched(
  b: Binding,
  span: Span,
  { type, site }: { readonly type: Type; readonly site: DynamicSite },
  receivers: readonly Bound[],
  args: readonly Arg[],
): Bound {
  const refused = args.find(({ bound, mode }) => refusals.has(bound.kind) || (mode === 'value' && bound.type === voidType))
  if (refused === undefined)
    return { kind: 'dynamic', ...at(span), type, site, operands: [...receivers, ...args.map(arg => arg.bound)] }
  const [code, message] = refusals.get(refused.bound.kind) ?? [
    'CS1978',
    "Cannot use an expression of type 'void' as an argument to a dynamically dispatched operation.",
  ]
  fault(b, refused.bound, code, message)
  return errorNode(span)
}
