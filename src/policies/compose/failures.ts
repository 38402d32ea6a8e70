import { BudgetExceeded } from '../../expressions/types/budget.ts'
import { NetException } from '../../expressions/types/exceptions.ts'
import { BodyTooLarge } from '../context/body.ts'
import { type Refusal, refuse } from '../outcome.ts'
import { UnfitResult } from '../unfit-result.ts'
import type { Origin } from './origin.ts'

/** A value of a policy could not be computed for this call. Thrown through the policy's step, caught where steps are run. */
export class ValueFailed extends Error {
  /** Where the value stands, when that is nearer than the policy that asked for it (a `when` of a `choose`). */
  readonly origin: Origin

  constructor(origin: Origin, cause: unknown) {
    super('a policy value could not be computed', { cause })
    this.origin = origin
  }
}

/** The refusal that a failed value makes of the call; undefined for what is no failure of an expression but a bug. */
export function refusalOf(cause: unknown): Refusal | undefined {
  if (cause instanceof NetException) return expressionFailure(`Expression evaluation failed. ${cause.message}`, cause.fullName)
  if (cause instanceof UnfitResult) return expressionFailure(cause.message)
  if (cause instanceof BudgetExceeded) {
    return { ...expressionFailure('Expression evaluation failed. It took more steps than it may.'), reason: 'policy.budget' }
  }
  if (cause instanceof BodyTooLarge) return tooLarge(cause, 'request')
  return undefined
}

function expressionFailure(errorMessage: string, received?: string): Refusal {
  return refuse({
    reason: 'policy.expression',
    statusCode: 500,
    message: 'Internal server error',
    errorReason: 'ExpressionValueEvaluationFailure',
    errorMessage,
    ...(received === undefined ? {} : { received: [received] }),
  })
}

/** A body that a policy wants to see whole and that is larger than may be held. */
export function tooLarge({ limit }: BodyTooLarge, message: 'request' | 'response'): Refusal {
  return refuse({
    reason: message === 'request' ? 'request.body-too-large' : 'response.body-too-large',
    statusCode: message === 'request' ? 413 : 502,
    message: message === 'request' ? 'The request body is too large.' : 'The response of the backend is too large.',
    errorReason: message === 'request' ? 'RequestBodyTooLarge' : 'ResponseBodyTooLarge',
    expected: [`at most ${limit} bytes`],
  })
}
