import { definePolicy, element, many, optional, policies, value } from '../define-policy.ts'
import { next } from '../outcome.ts'
import { judgeTraced } from '../trace/judge-condition.ts'

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
        const subject = `condition ${i + 1} at line ${branch.position.line}`
        if (ctx.tracer === null ? condition(ctx) : judgeTraced({ condition, place, subject }, ctx, ctx.tracer))
          return branch.policies(ctx)
      }
      return fallback(ctx)
    }
  },
})
