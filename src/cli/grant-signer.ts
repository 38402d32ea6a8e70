import type { GrantScope, Person } from '../access/grant.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { callerOf } from '../identity/caller.ts'
import { audiencesOf } from '../identity/check-claims.ts'
import { cloudOf } from '../identity/graph/open-graph.ts'
import type { TokenRules } from '../identity/token-verifier.ts'
import { tokensForAudiences } from './access-as.ts'
import { type Arguments, UsageError } from './command.ts'
import { GrantReach } from './grant-reach.ts'
import { standFor } from './stand-for.ts'

/** Who takes a step, by a token that was really verified. */
export interface Signed {
  readonly person: Person
  /** Roles of the token itself. */
  readonly roles: readonly string[]
  /** App roles that the API's application declares, where the local directory tells. */
  readonly declared: readonly string[] | undefined
  /** Why the token speaks for a part of the scope only; undefined: for all of it. */
  readonly lacks: string | undefined
}

/** Verifies the token of --token, or of whom --as names, as one for an API that the grant is about. */
export async function signedBy(
  args: Arguments,
  catalog: Catalog,
  scope: GrantScope,
): Promise<Signed | { readonly refused: string }> {
  const [who, given] = [args.text('as'), args.text('token')]
  if ((who === undefined) === (given === undefined)) throw new UsageError('--as or --token says who you are')
  const reach = new GrantReach(scope, catalog)
  const { audiences, shared } = reach
  if (audiences.length === 0)
    return { refused: `no policy of ${scope.kind} ${scope.name} takes tokens, so a role changes nothing there` }
  const token = given?.trim() ?? (await issued(catalog, who ?? '', shared.length > 0 ? shared : audiences))
  if (typeof token !== 'string') return token
  const { options, close } = standFor(catalog)
  try {
    const result = await options.tokens.verify(token, rulesFor(catalog, audiences), Date.now())
    if (result.kind === 'refused') return { refused: `${result.reason}: ${result.message}` }
    const caller = callerOf(result.claims)
    if (caller.objectId === undefined) return { refused: 'the token does not say whose it is (oid)' }
    const name = caller.userPrincipalName ?? caller.clientApplication ?? caller.objectId
    const lacks = reach.lacking(audiencesOf(result.claims))
    const person = { objectId: caller.objectId, name }
    return { person, roles: caller.roles, declared: declaredRoles(catalog, audiences), lacks }
  } finally {
    await close()
  }
}

async function issued(
  catalog: Catalog,
  who: string,
  audiences: readonly string[],
): Promise<string | { readonly refused: string }> {
  const result = await tokensForAudiences(catalog, who)(audiences)
  return 'token' in result ? result.token : result
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
