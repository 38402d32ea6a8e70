import { Body } from './body.ts'
import type { ResponseMessage } from './call-context.ts'
import { Headers } from './headers.ts'

/** What a call answers when no backend was asked and no policy said otherwise: 200 without a body. */
export function emptyResponse(): ResponseMessage {
  return { statusCode: 200, statusReason: 'OK', headers: new Headers(), body: Body.empty() }
}
