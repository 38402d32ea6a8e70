import type { Span } from '../syntax/nodes.ts'
import { displayName } from '../types/display.ts'
import { isDelegate } from '../types/facts.ts'
import { NamedType, type Type } from '../types/type.ts'
import { type Binding, fault } from './context.ts'
import { describe, reportNoConversion } from './convert.ts'
import type { Arg, Candidate, Misfit } from './overloads.ts'

interface CallSite {
  readonly name: string
  /** Where the name stands. */
  readonly start: number
  readonly span: Span
  readonly receiver?: Type | undefined
  readonly delegate?: boolean
}

type Refusal = { readonly candidate: Candidate; readonly misfit: Misfit }

/** How near a candidate came: the nearest one's trouble is what the author is told, as the C# compiler does. */
const nearness: Readonly<Record<Misfit['kind'], number>> = {
  argument: 5,
  inference: 4,
  name: 3,
  missing: 2,
  'type arguments': 1,
  constraint: 4,
  count: 0,
}

/** Says why no candidate takes the arguments. */
export function reportMisfits(b: Binding, refusals: readonly Refusal[], args: readonly Arg[], site: CallSite): void {
  const nearest = refusals.toSorted((one, other) => rank(other, args) - rank(one, args))[0]
  if (nearest === undefined) return
  const { candidate, misfit } = nearest
  const count = args.length - (candidate.isExtension ? 1 : 0)
  switch (misfit.kind) {
    case 'argument':
      reportArgument(b, candidate, misfit, args, site)
      return
    case 'inference':
      reportInference(b, args, site)
      return
    case 'name':
      fault(
        b,
        args[misfit.arg]?.bound ?? site,
        'CS1739',
        `The best overload for '${site.name}' does not have a parameter named '${misfit.name}'`,
      )
      return
    case 'missing':
      if (refusals.length === 1 && site.delegate !== true) {
        fault(
          b,
          site,
          'CS7036',
          `There is no argument given that corresponds to the required formal parameter '${misfit.parameter.name}' of '${site.name}'`,
        )
        return
      }
      break
    case 'constraint':
      fault(
        b,
        site,
        'CS0311',
        `The type '${displayName(misfit.type)}' cannot be used as type parameter '${misfit.parameter}' in the generic type or method '${site.name}'. There is no implicit conversion from '${displayName(misfit.type)}' to '${misfit.wanted}'.`,
      )
      return
    case 'type arguments':
      fault(
        b,
        site,
        'CS0305',
        `Using the generic method '${site.name}' requires ${candidate.typeParameters.length} type arguments`,
      )
      return
    default:
  }
  if (site.delegate === true) fault(b, site, 'CS1593', `Delegate '${site.name}' does not take ${count} arguments`)
  else fault(b, site, 'CS1501', `No overload for method '${site.name}' takes ${count} arguments`)
}

/** What is wrong inside a lambda is told rather than that its type could not be inferred. */
function reportInference(b: Binding, args: readonly Arg[], site: CallSite): void {
  for (const { bound } of args) {
    const faults = b.lambdaFaults(bound)
    if (faults?.hasErrors) {
      b.faults.addAll(faults.list)
      return
    }
  }
  fault(
    b,
    site,
    'CS0411',
    `The type arguments for method '${site.name}' cannot be inferred from the usage. Try specifying the type arguments explicitly.`,
  )
}

/** Extension methods whose receiver does not fit explain nothing; a later bad argument comes nearer than an earlier one. */
function rank({ candidate, misfit }: Refusal, args: readonly Arg[]): number {
  if (misfit.kind !== 'argument') return nearness[misfit.kind] * 100
  if (candidate.isExtension && misfit.arg === 0) return -1
  return nearness.argument * 100 + misfit.arg + (args[misfit.arg]?.bound.kind === 'unbound lambda' ? 1 : 0)
}

function reportArgument(
  b: Binding,
  candidate: Candidate,
  misfit: Misfit & { kind: 'argument' },
  args: readonly Arg[],
  site: CallSite,
): void {
  const arg = args[misfit.arg]
  if (arg === undefined) return
  const { bound } = arg
  const number = misfit.arg + (candidate.isExtension ? 0 : 1)
  if (candidate.isExtension && misfit.arg === 0) {
    const shown = describe(bound)
    fault(
      b,
      site,
      'CS1929',
      `'${shown}' does not contain a definition for '${site.name}' and the best extension method overload requires a receiver of type '${displayName(misfit.target)}'`,
    )
  } else if (bound.kind === 'unbound lambda' && isDelegate(misfit.target) && misfit.target instanceof NamedType)
    reportNoConversion(b, bound, misfit.target, bound)
  else if (arg.mode !== misfit.mode) {
    if (misfit.mode === 'value') fault(b, bound, 'CS1615', `Argument ${number} may not be passed with the '${arg.mode}' keyword`)
    else fault(b, bound, 'CS1620', `Argument ${number} must be passed with the '${misfit.mode}' keyword`)
  } else
    fault(
      b,
      bound,
      'CS1503',
      `Argument ${number}: cannot convert from '${modeOf(arg)}${describe(bound)}' to '${modeOf(arg)}${displayName(misfit.target)}'`,
    )
}

const modeOf = (arg: Arg) => (arg.mode === 'value' ? '' : `${arg.mode} `)
