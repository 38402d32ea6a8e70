import { definePolicy, element, many, optional, policies, value } from '../define-policy.ts'
import { next } from '../outcome.ts'

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
  compile({ children: { when, otherwise } }) {
    const fallback = otherwise?.policies ?? (() => next)
    return ctx => {
      for (const branch of when) if (branch.attributes.condition(ctx)) return branch.policies(ctx)
      return fallback(ctx)
    }
  },
})
