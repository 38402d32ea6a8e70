import { NetException } from '../../expressions/types/exceptions.ts'
import type { CallContext } from '../context/call-context.ts'
import type { Evaluator } from '../values.ts'
import type { ConditionPart, PolicyPlace, Tracer } from './tracer.ts'

export interface JudgedCondition {
  readonly condition: Evaluator<boolean>
  readonly place: PolicyPlace
  /** `condition 2 at line 7`. */
  readonly subject: string
  /** What it throws is no fault: the policy goes on without it. */
  readonly mayThrow?: boolean
}

/** Judges a condition and tells the tracer what it came to, also when it throws. One that does not hold is no fault: something else has its turn. */
export function judgeTraced(
  { condition, place, subject, mayThrow = false }: JudgedCondition,
  ctx: CallContext,
  tracer: Tracer,
): boolean {
  const isOfBody = condition.namesOneOf?.(tracer.bodyVariables) === true
  let parts: readonly ConditionPart[] = []
  const tell = (received: readonly string[], holds: boolean) =>
    tracer.compared(place, { subject, expected: [], received, holds, ...(parts.length === 0 ? {} : { parts }) })
  try {
    const result = condition.watched?.(ctx, told => (parts = isOfBody ? told.map(withoutValues) : told)) ?? condition(ctx)
    tell([String(result)], true)
    return result
  } catch (error) {
    tell([`threw ${nameOf(error)}`], mayThrow)
    throw error
  }
}

const withoutValues = (part: ConditionPart): ConditionPart => ({ ...part, values: [] })

/** An exception of .NET is named by its type, as it is where a call's record tells it. */
function nameOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (cause instanceof NetException) return cause.fullName
  return cause instanceof Error ? cause.message : String(cause)
}
