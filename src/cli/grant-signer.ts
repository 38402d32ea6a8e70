import type { GrantScope, Person } from '../access/grant.ts'
import type { Api, Catalog } from '../catalog/catalog.ts'
import { operationAsks } from '../explain/doctor/token-asks.ts'
import { callerOf } from '../identity/caller.ts'
import { cloudOf } from '../identity/graph/open-graph.ts'
import type { TokenRules } from '../identity/token-verifier.ts'
import { tokensOf } from './access-as.ts'
import { type Arguments, UsageError } from './command.ts'
import { standFor } from './stand-for.ts'

/** Who takes a step, by a token that was really verified. */
export interface Signed {
  readonly person: Person
  /** Roles of the token itself. */
  readonly roles: readonly string[]
  /** App roles that the API's application declares, where the local directory tells. */
  readonly declared: readonly string[] | undefined
}

/** Verifies the token of --token, or of whom --as names, as one for an API that the grant is about. */
export async function signedBy(
  args: Arguments,
  catalog: Catalog,
  scope: GrantScope,
): Promise<Signed | { readonly refused: string }> {
  const [who, given] = [args.text('as'), args.text('token')]
  if ((who === undefined) === (given === undefined)) throw new UsageError('--as or --token says who you are')
  const apis = apisIn(scope, catalog)
  const asks = operationAsks({ ...catalog, apis }).flatMap(({ tokens }) => tokens)
  const audiences = [
    ...new Set(asks.flatMap(ask => [...ask.audiences, ...ask.backends, ...ask.backends.map(id => `api://${id}`)])),
  ]
  if (audiences.length === 0)
    return { refused: `no policy of ${scope.kind} ${scope.name} takes tokens, so a role changes nothing there` }
  const token = given?.trim() ?? (await issued(apis, catalog, who ?? ''))
  if (typeof token !== 'string') return token
  const { options, close } = standFor(catalog)
  try {
    const result = await options.tokens.verify(token, rulesFor(catalog, audiences), Date.now())
    if (result.kind === 'refused') return { refused: `${result.reason}: ${result.message}` }
    const caller = callerOf(result.claims)
    if (caller.objectId === undefined) return { refused: 'the token does not say whose it is (oid)' }
    const name = caller.userPrincipalName ?? caller.clientApplication ?? caller.objectId
    return { person: { objectId: caller.objectId, name }, roles: caller.roles, declared: declaredRoles(catalog, audiences) }
  } finally {
    await close()
  }
}

function apisIn({ kind, name }: GrantScope, { apis, products }: Catalog): readonly Api[] {
  const names = kind === 'api' ? [name] : (products.find(product => product.name === name)?.apis ?? [])
  return apis.filter(api => names.includes(api.name.split(';')[0] ?? ''))
}

async function issued(apis: readonly Api[], catalog: Catalog, who: string): Promise<string | { readonly refused: string }> {
  const tokenFor = tokensOf(catalog, who)
  let refused = 'there is no API to get a token for'
  for (const api of apis) {
    const result = await tokenFor(api)
    if ('token' in result) return result.token
    refused = result.refused
  }
  return { refused }
}

/** The tenant's own keys and issuers, of both token versions. */
function rulesFor(catalog: Catalog, audiences: readonly string[]): TokenRules {
  const tenant = catalog.settings.identity.tenant ?? catalog.directory?.tenant.id
  if (tenant === undefined) throw new UsageError('no tenant is known: write identity: { tenant: … } in gatehouse.yaml')
  const base = `https://${cloudOf(catalog).login}/${tenant}`
  return {
    keys: [`${base}/v2.0`, base].map(url => ({ kind: 'openid-config', url: `${url}/.well-known/openid-configuration` })),
    issuers: [],
    audiences,
    requireExpirationTime: true,
    requireSignedTokens: true,
    clockSkew: 0,
    decryptionKeys: [],
  }
}

function declaredRoles({ directory }: Catalog, audiences: readonly string[]): readonly string[] | undefined {
  const applications = (directory?.applications ?? []).filter(
    ({ appId, identifierUris }) => audiences.includes(appId) || identifierUris.some(uri => audiences.includes(uri)),
  )
  if (applications.length === 0) return undefined
  return [...new Set(applications.flatMap(({ appRoles }) => appRoles.flatMap(({ value }) => value ?? [])))]
}
