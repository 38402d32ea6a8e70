/**
 * What a template matches, whatever its parameters are called: `/orders/{id}` and `/orders/{orderId}` take the same calls.
 * Case of the fixed parts does not count, nor does the order of query parameters.
 */
export function templateShape(urlTemplate: string): string {
  const [path = '', query = ''] = urlTemplate.split('?')
  const fixed = path.toLowerCase().replace(/\{[^{}]*\}/g, '{}')
  const asked = query
    .replace(/\{[^{}]*\}/g, '{}')
    .split('&')
    .filter(Boolean)
    .sort()
  const trimmed = fixed.length > 1 ? fixed.replace(/\/$/, '') : fixed
  return asked.length === 0 ? trimmed : `${trimmed}?${asked.join('&')}`
}

/** Adds the required query parameters, which API Management makes part of the template on import. */
export function withQuery(path: string, required: readonly string[]): string {
  const [, already = ''] = path.split('?')
  const missing = required.filter(name => !already.includes(`{${name}}`))
  if (missing.length === 0) return path
  return `${path}${path.includes('?') ? '&' : '?'}${missing.map(name => `${name}={${name}}`).join('&')}`
}
