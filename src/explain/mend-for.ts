import type { Demand } from '../access/demand.ts'
import type { DecisionRecord } from '../audit/record.ts'
import type { DirectoryDocument } from '../catalog/directory.ts'
import { mends } from './mends.ts'

/** What a mend is made from. */
export interface Refused {
  readonly record: DecisionRecord
  readonly demands: readonly Demand[]
  readonly expected: readonly string[]
  readonly claims: Readonly<Record<string, unknown>> | undefined
  readonly directory: DirectoryDocument | undefined
}

/** The mend of a refusal, in the terms of who can do it where the call says enough; else what docs/errors.md says of its reason. */
export function mendFor(refused: Refused): string {
  return ownMend(refused) ?? mends[refused.record.reason]
}

function ownMend(refused: Refused): string | undefined {
  switch (refused.record.reason) {
    case 'token.role':
      return roleMend(refused)
    case 'token.group':
      return groupMend(refused)
    case 'token.audience':
      return refused.expected.length === 0
        ? undefined
        : `Ask for a token for ${refused.expected.map(one => scopeFor(one, refused)).join(' or ')}.`
    default:
      return undefined
  }
}

/** The values that the deciding policy wants of a claim. */
function wanted({ record: { policy }, demands }: Refused, claim: string): readonly string[] {
  const rule = demands.find(({ file, line }) => file === policy?.file && line === policy?.line)
  return rule?.claims.find(one => one.claim === claim)?.values ?? []
}

function roleMend(refused: Refused): string | undefined {
  const roles = wanted(refused, 'roles')
  if (roles.length === 0) return undefined
  const { claims } = refused
  const api =
    typeof claims?.aud === 'string' ? `the application ${applicationName(claims.aud, refused)}` : 'the API’s application'
  return `Assign the app role ${roles.join(' or ')} of ${api} to ${whoIs(refused)}; then get a new token.`
}

function groupMend(refused: Refused): string | undefined {
  const groups = wanted(refused, 'groups')
  if (groups.length === 0) return undefined
  return `Add ${whoIs(refused, false)} to the group ${groups.join(' or ')}; then get a new token.`
}

function whoIs({ record: { caller } }: Refused, orGroup = true): string {
  const user = caller?.userPrincipalName
  if (user !== undefined) return `user ${user}${orGroup ? ', or to a group of theirs' : ''}`
  if (caller?.scopes !== undefined) return `user ${caller.objectId ?? ''}`.trim()
  return caller?.clientApplication === undefined ? 'the caller' : `application ${caller.clientApplication}`
}

function applicationOf(audience: string, { directory }: Refused) {
  return directory?.applications.find(({ appId, identifierUris }) => appId === audience || identifierUris.includes(audience))
}

function applicationName(audience: string, refused: Refused): string {
  return applicationOf(audience, refused)?.displayName ?? audience
}

/** What a client asks for to get that audience. */
function scopeFor(audience: string, refused: Refused): string {
  const uri = applicationOf(audience, refused)?.identifierUris[0]
  return `${uri ?? (audience.includes('://') ? audience : `api://${audience}`)}/.default`
}
