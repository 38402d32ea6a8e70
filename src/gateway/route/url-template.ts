/** One segment of a URL template: literal text, a whole parameter, a mix of both (`items({id})`), or the rest of the path. */
export type TemplateSegment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'compound'; readonly literals: readonly string[]; readonly names: readonly string[] }
  | { readonly kind: 'rest'; readonly name: string | null }

/** What the query must have: a parameter that is bound by name, or one with a fixed value. */
export interface TemplateQuery {
  readonly name: string
  readonly parameter: string | null
  readonly value: string
}

export interface UrlTemplate {
  readonly segments: readonly TemplateSegment[]
  readonly query: readonly TemplateQuery[]
}

/**
 * Reads an operation's URL template as API Management writes it: `/orders/{id}?status={status}`, `/files/*`, `/files/{*path}`.
 * Literals are kept decoded and in lower case, as they are compared. Source: "Add operations to an API", URL template.
 */
export function parseUrlTemplate(template: string): UrlTemplate {
  const at = template.indexOf('?')
  const path = at < 0 ? template : template.slice(0, at)
  const query = at < 0 ? '' : template.slice(at + 1)
  const texts = path.split('/').filter(text => text !== '')
  return {
    segments: texts.map((text, i) => parseSegment(text, i === texts.length - 1)),
    query: query
      .split('&')
      .filter(text => text !== '')
      .map(parseQueryPart),
  }
}

function parseSegment(text: string, isLast: boolean): TemplateSegment {
  if (isLast && text === '*') return { kind: 'rest', name: null }
  const rest = /^\{\*([^{}]+)\}$/.exec(text)
  if (isLast && rest?.[1] !== undefined) return { kind: 'rest', name: rest[1] }
  const parts = text.split(/\{([^{}]*)\}/) // literal, name, literal, name, … literal
  const literals = parts.filter((_, i) => i % 2 === 0).map(literal)
  const names = parts.filter((_, i) => i % 2 === 1)
  const [first] = names
  if (first === undefined) return { kind: 'literal', text: literals[0] ?? '' }
  if (names.length === 1 && literals.every(one => one === '')) return { kind: 'parameter', name: first }
  return { kind: 'compound', literals, names }
}

function parseQueryPart(text: string): TemplateQuery {
  const at = text.indexOf('=')
  const name = decodeOrKeep(at < 0 ? text : text.slice(0, at))
  const value = at < 0 ? '' : text.slice(at + 1)
  const parameter = /^\{([^{}]+)\}$/.exec(value)?.[1] ?? null
  return { name: name.toLowerCase(), parameter, value: decodeOrKeep(value) }
}

function literal(text: string): string {
  return decodeOrKeep(text).toLowerCase()
}

function decodeOrKeep(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * The values of a compound segment's parameters, each as short as may be; undefined when the text does not fit. One pass over the text.
 * `folded` is the text in lower case, in which literals are looked for.
 */
export function matchCompound(
  segment: TemplateSegment & { kind: 'compound' },
  text: string,
  folded: string,
): string[] | undefined {
  const { literals } = segment
  const head = literals[0] ?? ''
  const tail = literals.at(-1) ?? ''
  if (!folded.startsWith(head) || !folded.endsWith(tail) || folded.length < head.length + tail.length) return undefined
  const end = folded.length - tail.length
  const values: string[] = []
  let from = head.length
  for (let i = 1; i < literals.length; i++) {
    const isLast = i === literals.length - 1
    const at = isLast ? end : folded.indexOf(literals[i] ?? '', from + 1)
    if (at <= from || at > end) return undefined
    values.push(text.slice(from, at))
    from = at + (literals[i] ?? '').length
  }
  return values
}
