import { definePolicy, optional, value } from '../define-policy.ts'
import { next, refuse } from '../outcome.ts'

/** Sends the request through an HTTP proxy: the call's own, or inside send-request that one. */
export const proxy = definePolicy({
  element: 'proxy',
  summary: 'Routes a request through an HTTP proxy.',
  source: 'Set HTTP proxy',
  sections: ['inbound'],
  scopes: ['global', 'product', 'api', 'operation'],
  schema: {
    attributes: { url: value.url(), username: optional(value.string()), password: optional(value.string()) },
  },
  reasons: ['policy.failed'],
  pagesDisagree: ['The example writes named values without quotes: they are taken so.'],
  differences: [
    'The proxy is asked with Basic authentication only, not NTLM.',
    'A backend without TLS is reached through a tunnel (CONNECT), too.',
  ],
  shape({ attributes }) {
    return (ctx, message) => {
      const url = attributes.url(ctx)
      // "Only HTTP (not HTTPS) is supported between the gateway and the proxy."
      if (new URL(url).protocol !== 'http:') return notHttp
      const username = attributes.username(ctx)
      const password = attributes.password(ctx)
      message.proxy = { url, ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) }
      return next
    }
  },
})

const notHttp = refuse({
  reason: 'policy.failed',
  statusCode: 500,
  message: 'Internal server error',
  errorReason: 'ProxyNotSupported',
  errorMessage: 'The proxy’s URL must begin with http://.',
})
