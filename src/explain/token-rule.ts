import type { DecisionRecord } from '../audit/record.ts'
import type { NamedValue } from '../catalog/catalog.ts'
import type { DirectoryDocument } from '../catalog/directory.ts'
import { tenantOfIssuer } from '../identity/entra-issuer.ts'
import { NamedValues } from '../policies/compose/named-values.ts'
import type { PolicyElement } from '../policies/read/read-policy.ts'
import { tokenPolicies } from './demands-of.ts'
import { type EffectiveElement, elementsAt } from './effective-section.ts'
import { attributeText, childrenNamed, isKnown, listTexts } from './policy-texts.ts'

/** What the token policy at a place takes, as far as it is written; what only a call can tell, and secrets, are left out. */
export interface TokenRule {
  readonly audiences: readonly string[]
  /** Ids of tenants, lower case; empty: any tenant, or none is named. */
  readonly tenants: readonly string[]
}

export function tokenRuleAt(
  place: NonNullable<DecisionRecord['policy']> | undefined,
  elements: readonly EffectiveElement[],
  namedValues: readonly NamedValue[],
  directory: DirectoryDocument | undefined,
): TokenRule {
  if (place === undefined || !tokenPolicies.has(place.name)) return { audiences: [], tenants: [] }
  const values = new NamedValues(namedValues)
  const found = elementsAt({ policy: place.name, file: place.file, line: place.line }, elements)
  return {
    audiences: found.flatMap(element => audiencesOf(element, values)),
    tenants: [...new Set(found.flatMap(element => tenantsOf(element, values, directory)))],
  }
}

function audiencesOf(element: PolicyElement, values: NamedValues): readonly string[] {
  const audiences = listTexts(element, 'audiences', 'audience', values)
  return [...audiences, ...listTexts(element, 'backend-application-ids', 'application-id', values)].filter(isKnown)
}

/** By `tenant-id`, by the listed issuers, or else by the addresses that keys are fetched from. */
function tenantsOf(element: PolicyElement, values: NamedValues, directory: DirectoryDocument | undefined): readonly string[] {
  const named = attributeText(element, 'tenant-id', values)
  if (named !== undefined) return tenantNamed(named, directory)
  const issuers = listTexts(element, 'issuers', 'issuer', values).filter(isKnown)
  if (issuers.length > 0) return issuers.flatMap(one => tenantOfIssuer(one) ?? [])
  const urls = childrenNamed(element, 'openid-config').flatMap(one => attributeText(one, 'url', values) ?? [])
  return urls.flatMap(url => tenantNamed(/^https:\/\/login\.[^/]+\/([^/]+)\//.exec(url)?.[1] ?? '', directory))
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The local directory knows the id behind a domain; nobody else here does. */
function tenantNamed(text: string, directory: DirectoryDocument | undefined): readonly string[] {
  if (guid.test(text)) return [text.toLowerCase()]
  const tenant = directory?.tenant
  return tenant !== undefined && tenant.domain.toLowerCase() === text.toLowerCase() ? [tenant.id.toLowerCase()] : []
}
