import { Body } from '../context/body.ts'
import type { CallContext } from '../context/call-context.ts'
import { RequestUrl } from '../context/request-url.ts'
import { definePolicy } from '../define-policy.ts'
import { next, type Outcome } from '../outcome.ts'
import type { ShapedMessage } from '../step.ts'
import { bufferBody, mediaType, textOfBody } from '../transform/convert-body.ts'

/** Rewrites links in bodies: on the way out those to the backend lead to the gateway, on the way in the other way round. */
export const redirectContentUrls = definePolicy({
  element: 'redirect-content-urls',
  summary: 'Rewrites links to the backend in bodies, so that they lead to the gateway.',
  source: 'Mask URLs in content',
  sections: ['inbound', 'outbound'],
  max: { count: 1, per: 'section' },
  schema: {},
  reasons: ['request.body-too-large', 'response.body-too-large'],
  differences: ['Bodies that are no text (by their Content-Type) pass through untouched.'],
  shape(_content, { maxBufferedBodyBytes }, { section }) {
    return (ctx, message) => {
      if (message.body.isEmpty || !isText(mediaType(message))) return next
      const [from, to] = section === 'inbound' ? [gatewayUrl(ctx), backendUrl(ctx)] : [backendUrl(ctx), gatewayUrl(ctx)]
      const rewrite = (refused?: Outcome): Outcome => refused ?? rewriteLinks(message, from, to)
      const buffering = bufferBody(ctx, message, maxBufferedBodyBytes)
      return buffering === undefined ? rewrite() : buffering.then(rewrite)
    }
  },
})

const isText = (type: string) =>
  type === '' || /^text\/|[/+](json|xml|yaml|javascript|ecmascript|x-www-form-urlencoded)$/.test(type)

/** Scheme, host and the part of the path that all of the API's calls share, without a slash at its end. */
interface Base {
  readonly scheme: string
  readonly host: string
  readonly port: number
  readonly authority: string
  readonly path: string
}

function backendUrl(ctx: CallContext): Base {
  const { url } = ctx.request
  const base = ctx.backendBasePath ?? RequestUrl.parse(ctx.api.serviceUrl ?? '')?.path ?? ''
  return { scheme: url.scheme, host: url.host, port: url.port, authority: url.authority, path: base.replace(/\/$/, '') }
}

function gatewayUrl({ api, request: { originalUrl } }: CallContext): Base {
  const path = api.path === '' ? '' : `/${api.path}`
  const versioned = api.version === undefined ? path : `${path}/${api.version}`
  const isVersioned = `${originalUrl.path}/`.toLowerCase().startsWith(`${versioned}/`.toLowerCase())
  const { scheme, host, port, authority } = originalUrl
  return { scheme, host, port, authority, path: isVersioned ? versioned : path }
}

function rewriteLinks(message: ShapedMessage, from: Base, to: Base): Outcome {
  const text = textOfBody(message)
  const target = `${to.scheme}://${to.authority}${to.path}`
  const escapedTarget = target.replaceAll('/', '\\/') // as some JSON writers escape slashes
  const rewritten = text.replace(linkPattern(from), link => (link.includes('\\/') ? escapedTarget : target))
  if (rewritten === text) return next
  message.body = Body.of(rewritten)
  message.headers.delete('Content-Length')
  return next
}

/** The address where it ends: `http://a.example/x` is in `http://a.example/x/1`, not in `http://a.example.org` or `http://a.example/xy`. */
function linkPattern({ scheme, host, port, path }: Base): RegExp {
  const literal = (part: string) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('/', String.raw`\\?/`)
  const isDefault = port === (scheme === 'https' ? 443 : 80)
  const portPart = isDefault ? `(?::${port})?` : `:${port}`
  // scheme and host in any case (RFC 3986 §6.2.2.1); the path as it is, but this flag is for the whole
  return new RegExp(String.raw`${literal(`${scheme}://${host}`)}${portPart}${literal(path)}(?![\w.:%~-])`, 'gi')
}
