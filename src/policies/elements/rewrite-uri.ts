import { backendBasePath, joinPath } from '../context/backend-path.ts'
import type { CallContext } from '../context/call-context.ts'
import { decodeQueryPart, encodeQueryPart, QueryString } from '../context/query-string.ts'
import { definePolicy, optional, value } from '../define-policy.ts'
import { next } from '../outcome.ts'

/** Changes the path and query that the backend is asked for; `{name}` stands for a parameter of the operation's URL template. */
export const rewriteUri = definePolicy({
  element: 'rewrite-uri',
  summary: 'Changes the path and query of the request to what the backend expects.',
  source: 'Rewrite URL',
  sections: ['inbound'],
  schema: {
    attributes: {
      template: value.string(),
      'copy-unmatched-params': optional(value.boolean(), true),
    },
  },
  compile({ attributes }) {
    return ctx => {
      const { path, query } = splitTemplate(attributes.template(ctx))
      const { url, matchedParameters } = ctx.request
      const sent = QueryString.parse(url.query)
      url.path = joinPath(backendBasePath(ctx), fill(path, matchedParameters, encodePath))
      const rewritten = QueryString.parse(fill(query, matchedParameters, encodeQueryPart))
      if (attributes['copy-unmatched-params'](ctx)) copyUnmatched(sent, rewritten, templateQueryNames(ctx))
      url.query = rewritten.toString()
      return next
    }
  },
})

function splitTemplate(template: string): { path: string; query: string } {
  const text = template.trim()
  const mark = text.indexOf('?')
  const path = mark < 0 ? text : text.slice(0, mark)
  return { path: path === '' || path.startsWith('/') ? path : `/${path}`, query: mark < 0 ? '' : text.slice(mark + 1) }
}

/** A name without a parameter stays as it stands: no template may invent one. */
function fill(template: string, parameters: ReadonlyMap<string, string>, encode: (text: string) => string): string {
  return template.replace(/\{\*?([^{}]+)\}/g, (whole, name: string) => {
    const found = parameters.get(name) ?? [...parameters].find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1]
    return found === undefined ? whole : encode(found)
  })
}

/** Slashes of a parameter stay: a wildcard's value spans segments. */
const encodePath = (text: string) => text.split('/').map(encodeURIComponentWellFormed).join('/')
const encodeURIComponentWellFormed = (text: string) => encodeURIComponent(text.toWellFormed())

/** Query parameters that the operation's URL template names: they are matched, so not copied. */
function templateQueryNames(ctx: CallContext): ReadonlySet<string> {
  const mark = ctx.operation.urlTemplate.indexOf('?')
  if (mark < 0) return new Set()
  const parts = ctx.operation.urlTemplate.slice(mark + 1).split('&')
  return new Set(parts.map(part => decodeQueryPart(part.split('=')[0] ?? '').toLowerCase()))
}

/** Adds the sent parameters that neither the operation's template nor the rewritten query names. */
function copyUnmatched(sent: QueryString, rewritten: QueryString, matched: ReadonlySet<string>): void {
  for (const name of sent.names()) {
    if (!matched.has(name.toLowerCase()) && !rewritten.has(name)) rewritten.append(name, ...sent.getAll(name))
  }
}
