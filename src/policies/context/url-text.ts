/** A path with what RFC 3986 §3.3 does not allow percent-encoded; escapes that are there stay. */
export function pathText(text: string): string {
  return text.toWellFormed().replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]/gu, encodeURIComponent)
}

/** The same for a query (§3.4). */
export function queryText(text: string): string {
  return text.toWellFormed().replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]/gu, encodeURIComponent)
}

/** Whether a path has a segment `.` or `..`, in any encoding and with either slash: a backend might climb out of its own folder. */
export function hasDotSegments(path: string): boolean {
  const plain = path.replace(/%25/g, '%').replace(/%2e/gi, '.').replace(/%2f/gi, '/').replace(/%5c/gi, '\\')
  return plain.split(/[/\\]/).some(segment => segment === '.' || segment === '..')
}
