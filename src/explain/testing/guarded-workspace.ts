import type { Catalog } from '../../catalog/catalog.ts'
import { api, catalog, operation } from '../../gateway/testing/catalog.ts'

/** A token policy that wants one of these roles, and what else stands in `required-claims`. */
export const roleGuard = (roles: readonly string[], more = '') =>
  tokenGuard(roles.length === 0 && more === '' ? '' : `${roles.length === 0 ? '' : claim('roles', 'any', ...roles)}${more}`)

/** A token policy with these `required-claims`; its token is the variable `jwt` then. */
export const tokenGuard = (claims: string, from = 'header-name="Authorization"') => `
<validate-jwt ${from} output-token-variable-name="jwt">
  <openid-config url="https://login.invalid/keys" /><audiences><audience>api://orders</audience></audiences>
  ${claims === '' ? '' : `<required-claims>${claims}</required-claims>`}
</validate-jwt>`

export const claim = (name: string, match: 'any' | 'all', ...values: readonly string[]) =>
  `<claim name="${name}" match="${match}">${values.map(value => `<value>${value}</value>`).join('')}</claim>`

export const answer = (code: number) => `<return-response><set-status code="${code}" reason="So" /></return-response>`

/** Runs these policies when the expression holds. */
export const when = (expression: string, policies: string, otherwise = '') =>
  `<choose><when condition='@(${expression})'>${policies}</when>${otherwise === '' ? '' : `<otherwise>${otherwise}</otherwise>`}</choose>`

/** What an expression reads of the token that `tokenGuard` let through: one text. */
export const claimText = (name: string) => `((Jwt)context.Variables["jwt"]).Claims.GetValueOrDefault("${name}", "")`

export const policy = (file: string, inbound: string) => ({
  file,
  text: `<policies>\n<inbound>\n<base />\n${inbound}\n</inbound>\n</policies>`,
})

/** One API with one operation, GET /orders/list/{id}, and these inbound policies. */
export function guardedWorkspace(apiInbound: string, operationInbound = '', more: Partial<Catalog> = {}): Catalog {
  const list = { ...operation('list', 'GET', '/list/{id}'), policy: policy('operation.xml', operationInbound) }
  const orders = api('orders', 'orders', [list], {
    serviceUrl: 'http://backend.invalid',
    policy: policy('api.xml', apiInbound),
  })
  return catalog('/nowhere', { apis: [orders], ...more })
}
