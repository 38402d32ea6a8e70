import { definePolicy, optional, value } from '../define-policy.ts'
import { next } from '../outcome.ts'

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
  reasons: ['backend.unreachable', 'backend.timeout', 'backend.reset', 'backend.response'],
  differences: ['The body is sent to the backend without waiting for 100 Continue, so `continue-timeout` never runs out.'],
  compile({ attributes, written }, { forward }, site) {
    if (written.has('timeout') && written.has('timeout-ms')) {
      site.fault('policy.exclusive-attributes', '`timeout` and `timeout-ms` exclude each other', 'keep one of them')
      return undefined
    }
    if (written.has('continue-timeout')) {
      site.warn(
        'policy.no-effect',
        '`continue-timeout` never runs out: the body is sent without waiting for 100 Continue',
        'take it out',
      )
    }
    return async ctx => {
      const refusal = await forward(ctx, {
        timeout: attributes['timeout-ms'](ctx) ?? attributes.timeout(ctx),
        followRedirects: attributes['follow-redirects'](ctx),
        bufferRequestBody: attributes['buffer-request-body'](ctx),
        bufferResponse: attributes['buffer-response'](ctx),
        failOnErrorStatusCode: attributes['fail-on-error-status-code'](ctx),
        httpVersion: attributes['http-version'](ctx),
      })
      return refusal ?? next
    }
  },
})
