import { TextDecoder } from 'node:util'
import { BudgetExceeded, startBudget } from '../../expressions/types/budget.ts'
import { NetException } from '../../expressions/types/exceptions.ts'
import { Body, BodyTooLarge } from '../context/body.ts'
import type { CallContext } from '../context/call-context.ts'
import { next, type Outcome, refuse } from '../outcome.ts'
import type { ShapedMessage } from '../step.ts'

/** Converting takes about a step a character; what is larger than policies may hold never comes this far. */
const steps = 500_000_000

export interface Conversion {
  /** `json-to-xml`, for the refusal's message. */
  readonly policy: string
  /** What the Content-Type says afterwards. */
  readonly contentType: string
  /** How the body's bytes are text; default: by the charset of its Content-Type. */
  read?(message: ShapedMessage): string
  /** The new text. Throws NetException for what is not well-formed. */
  convert(text: string): string
}

/** Puts the converted body into the message, or refuses the call when its body is not what it should be. The body must be in memory. */
export function convertBody(message: ShapedMessage, { policy, contentType, read = textOfBody, convert }: Conversion): Outcome {
  const text = read(message)
  if (text.trim() === '') return next
  startBudget(steps)
  try {
    message.body = Body.of(convert(text))
  } catch (error) {
    if (error instanceof NetException) return refuseBody(policy, error.message)
    if (error instanceof BudgetExceeded) return refuseBody(policy, 'it took more steps than it may')
    throw error
  }
  message.headers.set('Content-Type', contentType)
  message.headers.delete('Content-Length')
  return next
}

/** Reads the message's body whole; a refusal when it is larger than `limit` bytes. Called only for bodies that will be looked at. */
export function bufferBody(ctx: CallContext, { body }: ShapedMessage, limit: number): undefined | Promise<Outcome | undefined> {
  if (body.stream === null) return undefined
  // a stream is read at most once: a promise is all that `buffer` can give here
  return Promise.resolve(body.buffer(limit)).then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof BodyTooLarge)) throw error
      return refuseLarge(body === ctx.request.body, limit)
    },
  )
}

function refuseLarge(isRequest: boolean, limit: number): Outcome {
  return refuse({
    reason: isRequest ? 'request.body-too-large' : 'response.body-too-large',
    statusCode: isRequest ? 413 : 502,
    message: isRequest ? 'The request body is too large.' : 'The response of the backend is too large.',
    errorReason: isRequest ? 'RequestBodyTooLarge' : 'ResponseBodyTooLarge',
    expected: [`at most ${limit} bytes`],
  })
}

function refuseBody(policy: string, why: string): Outcome {
  return refuse({
    reason: 'policy.failed',
    statusCode: 500,
    message: 'Internal server error',
    errorReason: 'BodyConversionFailure',
    errorMessage: `\`${policy}\` could not convert the body: ${why}`,
    received: [why],
  })
}

/** By the charset of its Content-Type, UTF-8 without one, and without its byte order mark. */
export function textOfBody({ body, headers }: ShapedMessage): string {
  const charset = /;\s*charset="?([\w.:-]+)/i.exec(headers.get('Content-Type') ?? '')?.[1]
  return decoderFor(charset).decode(body.bytes ?? new Uint8Array(0))
}

function decoderFor(charset: string | undefined): TextDecoder {
  try {
    return new TextDecoder(charset ?? 'utf-8')
  } catch {
    return new TextDecoder('utf-8') // a charset that nobody knows
  }
}

/** The media type of the message, without parameters, lower case. */
export function mediaType({ headers }: Pick<ShapedMessage, 'headers'>): string {
  return (headers.get('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}

export const isJson = (type: string) => /[/+]json$/.test(type)
export const isXml = (type: string) => /[/+]xml$/.test(type)

/** Whether the caller's Accept names such a type, and not with a weight of 0 (RFC 9110 §12.5.1). Ranges such as the star name none. */
export function asksFor(ctx: CallContext, wanted: (type: string) => boolean): boolean {
  const accepted = (ctx.request.headers.get('Accept') ?? '').split(',')
  return accepted.some(range => {
    const [type = '', ...parameters] = range.split(';').map(part => part.trim().toLowerCase())
    return wanted(type) && !parameters.some(parameter => /^q=0(\.0*)?$/.test(parameter))
  })
}
