import { definePolicy, optional, value } from '../define-policy.ts'
import { next } from '../outcome.ts'
import { type Evaluator, isConstant } from '../values.ts'

/** Sends the request as it stands to the backend; its answer becomes the context's response. */
export const forwardRequest = definePolicy({
  element: 'forward-request',
  summary: 'Sends the request to the backend.',
  source: 'Forward request',
  sections: ['backend'],
  schema: {
    attributes: {
      timeout: optional(value.duration('seconds'), 300_000),
      'timeout-ms': optional(value.integer({ min: 0 })),
      'continue-timeout': optional(value.duration('seconds')),
      'http-version': optional(value.choice(['1', '2', '2or1']), '1'),
      'follow-redirects': optional(value.boolean(), false),
      'buffer-request-body': optional(value.boolean(), false),
      'buffer-response': optional(value.boolean(), true),
      'fail-on-error-status-code': optional(value.boolean(), false),
    },
  },
  reasons: [
    'backend.missing',
    'backend.unreachable',
    'backend.timeout',
    'backend.reset',
    'backend.response',
    'backend.tripped',
    'request.body-too-large',
    'request.aborted',
    'policy.failed',
  ],
  differences: [
    '`buffer-response` changes nothing: every chunk of an answer goes out as it comes, where Azure gathers 8 KB unless told `false`.',
    'With `continue-timeout`, a call that has a body goes out over HTTP/1.1 and a connection of its own; it excludes `follow-redirects` and `http-version` 2, and refuses calls of the `proxy` policy.',
  ],
  compile({ attributes, written }, { forward }, site) {
    if (written.has('timeout') && written.has('timeout-ms')) {
      site.fault('policy.exclusive-attributes', '`timeout` and `timeout-ms` exclude each other', 'keep one of them')
      return undefined
    }
    if (written.has('continue-timeout') && excludesContinue(attributes)) {
      const message = '`continue-timeout` excludes `follow-redirects` and `http-version` 2'
      site.fault('policy.exclusive-attributes', message, 'take `continue-timeout` out, or the other')
      return undefined
    }
    return async ctx => {
      const continueTimeout = attributes['continue-timeout'](ctx)
      const refusal = await forward(ctx, {
        timeout: attributes['timeout-ms'](ctx) ?? attributes.timeout(ctx),
        followRedirects: attributes['follow-redirects'](ctx),
        bufferRequestBody: attributes['buffer-request-body'](ctx),
        bufferResponse: attributes['buffer-response'](ctx),
        failOnErrorStatusCode: attributes['fail-on-error-status-code'](ctx),
        httpVersion: attributes['http-version'](ctx),
        ...(continueTimeout === undefined ? {} : { continueTimeout }),
      })
      return refusal ?? next
    }
  },
})

interface Exclusive {
  readonly 'follow-redirects': Evaluator<boolean>
  readonly 'http-version': Evaluator<string>
}

/** A body that is held back can be sent once and over HTTP/1.1 only. */
function excludesContinue({ 'follow-redirects': follow, 'http-version': version }: Exclusive): boolean {
  const mayFollow = !isConstant(follow) || follow.constant
  return mayFollow || (isConstant(version) && version.constant === '2')
}
