import { definePolicy, policies, value } from '../define-policy.ts'
import { type Outcome, refuse } from '../outcome.ts'

/** Lets at most so many calls at a time into the policies it holds; the next is refused at once, none waits. */
export const limitConcurrency = definePolicy({
  element: 'limit-concurrency',
  summary: 'Lets at most a number of calls run the enclosed policies at the same time.',
  source: 'Limit concurrency',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: {
    attributes: { key: value.string({ nonEmpty: true }), 'max-count': value.integer({ min: 1 }) },
    policies: policies(),
  },
  counts: { kind: 'concurrency', keyAttribute: 'key', amounts: ['max-count'] },
  reasons: ['concurrency.exceeded', 'counters.full'],
  differences: [
    'Calls are counted over all threads of one gateway process; several gateways count each by itself, with Redis too, as the nodes of an API Management gateway do.',
  ],
  compile({ attributes, policies: held }, { counters }) {
    return async ctx => {
      const key = `limit-concurrency ${attributes.key(ctx)}`
      const max = attributes['max-count'](ctx)
      const entered = await counters.enter(key, max)
      if (entered !== true) return tooMany(entered === 'full', max)
      try {
        return await held(ctx)
      } finally {
        counters.leave(key)
      }
    }
  },
})

function tooMany(full: boolean, max: number): Outcome {
  return refuse({
    reason: full ? 'counters.full' : 'concurrency.exceeded',
    statusCode: full ? 503 : 429,
    message: full ? 'The gateway cannot count more callers at the moment.' : 'Concurrency limit is exceeded.',
    errorReason: 'ConcurrencyLimitExceeded',
    expected: [full ? 'a counter for the key' : `at most ${max} at a time`],
    received: [full ? 'more keys than there are counters' : 'one more'],
  })
}
