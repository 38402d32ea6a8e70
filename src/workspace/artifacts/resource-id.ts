/**
 * What an ARM id or APIOps' shortened form of it names: `/subscriptions/…/service/x/products/starter`, `/products/starter`
 * and `products/starter` are `{kind: 'products', name: 'starter'}`; `/apis` and `/apis/` are `{kind: 'apis'}`.
 */
export function parseResourceId(id: string): { readonly kind: string; readonly name?: string } | undefined {
  const inService = /\/providers\/microsoft\.apimanagement\/service\/[^/]+\/(.*)$/i.exec(id)?.[1] ?? id
  const parts = inService.split('/').filter(part => part !== '')
  const [kind, name] = parts.slice(-2)
  if (parts.length === 0 || parts.length > 2 || kind === undefined) return undefined
  return { kind, ...(name === undefined ? {} : { name }) }
}

/** An API's name without its revision: `orders;rev=2` is a revision of `orders`. */
export function splitRevision(name: string): { readonly root: string; readonly revision?: string } {
  const parts = /^(.+);rev=([0-9]+)$/i.exec(name)
  return parts === null ? { root: name } : { root: parts[1]!, revision: parts[2]! }
}

/** Finds a name without regard to case, as Azure does, and answers it as it was written where it was made. */
export function nameIndex(names: Iterable<string>): {
  find(name: string): string | undefined
  readonly names: readonly string[]
} {
  const all = [...names]
  const byFolded = new Map(all.map(name => [name.toLowerCase(), name]))
  return { find: name => byFolded.get(name.toLowerCase()), names: all }
}
