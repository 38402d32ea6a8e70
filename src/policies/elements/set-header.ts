import { definePolicy, many, optional, value } from '../define-policy.ts'
import { next } from '../outcome.ts'

/** Sets, adds, or takes away a header of the request (inbound, backend) or response (outbound, on-error). */
export const setHeader = definePolicy({
  element: 'set-header',
  summary: 'Sets, adds or deletes a header of the request or response.',
  source: 'Set header',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: {
    attributes: {
      name: value.token('header name'),
      'exists-action': optional(value.choice(['override', 'skip', 'append', 'delete']), 'override'),
    },
    children: { value: many(value.line()) },
  },
  shape({ attributes, children }, _ports, site) {
    const fixed = attributes.name.constant
    if (fixed !== undefined && belongsToConnection(fixed)) {
      site.warn(
        'policy.no-effect',
        `\`${fixed}\` belongs to the connection: it stays as the gateway sets it`,
        'take the policy out',
      )
    }
    return (ctx, { headers }) => {
      const name = attributes.name(ctx)
      if (belongsToConnection(name)) return next
      const action = attributes['exists-action'](ctx)
      if (action === 'skip' && headers.has(name)) return next
      if (action === 'delete') headers.delete(name)
      else {
        const values = children.value.map(one => one(ctx))
        const all = action === 'append' ? [...headers.getAll(name), ...values] : values
        headers.set(name, ...(all.length < 2 || staysApart(name) ? all : [all.join(',')]))
      }
      return next
    }
  },
})

/** Headers that frame the message itself: the reference lets no policy change them, and one that did could smuggle a second request. */
const framing = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding'])

/** Values that may hold commas or dates go out as fields of their own; those of all other headers as one list. */
const apart = new Set([
  'user-agent',
  'www-authenticate',
  'proxy-authenticate',
  'cookie',
  'set-cookie',
  'warning',
  'date',
  'expires',
  'if-modified-since',
  'if-unmodified-since',
  'last-modified',
  'retry-after',
])

function staysApart(name: string): boolean {
  return apart.has(name.toLowerCase())
}

function belongsToConnection(name: string): boolean {
  return framing.has(name.toLowerCase())
}
