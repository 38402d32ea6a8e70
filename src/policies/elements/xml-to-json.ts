import { definePolicy, optional, value } from '../define-policy.ts'
import { next, type Outcome } from '../outcome.ts'
import { asksFor, bufferBody, convertBody, isJson, isXml, mediaType } from '../transform/convert-body.ts'
import { jsonOfXml } from '../transform/json-of-xml.ts'
import { textOfXmlBody } from '../transform/xml-text.ts'

/** Makes JSON of the XML body of the request or response. */
export const xmlToJson = definePolicy({
  element: 'xml-to-json',
  summary: 'Converts the body of the request or response from XML to JSON.',
  source: 'Convert XML to JSON',
  sections: ['inbound', 'outbound', 'on-error'],
  schema: {
    attributes: {
      kind: value.choice(['javascript-friendly', 'direct']),
      apply: value.choice(['always', 'content-type-xml']),
      'consider-accept-header': optional(value.boolean(), true),
      'always-array-child-elements': optional(value.boolean(), false),
    },
  },
  reasons: ['policy.failed', 'request.body-too-large', 'response.body-too-large'],
  differences: [
    'Comments are left out: Newtonsoft writes them as comments, which JSON does not have.',
    'The reference does not say what `javascript-friendly` is: here names lose their `@` and `#`, `:` becomes `$`, and declaration, comments and instructions are left out.',
    'A body that is no well-formed XML is a refusal; an empty one stays as it is.',
  ],
  shape({ attributes }, { maxBufferedBodyBytes }) {
    return (ctx, message) => {
      if (attributes['consider-accept-header'](ctx) && !asksFor(ctx, isJson)) return next
      if (attributes.apply(ctx) === 'content-type-xml' && !isXml(mediaType(message))) return next
      const convert = (refused?: Outcome): Outcome => {
        if (refused !== undefined) return refused
        const friendly = attributes.kind(ctx) === 'javascript-friendly'
        const alwaysArrays = attributes['always-array-child-elements'](ctx)
        const toJson = (text: string) => jsonOfXml(text, { friendly, alwaysArrays })
        return convertBody(message, {
          policy: 'xml-to-json',
          contentType: 'application/json',
          read: textOfXmlBody,
          convert: toJson,
        })
      }
      const buffering = bufferBody(ctx, message, maxBufferedBodyBytes)
      return buffering === undefined ? convert() : buffering.then(convert)
    }
  },
})
