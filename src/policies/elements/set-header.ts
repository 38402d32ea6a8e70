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
        if (action === 'append') headers.append(name, ...values)
        else headers.set(name, ...values)
      }
      return next
    }
  },
})

/** Headers that frame the message itself: the reference lets no policy change them, and one that did could smuggle a second request. */
const framing = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding'])

function belongsToConnection(name: string): boolean {
  return framing.has(name.toLowerCase())
}
