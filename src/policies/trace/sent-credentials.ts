import type { CallContext } from '../context/call-context.ts'
import { namesCredential, namesParameter } from './credential-name.ts'

/** Shortest credential that is looked for: a shorter one stands in any text by chance. */
const shortest = 8
/** Credentials of one call that are looked for: nobody needs more, and each costs time. */
const most = 50

/** The credentials that a call brought, as they came and without their scheme, and the keys of its subscription. */
export function sentCredentials({ request, subscription }: CallContext): readonly string[] {
  const sent = request.headers
    .names()
    .filter(namesCredential)
    .flatMap(name => request.headers.getAll(name))
  const asked = [...new URLSearchParams(request.originalUrl.query)].flatMap(([name, value]) =>
    namesParameter(name) ? [value] : [],
  )
  const keys = [subscription?.primaryKey, subscription?.secondaryKey]
  const all = [...keys, ...sent, ...sent.map(value => value.replace(/^\S+\s+/, '')), ...asked]
  return [...new Set(all)]
    .filter(value => value !== undefined)
    .filter(value => value.length >= shortest)
    .slice(0, most)
}
