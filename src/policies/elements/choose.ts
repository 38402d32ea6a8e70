import type { Position } from '../../catalog/diagnostic.ts'
import type { CallContext } from '../context/call-context.ts'
import { definePolicy, element, many, optional, policies, value } from '../define-policy.ts'
import { next } from '../outcome.ts'
import type { Comparison, ConditionPart, PolicyPlace, Tracer } from '../trace/tracer.ts'
import type { Evaluator } from '../values.ts'

/** Runs the policies of the first `<when>` whose condition holds, or those of `<otherwise>`. */
export const choose = definePolicy({
  element: 'choose',
  summary: 'Runs policies under conditions, like if-then-else.',
  source: 'Control flow',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: {
    children: {
      when: many(element({ attributes: { condition: value.boolean() }, policies: policies() }), { min: 1 }),
      otherwise: optional(element({ policies: policies() })),
    },
  },
  compile({ children: { when, otherwise } }, _ports, { place }) {
    const fallback = otherwise?.policies ?? (() => next)
    return ctx => {
      for (const [i, branch] of when.entries()) {
        const { condition } = branch.attributes
        const holds = ctx.tracer === null ? condition(ctx) : traced(condition, ctx, ctx.tracer, place, i, branch.position)
        if (holds) return branch.policies(ctx)
      }
      return fallback(ctx)
    }
  },
})

/** Judges a condition and tells the tracer. One that does not hold is no fault: the next one has its turn. */
function traced(
  condition: Evaluator<boolean>,
  ctx: CallContext,
  tracer: Tracer,
  place: PolicyPlace,
  index: number,
  { line }: Position,
): boolean {
  let parts: readonly ConditionPart[] = []
  const holds = condition.watched?.(ctx, told => (parts = told)) ?? condition(ctx)
  const subject = `condition ${index + 1} at line ${line}`
  const compared: Comparison = { subject, expected: [], received: [String(holds)], holds: true }
  tracer.compared(place, parts.length === 0 ? compared : { ...compared, parts })
  return holds
}
