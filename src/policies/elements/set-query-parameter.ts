import { QueryString } from '../context/query-string.ts'
import { definePolicy, many, optional, value } from '../define-policy.ts'
import { next } from '../outcome.ts'
import { isConstant } from '../values.ts'

/** Sets, adds, or takes away a parameter of the request's query. */
export const setQueryParameter = definePolicy({
  element: 'set-query-parameter',
  summary: 'Sets, adds or deletes a parameter of the query of the request.',
  source: 'Set query string parameter',
  sections: ['inbound', 'backend'],
  schema: {
    attributes: {
      name: value.string({ nonEmpty: true }),
      'exists-action': optional(value.choice(['override', 'skip', 'append', 'delete']), 'override'),
    },
    children: { value: many(value.string()) },
  },
  compile({ attributes, children }, _ports, site) {
    const fixed = attributes['exists-action']
    if (children.value.length === 0 && isConstant(fixed) && fixed.constant !== 'delete') {
      site.fault('policy.missing-child', '`set-query-parameter` needs a `<value>` unless it deletes', 'add <value>')
      return undefined
    }
    return ctx => {
      const { url } = ctx.request
      const query = QueryString.parse(url.query)
      const name = attributes.name(ctx)
      const action = attributes['exists-action'](ctx)
      if (action === 'skip' && query.has(name)) return next
      if (action === 'delete') query.delete(name)
      else {
        const values = children.value.map(one => one(ctx))
        if (action === 'append') query.append(name, ...values)
        else query.set(name, ...values)
      }
      url.query = query.toString()
      return next
    }
  },
})
