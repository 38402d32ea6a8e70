import type { Catalog } from '../../catalog/catalog.ts'
import type { RegisteredApplication, Registrations } from '../../catalog/registrations.ts'
import { checkAssignment, checkCredentials, checkOverage, checkRedirects } from './check-applications.ts'
import { checkTokenForm } from './check-audiences.ts'
import { checkClaims } from './check-claims.ts'
import type { Finding } from './finding.ts'
import { apisOf } from './resolve-apis.ts'
import { type OperationAsks, operationAsks, type TokenAsk } from './token-asks.ts'

/**
 * Holds what the policies of a workspace ask of tokens against what the tenant has registered. Every finding once, the gravest first. `now` in
 * milliseconds since 1970.
 */
export function examine(catalog: Catalog, registrations: Registrations, now: number): readonly Finding[] {
  const asks = operationAsks(catalog)
  const apis = new Set(asks.flatMap(({ tokens }) => tokens.flatMap(ask => apisOf(ask, registrations).map(({ app }) => app))))
  const found = [
    ...asks.flatMap(({ tokens }) => tokens.flatMap(ask => checkTokenForm(ask, registrations))),
    ...asks.flatMap(one => checkClaims(one, registrations)),
    ...[...apis].flatMap(app => [
      ...checkAssignment(app, isGuarded(app, asks, registrations)),
      ...checkOverage(app, registrations, asksForGroups(app, asks, registrations)),
    ]),
    ...checkCredentials(registrations, now),
    ...checkRedirects(registrations, catalog.settings.portal.listen),
  ]
  const once = new Map(found.map(finding => [JSON.stringify(finding), finding]))
  return [...once.values()].toSorted((a, b) => order(a) - order(b))
}

const order = ({ severity }: Finding) => ['error', 'warning', 'note'].indexOf(severity)

const narrowing = new Set(['roles', 'scp', 'groups'])

/** Every operation that takes the API's tokens asks for more than one: a role, a scope, a group, or a known client. */
function isGuarded(app: RegisteredApplication, asks: readonly OperationAsks[], registrations: Registrations): boolean {
  const narrows = ({ claims, clients }: TokenAsk) => clients.length > 0 || claims.some(({ claim }) => narrowing.has(claim))
  return asks.filter(one => takes(app, one, registrations)).every(({ tokens, uses }) => uses.length > 0 || tokens.some(narrows))
}

function asksForGroups(app: RegisteredApplication, asks: readonly OperationAsks[], registrations: Registrations): boolean {
  return asks
    .filter(one => takes(app, one, registrations))
    .some(
      ({ tokens, uses }) =>
        uses.some(({ claim }) => claim === 'groups') ||
        tokens.some(({ claims }) => claims.some(({ claim }) => claim === 'groups')),
    )
}

function takes(app: RegisteredApplication, { tokens }: OperationAsks, registrations: Registrations): boolean {
  return tokens.some(ask => apisOf(ask, registrations).some(api => api.app === app))
}
