import { BodyTooLarge } from '../../policies/context/body.ts'
import type { ResponseMessage } from '../../policies/context/call-context.ts'
import type { Ports } from '../../policies/ports.ts'
import type { Call } from './call.ts'
import { describeDefect } from './describe-defect.ts'
import { errorResponse } from './error-response.ts'
import { refuseTooLarge } from './refuse-too-large.ts'
import type { Verdict } from './run-plan.ts'

/** The one place where what nobody foresaw becomes a 500: the detail goes to the log under the request's id. */
export function defect(error: unknown, call: Call, log: Ports['log']): Verdict {
  if (error instanceof BodyTooLarge) return refuseTooLarge(call)
  if (call.isGone) {
    call.response = errorResponse(499, 'The caller went away.')
    return { decision: 'failed', reason: 'request.aborted' }
  }
  log({
    severity: 'error',
    source: 'gateway',
    message: describeDefect(error),
    requestId: call.requestId,
  })
  call.response = internalError(call)
  return { decision: 'failed', reason: 'internal' }
}

export function internalError({ requestId }: Call): ResponseMessage {
  return errorResponse(500, `Internal server error. Request id: ${requestId}`, { requestId })
}
