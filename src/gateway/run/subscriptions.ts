import { createHash } from 'node:crypto'
import { baseName } from '../../catalog/base-name.ts'
import type { Api, Catalog, Developer, Product, Subscription } from '../../catalog/catalog.ts'
import type { ReasonCode } from '../../catalog/reason.ts'
import type { User } from '../../policies/context/call-context.ts'
import { namedGroup } from '../../policies/context/product-links.ts'
import { queryParameter } from '../../policies/context/query-parameters.ts'

type Refused = Extract<ReasonCode, `subscription.${string}`>

/** In what product and under which subscription a call runs, or why it may not. */
export type Admission =
  | { readonly admitted: true; readonly product: Product | null; readonly subscription: Subscription | null }
  | {
      readonly admitted: false
      readonly reason: Refused
      readonly subscription: Subscription | null
    }

const missingText =
  'Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.'
const invalidText = 'Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.'

/** What the caller reads, as API Management words it; why the key is no good is for the record alone. */
export function admissionText(reason: ReasonCode): string {
  return reason === 'subscription.missing' ? missingText : invalidText
}

/**
 * Decides by subscription key as the page "Subscriptions in Azure API Management" says: a key that was sent must be good; without one an
 * open product that holds the API lets the call in, then an API that asks for no subscription.
 */
export class Subscriptions {
  /** By SHA-256 of the key: looking it up tells nothing about other keys by its time. */
  readonly #byDigest = new Map<string, Subscription>()
  readonly #products: readonly Product[]
  /** By the name in lower case: Azure's names are the same in any case. */
  readonly #developers: ReadonlyMap<string, Developer>
  readonly #owners = new Map<Subscription, User>()

  constructor(catalog: Pick<Catalog, 'subscriptions' | 'products' | 'users' | 'groups'>) {
    this.#products = catalog.products
    this.#developers = new Map(catalog.users.map(user => [user.name.toLowerCase(), user]))
    for (const subscription of catalog.subscriptions)
      if (subscription.owner !== undefined)
        this.#owners.set(subscription, userOf(subscription.owner, this.#developerOf(subscription), catalog.groups))
    for (const subscription of catalog.subscriptions)
      for (const key of [subscription.primaryKey, subscription.secondaryKey])
        if (key !== undefined && key !== '') this.#byDigest.set(digest(key), subscription)
  }

  admit(api: Api, key: string | null, now: number): Admission {
    return key === null ? this.#admitWithoutKey(api) : this.#admitWithKey(api, key, now)
  }

  /** `context.User` of calls under a subscription; null for one without an owner. */
  ownerOf(subscription: Subscription): User | null {
    return this.#owners.get(subscription) ?? null
  }

  #developerOf({ owner }: Subscription): Developer | undefined {
    return owner === undefined ? undefined : this.#developers.get(owner.toLowerCase())
  }

  #admitWithoutKey(api: Api): Admission {
    const open = this.#products.find(product => !product.subscriptionRequired && holds(product, api))
    if (open !== undefined) return { admitted: true, product: open, subscription: null }
    if (!api.subscriptionRequired) return { admitted: true, product: null, subscription: null }
    return { admitted: false, reason: 'subscription.missing', subscription: null }
  }

  /** Why a subscription opens nothing at the moment; undefined for one that is active. */
  #inactive(subscription: Subscription, now: number): Exclude<Refused, 'subscription.missing'> | undefined {
    const { state, expirationDate } = subscription
    if (state !== 'active') return `subscription.${state}`
    if (expirationDate !== undefined && now >= Date.parse(expirationDate)) return 'subscription.expired'
    const owner = this.#developerOf(subscription)?.state
    return owner === 'blocked' || owner === 'deleted' ? 'subscription.owner' : undefined
  }

  #admitWithKey(api: Api, key: string, now: number): Admission {
    const subscription = this.#byDigest.get(digest(key))
    if (subscription === undefined) return { admitted: false, reason: 'subscription.invalid', subscription: null }
    const inactive = this.#inactive(subscription, now)
    if (inactive !== undefined) return { admitted: false, reason: inactive, subscription }
    const { scope } = subscription
    if (scope.kind === 'allApis') return { admitted: true, product: null, subscription }
    if (scope.kind === 'api') {
      const admitted = scope.api === baseName(api)
      return admitted ? { admitted, product: null, subscription } : { admitted, reason: 'subscription.scope', subscription }
    }
    const product = this.#products.find(one => one.name === scope.product && holds(one, api))
    return product ? { admitted: true, product, subscription } : { admitted: false, reason: 'subscription.scope', subscription }
  }
}

const noDetails = { email: '', firstName: '', lastName: '', groups: [] }

function userOf(name: string, developer: Developer | undefined, groups: Catalog['groups']): User {
  // an export names owners and does not describe them
  if (developer === undefined) return { id: name, ...noDetails }
  const { email, firstName, lastName, note, registrationDate, identities } = developer
  return {
    id: developer.name,
    email,
    firstName,
    lastName,
    note,
    identities,
    groups: developer.groups.map(group => namedGroup(group, groups)),
    ...(registrationDate === undefined ? {} : { registrationDate }),
  }
}

/** The key of a call: the header's, and only when that was not sent the query parameter's. Null when neither came. */
export function keyOf(api: Api, header: (name: string) => string | null, query: string): string | null {
  const sent = header(api.subscriptionKeyNames.header)
  if (sent !== null) return sent
  return queryParameter(query, api.subscriptionKeyNames.query)
}

function digest(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('base64')
}

const holds = (product: Product, api: Api) => product.apis.includes(baseName(api))
