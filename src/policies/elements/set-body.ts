import { textOf } from '../../expressions/types/boxing.ts'
import { Body } from '../context/body.ts'
import { definePolicy, literal, optional, value } from '../define-policy.ts'
import { compileLiquid, LiquidFault } from '../liquid/engine.ts'
import { liquidScope } from '../liquid/scope.ts'
import { next } from '../outcome.ts'
import type { ShapedMessage } from '../step.ts'
import { isConstant } from '../values.ts'

/** Puts a new body into the request or response: a text, an expression's result, or what a Liquid template makes of the old one. */
export const setBody = definePolicy({
  element: 'set-body',
  summary: 'Sets the body of the request or response.',
  source: 'Set body',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: {
    attributes: {
      template: optional(literal(value.choice(['liquid', 'none']))),
      'xsi-nil': optional(literal(value.choice(['blank', 'null'])), 'blank'),
      'parse-date': optional(literal(value.boolean()), true),
    },
    text: value.any({ verbatim: true, markup: true }),
  },
  needs: ({ attributes }) => (attributes.template.constant === 'liquid' ? ['message-body'] : []),
  pagesDisagree: [
    'An example assigns to a character of a text (`inBody[0] = …`), which no C# compiler takes: `check` tells it as CS0200.',
  ],
  differences: [
    'Liquid templates are rendered by LiquidJS with the filters of DotLiquid; whole and broken numbers of a JSON body are one kind.',
  ],
  shape({ attributes, text }, _ports, site) {
    if (attributes.template.constant !== 'liquid') {
      return (ctx, message) => {
        replaceBody(message, text(ctx))
        return next
      }
    }
    const source = isConstant(text) ? text.constant : undefined
    if (typeof source !== 'string') {
      site.fault('policy.liquid', 'a liquid template is a text, not an expression', 'write the template itself')
      return undefined
    }
    const template = compileLiquid(source)
    if (template instanceof LiquidFault) {
      site.fault('policy.liquid', `the liquid template does not parse: ${template.message}`)
      return undefined
    }
    const options = {
      parseDates: attributes['parse-date'].constant,
      nil: attributes['xsi-nil'].constant === 'null' ? null : '',
    } as const
    return (ctx, message) => {
      // a message that a surrounding policy makes has no body of its own yet: the template then sees an empty one
      const own = message === ctx.request || message === ctx.response
      replaceBody(message, template(liquidScope(ctx, own ? message : undefined, options)))
      return next
    }
  },
})

/** Its length is told anew when it is sent. */
function replaceBody(message: ShapedMessage, body: unknown): void {
  message.body = Body.of(body instanceof Uint8Array ? body : textOf(body))
  message.headers.delete('Content-Length')
}
