import type { Position } from '../../catalog/diagnostic.ts'
import { definePolicy, element, many, optional, policies, value } from '../define-policy.ts'
import { next } from '../outcome.ts'
import type { Comparison } from '../trace/tracer.ts'

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
        const holds = branch.attributes.condition(ctx)
        if (ctx.tracer !== null) ctx.tracer.compared(place, conditionOf(i, branch.position, holds))
        if (holds) return branch.policies(ctx)
      }
      return fallback(ctx)
    }
  },
})

/** A condition that does not hold is no fault: the next one has its turn. */
function conditionOf(index: number, { line }: Position, holds: boolean): Comparison {
  return { subject: `condition ${index + 1} at line ${line}`, expected: [], received: [String(holds)], holds: true }
}
