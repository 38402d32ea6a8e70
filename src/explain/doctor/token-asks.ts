import type { ClaimDemand } from '../../access/demand.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import { cloudOfLogin } from '../../catalog/clouds.ts'
import { type Authority, authorityOfConfiguration } from '../../identity/entra-authority.ts'
import { tenantOfIssuer } from '../../identity/entra-issuer.ts'
import { NamedValues } from '../../policies/compose/named-values.ts'
import type { PolicyElement } from '../../policies/read/read-policy.ts'
import { requiredClaims } from '../demands-of.ts'
import type { EffectiveElement } from '../effective-section.ts'
import { documentReader, heldReader, sectionReader } from '../effective-section.ts'
import { attributeText, childrenNamed, isKnown, listTexts } from '../policy-texts.ts'
import { claimsInExpressions } from './expression-claims.ts'
import type { PolicyPlace } from './finding.ts'

/** What one token policy asks of Entra's tokens. Only texts that are known before a call. */
export interface TokenAsk {
  readonly place: PolicyPlace
  /** Tenants that it names, by id, domain, `common` or `organizations`; lower case. */
  readonly tenants: readonly string[]
  /** Where validate-jwt reads keys and, if it lists no issuer, the issuer; empty for the policy that takes both versions. */
  readonly authorities: readonly Authority[]
  /** Issuers as they are listed. */
  readonly issuers: readonly string[]
  readonly takesBothVersions: boolean
  readonly audiences: readonly string[]
  /** appIds of `backend-application-ids`: accepted as audience by id and by api:// with it. */
  readonly backends: readonly string[]
  readonly clients: readonly string[]
  readonly claims: readonly ClaimDemand[]
}

/** Every text that it takes as a token's audience. */
export function audiencesAsked({ audiences, backends }: TokenAsk): readonly string[] {
  return [...audiences, ...backends, ...backends.map(id => `api://${id}`)]
}

/** Claims that an expression compares with texts, and where. */
export interface ClaimUse {
  readonly claim: 'roles' | 'scp' | 'groups'
  readonly value: string
  readonly place: PolicyPlace
}

/** What the effective inbound section of an operation (one way into it) asks of tokens. */
export interface OperationAsks {
  readonly tokens: readonly TokenAsk[]
  readonly uses: readonly ClaimUse[]
}

const tokenPolicies = new Set(['validate-jwt', 'validate-azure-ad-token'])

/** What every operation's policies ask, conditional ones too; ways that ask the same once. Tokens of other providers than Entra are left out. */
export function operationAsks(catalog: Catalog): readonly OperationAsks[] {
  const read = documentReader()
  const inbound = sectionReader(catalog, read)('inbound')
  const held = heldReader(catalog, read)
  const values = new NamedValues(catalog.namedValues)
  const known = new Map<string, OperationAsks>()
  for (const api of catalog.apis.filter(({ notServed, fault }) => notServed === undefined && fault === undefined)) {
    const name = api.name.split(';')[0] ?? api.name
    const products = [null, ...catalog.products.filter(product => product.apis.includes(name))]
    for (const operation of api.operations)
      for (const product of products) {
        const { elements } = inbound(api, operation, product)
        const key = elements.map(({ file, element }) => `${file.file}:${element.offset}`).join('\n')
        if (!known.has(key)) known.set(key, asksIn(elements.flatMap(held), values))
      }
  }
  return [...known.values()]
}

function asksIn(elements: readonly EffectiveElement[], values: NamedValues): OperationAsks {
  return {
    tokens: elements
      .filter(({ element }) => tokenPolicies.has(element.name))
      .flatMap(at => tokenAsk(at.element, placeOf(at), values) ?? []),
    uses: elements.flatMap(at =>
      claimsInExpressions(at.element, values).map((use): ClaimUse => ({ ...use, place: placeOf(at) })),
    ),
  }
}

function placeOf({ file, element }: EffectiveElement): PolicyPlace {
  return { name: element.name, file: file.file, line: file.lines.position(element.offset).line }
}

/** Undefined for a policy whose tokens are not Entra's. */
function tokenAsk(element: PolicyElement, place: PolicyPlace, values: NamedValues): TokenAsk | undefined {
  const known = (list: string, item: string) => listTexts(element, list, item, values).filter(isKnown)
  const common = {
    place,
    audiences: known('audiences', 'audience'),
    backends: known('backend-application-ids', 'application-id'),
    clients: known('client-application-ids', 'application-id').map(lower),
    claims: requiredClaims(element, values),
  }
  if (element.name === 'validate-azure-ad-token') {
    const tenant = attributeText(element, 'tenant-id', values) ?? ''
    const tenants = isKnown(tenant) ? [tenantName(tenant)] : []
    return { ...common, tenants, authorities: [], issuers: [], takesBothVersions: true }
  }
  const urls = childrenNamed(element, 'openid-config')
    .map(one => attributeText(one, 'url', values) ?? '')
    .filter(isKnown)
  const authorities = urls.flatMap(url => authorityOfConfiguration(url) ?? [])
  const issuers = known('issuers', 'issuer')
  const named = issuers.flatMap(issuer => tenantOfIssuer(issuer) ?? [])
  if (authorities.length === 0 && named.length === 0) return undefined
  const tenants = [...new Set([...authorities.map(({ tenant }) => tenant), ...named])]
  return { ...common, tenants, authorities, issuers, takesBothVersions: false }
}

const lower = (text: string) => text.toLowerCase()

/** `tenant-id` takes an id, a domain, or an Entra address that has one of them in its path. */
function tenantName(text: string): string {
  const written = text.trim().toLowerCase()
  if (!URL.canParse(written)) return written
  const { hostname, pathname } = new URL(written)
  return cloudOfLogin(hostname) === undefined ? written : (pathname.split('/')[1] ?? '')
}
