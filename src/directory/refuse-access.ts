import type { DirectoryApplication, DirectoryUser } from '../catalog/directory.ts'
import { type ClaimsRequest, contextsAsked } from './claims-request.ts'
import { type UnmetPolicy, unmetPolicy } from './conditional-access.ts'
import { type EntraRefusal, entraRefusal } from './entra-errors.ts'
import type { SignIn } from './sign-in.ts'
import type { Tenant } from './tenant.ts'
import type { RequestedScopes } from './tokens/scopes.ts'

/** Somebody's wish for a token, as conditional access sees it. */
export interface Wish {
  readonly user: DirectoryUser
  readonly client: DirectoryApplication
  readonly scopes: RequestedScopes
  readonly claims: ClaimsRequest
  readonly signIn: SignIn
  /** Milliseconds since 1970. */
  readonly now: number
}

/** The policy that stands in the way of a wish. Who asks for nothing but an identity signs in to the client itself. */
export function unmetBy(tenant: Tenant, { user, client, scopes, claims, signIn, now }: Wish): UnmetPolicy | undefined {
  const isIdentityOnly = scopes.names.length === 0 && !scopes.isDefault
  const applications = [isIdentityOnly ? client.appId : scopes.resource.appId]
  return unmetPolicy(tenant, { user, applications, contexts: contextsAsked(claims).essential, signIn, now })
}

/** The refusal, with the claims request that leads the client's next sign-in to the policy. */
export function refuseUnmet({ policy, lack }: UnmetPolicy, { scopes, claims, signIn, now }: Wish): EntraRefusal {
  const contexts = contextsAsked(claims).essential
  const wanted =
    contexts.length > 0 ? { acrs: { essential: true, values: contexts } } : { polids: { essential: true, values: [policy.id] } }
  const challenge = JSON.stringify({ access_token: wanted })
  const frequency = policy.sessionControls?.signInFrequency ?? 0
  switch (lack) {
    case 'allowed':
      return { ...entraRefusal(53003, policy.displayName), claims: challenge }
    case 'compliantDevice':
      return entraRefusal(53000, 'unmanaged', policy.displayName)
    case 'joinedDevice':
      return entraRefusal(53001, 'unmanaged', policy.displayName)
    case 'secondFactor':
      return { ...entraRefusal(50076, scopes.resource.appId, policy.displayName), claims: challenge }
    case 'otherChallenge':
      return { ...entraRefusal(50158, policy.displayName), claims: challenge }
    case 'freshness':
      return entraRefusal(70043, new Date(Math.min(signIn.at, now)).toISOString(), String(frequency), policy.displayName)
  }
}

export function refuseAccess(tenant: Tenant, wish: Wish): EntraRefusal | undefined {
  const unmet = unmetBy(tenant, wish)
  return unmet === undefined ? undefined : refuseUnmet(unmet, wish)
}
