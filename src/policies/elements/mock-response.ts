import type { OperationResponse, Representation } from '../../catalog/catalog.ts'
import { Body } from '../context/body.ts'
import { Headers } from '../context/headers.ts'
import { definePolicy, optional, value } from '../define-policy.ts'
import { reply } from '../outcome.ts'

/** Answers with what the API's description gives for a status: an example, or a sample made from the schema, or nothing. */
export const mockResponse = definePolicy({
  element: 'mock-response',
  summary: "Answers with an example from the API's description instead of calling the backend.",
  source: 'Mock response',
  sections: ['inbound', 'outbound', 'on-error'],
  schema: {
    attributes: {
      'status-code': optional(value.integer({ min: 100, max: 599 }), 200),
      'content-type': optional(value.string({ nonEmpty: true })),
      index: optional(value.integer({ min: 0 })),
    },
  },
  pagesDisagree: ['`index` is in Microsoft’s policy toolkit and not on the page: it chooses among the examples, from 0.'],
  reasons: ['policy.mocked'],
  compile({ attributes }) {
    return ctx => {
      const statusCode = attributes['status-code'](ctx)
      const contentType = attributes['content-type'](ctx)
      const chosen = choose(ctx.operation.responses, statusCode, contentType, attributes.index(ctx))
      const type = contentType ?? chosen?.contentType
      ctx.response = {
        statusCode,
        statusReason: '',
        headers: new Headers(type === undefined ? [] : ['Content-Type', type]),
        body: chosen?.sample === undefined ? Body.empty() : Body.of(chosen.sample),
      }
      return reply('policy.mocked')
    }
  },
})

/** The described body for a status and media type: the one with that index, else one with a sample rather than one without, the first of those. */
function choose(
  responses: readonly OperationResponse[],
  statusCode: number,
  contentType: string | undefined,
  index: number | undefined,
): Representation | undefined {
  const described = responses.find(response => response.statusCode === statusCode)?.representations ?? []
  const fitting =
    contentType === undefined ? described : described.filter(one => mediaType(one.contentType) === mediaType(contentType))
  if (index !== undefined) return fitting[index]
  return fitting.find(one => one.sample !== undefined) ?? fitting[0]
}

/** `application/json` of `Application/JSON; charset=utf-8`. */
function mediaType(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase()
}
