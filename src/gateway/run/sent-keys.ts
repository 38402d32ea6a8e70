import type { Api, NamedValue, Subscription } from '../../catalog/catalog.ts'
import type { Headers } from '../../policies/context/headers.ts'
import { queryParameter } from '../route/query-parameters.ts'

interface Keyed {
  readonly api: Pick<Api, 'subscriptionKeyNames'>
  readonly subscription: Subscription | null
}

/**
 * Subscription keys are no named values, and as secret: what the caller sent as one, right or wrong, and both of its subscription. As a redactor takes them; headers and
 * query are those that the caller sent.
 */
export function keysOf({ api, subscription }: Keyed, headers: Headers, query: string): readonly NamedValue[] {
  const names = api.subscriptionKeyNames
  const sent = [headers.get(names.header), queryParameter(query, names.query)]
  return [...sent, subscription?.primaryKey, subscription?.secondaryKey].flatMap(value =>
    value === null || value === undefined
      ? []
      : [{ name: 'key', displayName: 'subscription key', value, secret: true, file: '' }],
  )
}
