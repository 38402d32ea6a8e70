import type { Api, Catalog, Subscription } from '../catalog/catalog.ts'
import { apiOf, either, type Mends, type Refused } from './refused.ts'

/** Mends of what is wrong with a subscription key; never the key itself. */
export const keyMends: Mends = {
  'subscription.missing': refused => {
    const api = apiOf(refused)
    return api && `The caller sends ${keyFor(api, refused.catalog)} in ${placesOf(api)}.`
  },
  'subscription.invalid': refused => {
    const api = apiOf(refused)
    return (
      api &&
      `No subscription has the key that came: the caller copies ${keyFor(api, refused.catalog)} anew into ${placesOf(api)}.`
    )
  },
  'subscription.suspended': byAdministrator('activates', 'it is suspended'),
  'subscription.submitted': byAdministrator('approves the request for', 'it is not approved yet'),
  'subscription.rejected': anew('the request for it was turned down'),
  'subscription.cancelled': anew('it was cancelled'),
  'subscription.expired': refused => {
    const found = subscriptionOf(refused)
    if (found === undefined) return undefined
    const since = found.expirationDate === undefined ? '' : ` on ${found.expirationDate}`
    return `An administrator of the API Management service renews the subscription ${found.name}: it expired${since}.`
  },
  'subscription.owner': refused => {
    const found = subscriptionOf(refused)
    if (found?.owner === undefined) return undefined
    const owner = refused.catalog.users.find(({ name }) => name.toLowerCase() === found.owner?.toLowerCase())
    return `An administrator activates the developer ${found.owner} (${owner?.state ?? 'unknown'}), or gives the subscription ${found.name} another owner.`
  },
  'subscription.scope': refused => {
    const [found, api] = [subscriptionOf(refused), apiOf(refused)]
    if (found === undefined || api === undefined) return undefined
    return `The key is of the subscription ${found.name} to ${scopeText(found)}: the caller uses ${keyFor(api, refused.catalog)}${orAdded(found, api)}.`
  },
}

function subscriptionOf({ record: { subscription }, catalog }: Refused): Subscription | undefined {
  return catalog.subscriptions.find(({ name }) => name === subscription)
}

function byAdministrator(does: string, why: string): (refused: Refused) => string | undefined {
  return refused => {
    const found = subscriptionOf(refused)
    return found && `An administrator of the API Management service ${does} the subscription ${found.name}: ${why}.`
  }
}

function anew(why: string): (refused: Refused) => string | undefined {
  return refused => {
    const found = subscriptionOf(refused)
    return found && `The caller asks for a new subscription to ${scopeText(found)} in place of ${found.name}: ${why}.`
  }
}

function scopeText({ scope }: Subscription): string {
  if (scope.kind === 'allApis') return 'all APIs'
  return scope.kind === 'product' ? `the product ${scope.product}` : `the API ${scope.api}`
}

const baseName = ({ name }: Api) => name.split(';')[0] ?? name

/** Whose key opens the API. */
function keyFor(api: Api, { products }: Catalog): string {
  const holding = products.filter(({ apis }) => apis.includes(baseName(api))).map(({ name }) => `the product ${name}`)
  return `the key of a subscription to ${either([...holding, `the API ${baseName(api)}`])}`
}

const placesOf = ({ subscriptionKeyNames: { header, query } }: Api) => `the header ${header} (or the query parameter ${query})`

function orAdded({ scope }: Subscription, api: Api): string {
  return scope.kind === 'product' ? `, or an administrator adds the API ${baseName(api)} to the product ${scope.product}` : ''
}
