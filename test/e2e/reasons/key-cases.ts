import type { ReasonCase } from './reason-case.ts'

const json = (properties: object) => JSON.stringify({ properties })
const subscription = (name: string, more: object) => ({
  [`subscriptions/${name}/subscriptionInformation.json`]: json({
    displayName: name,
    scope: `/products/${name}`,
    state: 'active',
    primaryKey: `key-of-${name}`,
    ...more,
  }),
})
const product = (name: string, more: object = {}) => ({
  [`products/${name}/productInformation.json`]: json({ displayName: name, state: 'published', subscriptionRequired: true }),
  [`products/${name}/apis/${name}/productApiInformation.json`]: '{}',
  ...subscription(name, more),
})

const header = 'Ocp-Apim-Subscription-Key'
const missing = /^Access denied due to missing subscription key\./
const invalid = /^Access denied due to invalid subscription key\./

/** A key that is sent, and the subscription of the API's product as it is before and after. */
function keyCase(
  code: ReasonCase['code'],
  index: number,
  more: object,
  mend: RegExp,
  files: (name: string) => Record<string, string> = () => ({}),
): ReasonCase {
  const own = `${code.replace('.', '-')}-${index}`
  return {
    code,
    api: { subscriptionRequired: true },
    files: name => ({ ...product(name, more), ...files(name) }),
    send: { headers: { [header]: `key-of-${own}` } },
    status: 401,
    message: invalid,
    expected: /header Ocp-Apim-Subscription-Key or the query parameter subscription-key/,
    received: new RegExp(`^subscription ${own}$`),
    mend,
    mended: { files: name => ({ ...subscription(name, {}), ...files(name) }) },
  }
}

/** What is wrong with subscription keys. */
export const keyCases: readonly ReasonCase[] = [
  {
    code: 'subscription.missing',
    api: { subscriptionRequired: true, subscriptionKeyParameterNames: { header: 'X-Own-Key', query: 'own-key' } },
    files: name => product(name),
    status: 401,
    message: missing,
    expected: /header X-Own-Key or the query parameter own-key/,
    received: /^no key$/,
    mend: /The caller sends the key of a subscription to the product subscription-missing-0 or the API subscription-missing-0 in the header X-Own-Key \(or the query parameter own-key\)/,
    mended: { send: { headers: { 'X-Own-Key': 'key-of-subscription-missing-0' } } },
  },
  {
    code: 'subscription.invalid',
    api: { subscriptionRequired: true },
    files: name => product(name),
    send: { path: '/x?subscription-key=made-up' },
    status: 401,
    message: invalid,
    received: /^a key of no subscription$/,
    mend: /No subscription has the key that came: the caller copies the key of a subscription to the product subscription-invalid-1/,
    mended: { send: { path: '/x?subscription-key=key-of-subscription-invalid-1' } },
  },
  keyCase(
    'subscription.suspended',
    2,
    { state: 'suspended' },
    /An administrator of the API Management service activates the subscription subscription-suspended-2/,
  ),
  keyCase(
    'subscription.submitted',
    3,
    { state: 'submitted' },
    /An administrator .* approves the request for the subscription subscription-submitted-3/,
  ),
  keyCase(
    'subscription.rejected',
    4,
    { state: 'rejected' },
    /asks for a new subscription to the product subscription-rejected-4 in place of subscription-rejected-4/,
  ),
  keyCase(
    'subscription.cancelled',
    5,
    { state: 'cancelled' },
    /asks for a new subscription to the product subscription-cancelled-5/,
  ),
  keyCase(
    'subscription.expired',
    6,
    { expirationDate: '2020-01-01T00:00:00Z' },
    /renews the subscription subscription-expired-6: it expired on 2020-01-01T00:00:00Z/,
  ),
  keyCase(
    'subscription.owner',
    7,
    { ownerId: '/users/olga' },
    /An administrator activates the developer olga \(blocked\), or gives the subscription subscription-owner-7 another owner/,
  ),
  {
    code: 'subscription.scope',
    api: { subscriptionRequired: true },
    files: name => ({
      ...product(name),
      [`products/${name}-other/productInformation.json`]: json({ displayName: 'other', state: 'published' }),
      ...subscription(`${name}-other`, {}),
    }),
    send: { headers: { [header]: 'key-of-subscription-scope-8-other' } },
    status: 401,
    message: invalid,
    received: /^subscription subscription-scope-8-other$/,
    mend: /The key is of the subscription subscription-scope-8-other to the product subscription-scope-8-other: the caller uses the key of a subscription to the product subscription-scope-8 or the API subscription-scope-8, or an administrator adds the API subscription-scope-8 to the product subscription-scope-8-other/,
    mended: { files: name => ({ [`products/${name}-other/apis/${name}/productApiInformation.json`]: '{}' }) },
  },
]
