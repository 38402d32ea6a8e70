/** The first value of a query parameter, its name in any case; null when it is not there. `query` has its `?`, or is empty. */
export function queryParameter(query: string, name: string): string | null {
  if (query.length < 2) return null
  const wanted = name.toLowerCase()
  for (const part of query.slice(1).split('&')) {
    const at = part.indexOf('=')
    const found = decodeQuery(at < 0 ? part : part.slice(0, at))
    if (found.toLowerCase() === wanted) return at < 0 ? '' : decodeQuery(part.slice(at + 1))
  }
  return null
}

/** The query with another value for each parameter of a name, in any case. */
export function withParameter(query: string, name: string, value: string): string {
  const wanted = name.toLowerCase()
  const hide = (part: string) => {
    const [own = ''] = part.split('=', 1)
    return decodeQuery(own).toLowerCase() === wanted ? `${own}=${value}` : part
  }
  return query.length < 2 ? query : `?${query.slice(1).split('&').map(hide).join('&')}`
}

/** What is not well encoded is taken as it stands. */
function decodeQuery(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}
