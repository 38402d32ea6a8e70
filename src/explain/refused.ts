import { isAbsolute, relative } from 'node:path'
import type { ClaimDemand, Demand } from '../access/demand.ts'
import type { DecisionRecord } from '../audit/record.ts'
import type { Api, Catalog } from '../catalog/catalog.ts'
import type { DirectoryApplication } from '../catalog/directory.ts'
import type { ReasonCode } from '../catalog/reason.ts'

/** What a mend is made from. */
export interface Refused {
  readonly record: DecisionRecord
  readonly demands: readonly Demand[]
  /** What the deciding policy takes as the audience of a token; empty: nothing, or nothing that can be read without the call. */
  readonly audiences: readonly string[]
  /** Ids of the tenants whose tokens it takes; empty: any, or it cannot be told. */
  readonly tenants: readonly string[]
  /** Claims as the token states them, of a call of the past as far as they were kept or recorded. */
  readonly claims: Readonly<Record<string, unknown>> | undefined
  readonly catalog: Catalog
}

/** The mend of a reason, in the terms of who can do it; undefined when the call says too little. */
export type Mends = { readonly [Reason in ReasonCode]?: (refused: Refused) => string | undefined }

export const expectedOf = ({ record: { expected = [] } }: Refused): readonly string[] => expected
export const receivedOf = ({ record: { received = [] } }: Refused): readonly string[] => received

/** `check-header at apis/orders/policy.xml:4`. */
export function ruleOf({ record: { policy }, catalog }: Refused): string {
  if (policy === undefined) return 'the policy'
  const near = relative(catalog.settings.folder, policy.file)
  return `${policy.name} at ${near.startsWith('..') || isAbsolute(near) ? policy.file : near}:${policy.line}`
}

export function apiOf({ record, catalog }: Refused): Api | undefined {
  return catalog.apis.find(({ name }) => name === record.api)
}

/** The claims that the deciding policy wants. */
export const claimsWanted = (refused: Refused): readonly ClaimDemand[] => demandOf(refused)?.claims ?? []

/** What the deciding policy asks. */
export function demandOf({ record: { policy }, demands }: Refused): Demand | undefined {
  return demands.find(({ file, line }) => file === policy?.file && line === policy?.line)
}

export function wanted(refused: Refused, claim: string): ClaimDemand | undefined {
  return claimsWanted(refused).find(one => one.claim === claim)
}

export function applicationOf(id: string, { catalog: { directory } }: Refused): DirectoryApplication | undefined {
  const folded = id.toLowerCase()
  return directory?.applications.find(
    ({ appId, identifierUris }) => appId.toLowerCase() === folded || identifierUris.includes(id),
  )
}

/** `Orders CLI (2b9e…)`, or the id alone. */
export function applicationName(id: string, refused: Refused): string {
  const found = applicationOf(id, refused)
  return found === undefined ? id : `${found.displayName} (${found.appId})`
}

/** The application that the token is for: what it says itself, else what the policy takes. */
export function apiApplication(refused: Refused): { readonly named: string; readonly found: DirectoryApplication | undefined } {
  const aud = refused.claims?.aud
  const id = typeof aud === 'string' ? aud : refused.audiences[0]
  const found = id === undefined ? undefined : applicationOf(id, refused)
  return { named: found?.displayName ?? id ?? '', found }
}

/**
 * A demand as the application that declares its values can meet it, and who does what first: what nobody declares can be assigned to nobody, and no token is given for it.
 * `declared` is undefined where the application is not known here.
 */
export function declarable(
  what: 'app role' | 'scope',
  demand: ClaimDemand,
  declared: readonly string[] | undefined,
  application: string,
): { readonly demand: ClaimDemand; readonly first: string } {
  const known = demand.values.filter(value => declared?.includes(value) !== false)
  if (demand.match !== 'all' && known.length > 0) return { demand: { ...demand, values: known }, first: '' }
  const missing = demand.values.filter(value => !known.includes(value))
  if (missing.length === 0) return { demand, first: '' }
  const names = joined({ ...demand, values: missing })
  return { demand, first: `The owner of ${application} declares the ${what} ${names} first: it has none of that name. ` }
}

/** What a client asks for to get that audience; how an application that is not known here is addressed, it alone knows. */
export function scopeFor(audience: string, refused: Refused): string {
  const resource = resourceOf(audience, refused)
  return resource === undefined ? `the audience ${audience}` : `${resource}/.default`
}

/** The address that scopes of the audience begin with; undefined for the id of an application that is not known here. */
export function resourceOf(audience: string, refused: Refused): string | undefined {
  return applicationOf(audience, refused)?.identifierUris[0] ?? (audience.includes('://') ? audience : undefined)
}

export const either = (texts: readonly string[]) => texts.join(' or ')

export const joined = ({ match, values }: { readonly match: 'all' | 'any'; readonly values: readonly string[] }) =>
  values.join(match === 'all' ? ' and ' : ' or ')
