import type { DecisionRecord } from '../../audit/record.ts'
import type { Caller, ClaimedCaller } from '../../policies/context/call-context.ts'

type RecordedCaller = NonNullable<DecisionRecord['caller']>
type Writable<T> = { -readonly [K in keyof T]: T[K] }

const recordedCallers = new WeakMap<Caller, RecordedCaller>()

/** A token is remembered with who it speaks of: its calls share what is recorded of them. */
export function recordedCaller(caller: Caller): RecordedCaller {
  const known = recordedCallers.get(caller)
  if (known !== undefined) return known
  const recorded = recordedOf(caller)
  recordedCallers.set(caller, recorded)
  return recorded
}

/** Characters of a claim, and claims of one kind, that are kept of a token that was refused: anybody may have made it up. */
const maxText = 256
const maxTexts = 50

/** Who a refused token says is calling; undefined when it says nothing. `shown` hides what no record may hold. */
export function claimedCaller({ caller, isSigned }: ClaimedCaller, shown: (text: string) => string): RecordedCaller | undefined {
  const { issuer, roles, scopes, ...named } = recordedOf(caller)
  const cut = (text: string) => shown(text).slice(0, maxText)
  const claimed: RecordedCaller = {
    ...(issuer === undefined || issuer === '' ? {} : { issuer: cut(issuer) }),
    ...Object.fromEntries(
      Object.entries(named).flatMap(([name, value]) => (typeof value === 'string' ? [[name, cut(value)]] : [])),
    ),
    ...(roles === undefined ? {} : { roles: roles.slice(0, maxTexts).map(cut) }),
    ...(scopes === undefined ? {} : { scopes: scopes.slice(0, maxTexts).map(cut) }),
  }
  if (Object.keys(claimed).length === 0) return undefined
  return isSigned ? claimed : { ...claimed, unverified: true }
}

function recordedOf(caller: Caller): RecordedCaller {
  const { issuer, objectId, tenantId, clientApplication, userPrincipalName, certificate, roles, scopes } = caller
  const { groupsFrom, grantedRoles } = caller
  const recorded: Writable<RecordedCaller> = { issuer }
  if (objectId !== undefined) recorded.objectId = objectId
  if (tenantId !== undefined) recorded.tenantId = tenantId
  if (clientApplication !== undefined) recorded.clientApplication = clientApplication
  if (userPrincipalName !== undefined) recorded.userPrincipalName = userPrincipalName
  if (certificate !== undefined) recorded.certificate = certificate
  if (roles.length > 0) recorded.roles = roles
  if (scopes.length > 0) recorded.scopes = scopes
  if (groupsFrom !== undefined) recorded.groupsFrom = groupsFrom
  if (grantedRoles !== undefined) recorded.grantedRoles = grantedRoles
  return recorded
}
