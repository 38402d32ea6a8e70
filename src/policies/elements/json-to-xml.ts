import { definePolicy, literal, optional, value } from '../define-policy.ts'
import { next, type Outcome } from '../outcome.ts'
import { asksFor, bufferBody, convertBody, isJson, isXml, mediaType } from '../transform/convert-body.ts'
import { xmlOfJson } from '../transform/xml-of-json.ts'

/** Makes XML of the JSON body of the request or response. */
export const jsonToXml = definePolicy({
  element: 'json-to-xml',
  summary: 'Converts the body of the request or response from JSON to XML.',
  source: 'Convert JSON to XML',
  sections: ['inbound', 'outbound', 'on-error'],
  schema: {
    attributes: {
      apply: value.choice(['always', 'content-type-json']),
      'consider-accept-header': optional(value.boolean(), true),
      'parse-date': optional(literal(value.boolean()), true),
      'namespace-separator': optional(value.string({ nonEmpty: true }), '_'),
      'namespace-prefix': optional(value.string({ nonEmpty: true })),
      'attribute-block-name': optional(value.string({ nonEmpty: true })),
    },
  },
  reasons: ['policy.failed', 'request.body-too-large', 'response.body-too-large'],
  pagesDisagree: ['The page’s example loses the element `v1:QueryItem` on its way: it is kept.'],
  differences: [
    'The mapping is that of Newtonsoft’s XmlNodeConverter. What it refuses at the root, several members, an array or a value, stands in a root `Document`.',
    'Of members with the same name the last one counts, and comments in JSON are lost: Newtonsoft writes each.',
    'A body that is no JSON is a refusal; an empty one stays as it is.',
  ],
  shape({ attributes }, { maxBufferedBodyBytes }) {
    return (ctx, message) => {
      if (attributes['consider-accept-header'](ctx) && !asksFor(ctx, isXml)) return next
      if (attributes.apply(ctx) === 'content-type-json' && !isJson(mediaType(message))) return next
      const convert = (refused?: Outcome): Outcome => {
        if (refused !== undefined) return refused
        const options = {
          parseDates: attributes['parse-date'].constant,
          separator: attributes['namespace-separator'](ctx),
          namespacePrefix: attributes['namespace-prefix'](ctx),
          attributeBlock: attributes['attribute-block-name'](ctx),
        }
        const toXml = (text: string) => xmlOfJson(text, options)
        return convertBody(message, { policy: 'json-to-xml', contentType: 'application/xml', convert: toXml })
      }
      const buffering = bufferBody(ctx, message, maxBufferedBodyBytes)
      return buffering === undefined ? convert() : buffering.then(convert)
    }
  },
})
