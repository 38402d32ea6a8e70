import { definePolicy, optional, policies, value } from '../define-policy.ts'
import { next, type Outcome } from '../outcome.ts'

/** Runs send-request, cache-lookup-value and choose side by side; goes on when all, or any one, are through. */
export const wait = definePolicy({
  element: 'wait',
  summary: 'Waits for enclosed send-request, cache-lookup-value and choose policies to complete, all of them or any.',
  source: 'Wait',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: {
    attributes: { for: optional(value.choice(['all', 'any']), 'all') },
    policies: policies({ only: ['send-request', 'cache-lookup-value', 'choose'], min: 1 }),
  },
  compile({ attributes, eachPolicy }) {
    return async ctx => {
      const running = eachPolicy.map(async step => step(ctx))
      if (attributes.for(ctx) === 'all') return firstEnding(await Promise.all(running))
      // the slower ones run on; what they answer or throw has no say any more
      for (const one of running) one.catch(() => {})
      return Promise.race(running)
    }
  },
})

/** An ending outcome wins over `next`, the earliest in the document over later ones. */
function firstEnding(outcomes: readonly Outcome[]): Outcome {
  return outcomes.find(outcome => outcome !== next) ?? next
}
