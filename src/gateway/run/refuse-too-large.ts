import type { Call } from './call.ts'
import { errorResponse } from './error-response.ts'
import type { Verdict } from './run-plan.ts'

/** What becomes of a call whose body turned out larger than it may be, while a policy read it or the backend was sent it. */
export function refuseTooLarge(call: Call): Verdict {
  call.response = errorResponse(413, 'The request body is too large.', { requestId: call.requestId })
  return { decision: 'refused', reason: 'request.body-too-large' }
}
