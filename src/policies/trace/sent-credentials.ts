import type { Api, Subscription } from '../../catalog/catalog.ts'
import type { CallContext } from '../context/call-context.ts'
import type { Headers } from '../context/headers.ts'
import { queryParameter } from '../context/query-parameters.ts'
import { namesCredential, namesParameter } from './credential-name.ts'

/** Shortest key and shortest other credential that are looked for: a shorter one stands in any text by chance, and anything may be called a token. */
const shortest = { key: 3, other: 8 }
/** Credentials of one call that are looked for: nobody needs more, and each costs time. */
const most = 50

/** The credentials that a call brought, as they came and without their scheme, and the keys of its subscription. */
export function sentCredentials(call: CallContext): readonly string[] {
  const { headers, originalUrl } = call.request
  const sent = headers
    .names()
    .filter(namesCredential)
    .flatMap(name => headers.getAll(name))
  const asked = [...new URLSearchParams(originalUrl.query)].flatMap(([name, value]) => (namesParameter(name) ? [value] : []))
  const others = [...sent, ...sent.map(value => value.replace(/^\S+\s+/, '')), ...asked]
  const keys = subscriptionKeys(call, headers, originalUrl.query)
  return [...new Set([...keys, ...others.filter(({ length }) => length >= shortest.other)])].slice(0, most)
}

interface Subscribed {
  readonly api: Pick<Api, 'subscriptionKeyNames'>
  readonly subscription: Subscription | null
}

/** The keys of a call's subscription, and what it sent as one, right or wrong: headers and query are those that the caller sent. */
export function subscriptionKeys({ api, subscription }: Subscribed, headers: Headers, query: string): readonly string[] {
  const { header, query: parameter } = api.subscriptionKeyNames
  const keys = [headers.get(header), queryParameter(query, parameter), subscription?.primaryKey, subscription?.secondaryKey]
  return keys.filter(key => key !== null && key !== undefined).filter(({ length }) => length >= shortest.key)
}
