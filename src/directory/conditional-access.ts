import type { ConditionalAccessPolicy, DirectoryUser } from '../catalog/directory.ts'
import type { SignIn } from './sign-in.ts'
import { type Tenant, transitiveGroups } from './tenant.ts'

/** What a sign-in still lacks. The first three are never had in a local directory; the others can be made up for on a page. */
export type Lack = 'allowed' | 'compliantDevice' | 'joinedDevice' | 'secondFactor' | 'otherChallenge' | 'freshness'

/** A policy that is not met, and what it wants. */
export interface UnmetPolicy {
  readonly policy: ConditionalAccessPolicy
  readonly lack: Lack
}

/** What access is judged by. */
export interface AccessAttempt {
  readonly user: DirectoryUser
  /** appIds that a token is asked for. */
  readonly applications: readonly string[]
  /** Authentication contexts that must be met. */
  readonly contexts: readonly string[]
  readonly signIn: SignIn
  /** Milliseconds since 1970. */
  readonly now: number
}

/** The worst comes first: whoever is blocked is not asked for a second factor before. */
const order: readonly Lack[] = ['allowed', 'compliantDevice', 'joinedDevice', 'freshness', 'secondFactor', 'otherChallenge']

/** The policy that stands in the way, if any does. Only enabled ones count. */
export function unmetPolicy(tenant: Tenant, attempt: AccessAttempt): UnmetPolicy | undefined {
  const unmet = policiesOf(tenant).flatMap(policy => {
    const lack = applies(tenant, policy, attempt) ? lackOf(policy, attempt) : undefined
    return lack === undefined ? [] : [{ policy, lack }]
  })
  return unmet.sort((a, b) => order.indexOf(a.lack) - order.indexOf(b.lack))[0]
}

/** Of these contexts, those that the sign-in meets; one that no policy names is met by everybody. */
export function metContexts(
  tenant: Tenant,
  attempt: Omit<AccessAttempt, 'contexts' | 'applications'>,
  contexts: readonly string[],
): string[] {
  return contexts.filter(context => unmetPolicy(tenant, { ...attempt, applications: [], contexts: [context] }) === undefined)
}

/** Every context that some enabled policy names. */
export function knownContexts(tenant: Tenant): readonly string[] {
  return [
    ...new Set(policiesOf(tenant).flatMap(policy => policy.conditions.applications.includeAuthenticationContextClassReferences)),
  ]
}

const policiesOf = ({ document }: Tenant) =>
  (document.conditionalAccessPolicies ?? []).filter(policy => policy.state === 'enabled')

function applies(
  tenant: Tenant,
  { conditions }: ConditionalAccessPolicy,
  { user, applications, contexts }: AccessAttempt,
): boolean {
  const { users, applications: named } = conditions
  const names = (list: readonly string[]) =>
    list.includes('All') || list.includes(user.id) || (list.includes('GuestsOrExternalUsers') && user.userType === 'Guest')
  const groups = new Set(transitiveGroups(tenant, user.id).map(group => group.id))
  const isMember = (list: readonly string[]) => list.some(id => groups.has(id))
  if (names(users.excludeUsers) || isMember(users.excludeGroups)) return false
  if (!names(users.includeUsers) && !isMember(users.includeGroups)) return false
  if (named.includeAuthenticationContextClassReferences.some(context => contexts.includes(context))) return true
  return applications.some(
    appId =>
      (named.includeApplications.includes('All') || named.includeApplications.includes(appId)) &&
      !named.excludeApplications.includes(appId),
  )
}

function lackOf(policy: ConditionalAccessPolicy, attempt: AccessAttempt): Lack | undefined {
  const frequency = policy.sessionControls?.signInFrequency
  const lacks = controlLacks(policy, attempt.signIn)
  const isStale = frequency !== undefined && attempt.now - attempt.signIn.at > (frequency === 0 ? everyTime : frequency) * 1000
  return order.find(lack => lacks.includes(lack) || (lack === 'freshness' && isStale))
}

/** Seconds. "Every time" bears the time that a sign-in takes from the page to the token. */
const everyTime = 300

function controlLacks({ grantControls }: ConditionalAccessPolicy, { methods }: SignIn): readonly Lack[] {
  if (grantControls === undefined) return []
  const { operator, builtInControls, customAuthenticationFactors } = grantControls
  if (builtInControls.includes('block')) return ['allowed']
  const hasOther = customAuthenticationFactors.length > 0
  const wanted = [
    ...builtInControls.map(control => ({ lack: lackByControl[control], isMet: control === 'mfa' && methods.includes('mfa') })),
    ...(hasOther ? [{ lack: 'otherChallenge' as const, isMet: methods.includes('external') }] : []),
  ]
  if (operator === 'AND') return wanted.flatMap(({ lack, isMet }) => (isMet ? [] : [lack]))
  if (wanted.some(({ isMet }) => isMet)) return []
  // one of them is enough: ask for one that a person can give, if there is one
  const givable = wanted.find(({ lack }) => lack === 'secondFactor' || lack === 'otherChallenge') ?? wanted[0]
  return givable === undefined ? [] : [givable.lack]
}

const lackByControl = {
  block: 'allowed',
  mfa: 'secondFactor',
  compliantDevice: 'compliantDevice',
  domainJoinedDevice: 'joinedDevice',
} as const
