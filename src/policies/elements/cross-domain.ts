import { textOf } from '../../expressions/types/boxing.ts'
import { Body } from '../context/body.ts'
import { Headers } from '../context/headers.ts'
import { definePolicy, value } from '../define-policy.ts'
import { next, reply } from '../outcome.ts'

/** Answers a Flash or Silverlight client that asks for the site's `crossdomain.xml` with the file that stands in the policy. */
export const crossDomain = definePolicy({
  element: 'cross-domain',
  summary: 'Serves a cross-domain policy file to Adobe Flash and Microsoft Silverlight clients.',
  source: 'Allow cross-domain calls',
  sections: ['inbound'],
  scopes: ['global'],
  schema: { text: value.any({ markup: true }) },
  reasons: ['policy.returned-response'],
  answersAnywhere: true,
  compile({ text }) {
    return ctx => {
      const { method, originalUrl } = ctx.request
      if ((method !== 'GET' && method !== 'HEAD') || originalUrl.path.toLowerCase() !== '/crossdomain.xml') return next
      const content = textOf(text(ctx)).trim()
      const file = content.includes('<cross-domain-policy') ? content : `<cross-domain-policy>${content}</cross-domain-policy>`
      const headers = new Headers(['Content-Type', 'text/x-cross-domain-policy'])
      ctx.response = { statusCode: 200, statusReason: 'OK', headers, body: Body.of(`<?xml version="1.0"?>\n${file}`) }
      return reply('policy.returned-response')
    }
  },
})
