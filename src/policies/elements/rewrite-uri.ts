import { backendBasePath, joinPath } from '../context/backend-path.ts'
import type { CallContext } from '../context/call-context.ts'
import { decodeQueryPart, encodeQueryPart, QueryString } from '../context/query-string.ts'
import { hasDotSegments, pathText, queryText } from '../context/url-text.ts'
import { definePolicy, optional, value } from '../define-policy.ts'
import { next, type Outcome, refuse } from '../outcome.ts'

/** Changes the path and query that the backend is asked for; `{name}` stands for a parameter of the operation's URL template. */
export const rewriteUri = definePolicy({
  element: 'rewrite-uri',
  summary: 'Changes the path and query of the request to what the backend expects.',
  source: 'Rewrite URL',
  sections: ['inbound'],
  pagesDisagree: ['An example has a bare `&` in a value, which no XML reader takes: it is read as meant, with `policy.markup`.'],
  reasons: ['request.malformed'],
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
      const filled = pathText(fill(path, matchedParameters, pathEncoder(ctx.operation.urlTemplate)))
      if (hasDotSegments(filled)) return climbsOut()
      const sent = QueryString.parse(url.query)
      url.path = joinPath(backendBasePath(ctx), filled)
      const rewritten = QueryString.parse(queryText(fill(query, matchedParameters, encodeQueryPart)))
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
function fill(
  template: string,
  parameters: ReadonlyMap<string, string>,
  encode: (value: string, name: string) => string,
): string {
  return template.replace(/\{\*?([^{}]+)\}/g, (whole, name: string) => {
    const found = parameters.get(name) ?? [...parameters].find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1]
    return found === undefined ? whole : encode(found, name)
  })
}

/** One parameter is one segment, whatever it holds; only a wildcard's value spans segments. */
function pathEncoder(urlTemplate: string): (value: string, name: string) => string {
  const wildcards = new Set([...urlTemplate.matchAll(/\{\*([^{}]+)\}/g)].map(([, name = '']) => name.toLowerCase()))
  return (value, name) => {
    const text = value.toWellFormed()
    return wildcards.has(name.toLowerCase()) ? text.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(text)
  }
}

/** A parameter such as `../admin` must not lead out of the backend's address. */
function climbsOut(): Outcome {
  return refuse({
    reason: 'request.malformed',
    statusCode: 400,
    message: 'Bad request',
    errorReason: 'InvalidUri',
    expected: ['parameters that stay below the template'],
    received: ['one that climbs out of it'],
  })
}

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
