import type { RegisteredApplication, RegisteredCredential, RegisteredRole, Registrations } from '../../catalog/registrations.ts'
import { isObject } from '../json-object.ts'
import type { GraphBody, GraphClient, GraphFailure } from './graph-client.ts'

/** What policies name, and what is therefore asked about. */
export interface NamedByPolicies {
  /** Audiences: appIds and identifierUris. */
  readonly audiences: readonly string[]
  /** appIds of clients and of APIs. */
  readonly appIds: readonly string[]
  /** Groups by object id, or as somebody wrote them. */
  readonly groups: readonly string[]
  /** The tenant is named by a domain somewhere: then its domains have to be known. */
  readonly tenantByDomain: boolean
}

/** Names of one kind that are asked about; policies of real gateways name far fewer. */
const maxNames = 500
/** Clauses of one filter: Graph takes 15. */
const chunk = 10
const maxAssignments = 20_000
/** Users whose groups are counted, of those assigned to an API that puts groups into its tokens. */
const maxCounted = 100
/** Groups of a user that still go into a token. */
const groupsInToken = 200

/** Reads what a real tenant has registered of what the policies name. */
export async function readRegistrations(
  client: GraphClient,
  tenantId: string,
  named: NamedByPolicies,
): Promise<Registrations | GraphFailure> {
  try {
    return await new Reader(client).read(tenantId.toLowerCase(), named)
  } catch (error) {
    if (error instanceof Unanswered) return error.failure
    throw error
  }
}

/** A question that Graph did not answer: thrown from within, caught where reading began. */
class Unanswered extends Error {
  readonly failure: GraphFailure

  constructor(failure: GraphFailure) {
    super(failure.message)
    this.failure = failure
  }
}

class Reader {
  readonly #client: GraphClient

  constructor(client: GraphClient) {
    this.#client = client
  }

  async read(id: string, { audiences, appIds, groups, tenantByDomain }: NamedByPolicies): Promise<Registrations> {
    const ids = [...new Set([...appIds, ...audiences].filter(isGuid).map(one => one.toLowerCase()))].slice(0, maxNames)
    const uris = [...new Set(audiences.filter(one => !isGuid(one)))].slice(0, maxNames)
    const [organization] = tenantByDomain ? await this.#list('organization?$select=id,verifiedDomains') : []
    const found = await this.#applications(ids, uris)
    const missing = ids.filter(one => !found.some(app => text(app.appId).toLowerCase() === one))
    const homeless = uris.filter(uri => !found.some(app => texts(app.identifierUris).includes(uri)))
    const applications: RegisteredApplication[] = []
    for (const app of found) applications.push(await this.#registered(app))
    return {
      source: 'graph',
      tenant: { id, domains: list(organization?.verifiedDomains).map(domain => text(domain.name).toLowerCase()) },
      applications,
      elsewhere: await this.#elsewhere(missing, homeless),
      groups: await this.#groups(groups),
      crowdedUsers: await this.#crowded(applications),
    }
  }

  /** Applications of other tenants that have a service principal here, by the names that policies have for them. */
  async #elsewhere(ids: readonly string[], uris: readonly string[]): Promise<readonly string[]> {
    const path = 'servicePrincipals?$select=appId,servicePrincipalNames'
    const byId = await this.#byClauses(path, ids, id => `appId eq '${quoted(id)}'`)
    const byUri = await this.#byClauses(path, uris, uri => `servicePrincipalNames/any(x:x eq '${quoted(uri)}')`)
    const names = new Set(byUri.flatMap(one => texts(one.servicePrincipalNames)))
    return [...byId.map(({ appId }) => text(appId).toLowerCase()), ...uris.filter(uri => names.has(uri))]
  }

  async #applications(ids: readonly string[], uris: readonly string[]): Promise<readonly GraphBody[]> {
    const path = `applications?$select=${applicationProperties}`
    const byId = await this.#byClauses(path, ids, id => `appId eq '${quoted(id)}'`)
    const byUri = await this.#byClauses(path, uris, uri => `identifierUris/any(x:x eq '${quoted(uri)}')`)
    return [...new Map([...byId, ...byUri].map(app => [text(app.appId), app])).values()]
  }

  async #registered(app: GraphBody): Promise<RegisteredApplication> {
    const appId = text(app.appId)
    const principal = await this.#client.get(
      `servicePrincipals(appId='${encodeURIComponent(quoted(appId))}')?$select=id,appRoleAssignmentRequired`,
    )
    if (principal.kind === 'failure' && principal.why !== 'missing') throw new Unanswered(principal)
    const body: GraphBody = principal.kind === 'answer' ? principal.body : {}
    const assignments =
      typeof body.id === 'string'
        ? await this.#list(`servicePrincipals/${encodeURIComponent(body.id)}/appRoleAssignedTo?$top=999`, maxAssignments)
        : []
    for (const { principalId, principalType } of assignments)
      if (principalType === 'User' && emitsGroups(app)) this.#users.add(text(principalId))
    return {
      ...registrationOf(app, assignments),
      assignmentRequired: body.appRoleAssignmentRequired === true,
      assignedGroups: assignments.filter(one => one.principalType === 'Group').map(({ principalId }) => text(principalId)),
    }
  }

  /** Object ids of users whose tokens for some API carry groups. */
  readonly #users = new Set<string>()

  async #groups(names: readonly string[]): Promise<Registrations['groups']> {
    const unique = [...new Set(names)].slice(0, maxNames)
    const path = 'groups?$select=id,displayName'
    const found = [
      ...(await this.#byClauses(path, unique.filter(isGuid), id => `id eq '${quoted(id)}'`)),
      ...(await this.#byClauses(
        path,
        unique.filter(one => !isGuid(one)),
        name => `displayName eq '${quoted(name)}'`,
      )),
    ]
    return found.map(({ id, displayName }) => ({ id: text(id), displayName: text(displayName) }))
  }

  async #crowded(applications: readonly RegisteredApplication[]): Promise<Registrations['crowdedUsers']> {
    if (!applications.some(app => app.groupMembershipClaims.some(one => one === 'SecurityGroup' || one === 'All'))) return []
    const crowded: { name: string; groups: number }[] = []
    for (const id of [...this.#users].slice(0, maxCounted)) {
      const path = `users/${encodeURIComponent(id)}/transitiveMemberOf/microsoft.graph.group/$count`
      const answer = await this.#client.get(path, { consistencylevel: 'eventual' })
      if (answer.kind === 'failure' && answer.why !== 'missing') throw new Unanswered(answer)
      const count = answer.kind === 'answer' ? Number(answer.body.value) : 0
      if (count > groupsInToken) crowded.push({ name: await this.#nameOf(id), groups: count })
    }
    return crowded
  }

  async #nameOf(id: string): Promise<string> {
    const user = await this.#client.get(`users/${encodeURIComponent(id)}?$select=userPrincipalName`)
    return user.kind === 'answer' && typeof user.body.userPrincipalName === 'string' ? user.body.userPrincipalName : id
  }

  async #byClauses(path: string, names: readonly string[], clause: (name: string) => string): Promise<readonly GraphBody[]> {
    const found: GraphBody[] = []
    for (let at = 0; at < names.length; at += chunk) {
      const filter = names
        .slice(at, at + chunk)
        .map(clause)
        .join(' or ')
      found.push(...(await this.#list(`${path}&$filter=${encodeURIComponent(filter)}`)))
    }
    return found
  }

  async #list(path: string, maxItems = 5000): Promise<readonly GraphBody[]> {
    const found = await this.#client.list(path, maxItems)
    if (found.kind === 'failure') throw new Unanswered(found)
    return found.items.filter(isObject)
  }
}

const applicationProperties = [
  'appId',
  'displayName',
  'identifierUris',
  'appRoles',
  'api',
  'web',
  'spa',
  'publicClient',
  'passwordCredentials',
  'keyCredentials',
  'groupMembershipClaims',
].join(',')

function registrationOf(
  app: GraphBody,
  assignments: readonly GraphBody[],
): Omit<RegisteredApplication, 'assignmentRequired' | 'assignedGroups'> {
  const held = new Set(assignments.map(({ appRoleId }) => appRoleId))
  const api = isObject(app.api) ? app.api : {}
  const uris = (name: 'web' | 'spa' | 'publicClient') => (isObject(app[name]) ? texts(app[name].redirectUris) : [])
  return {
    appId: text(app.appId).toLowerCase(),
    displayName: text(app.displayName),
    identifierUris: texts(app.identifierUris),
    appRoles: enabled(app.appRoles).map((role): RegisteredRole => {
      return { value: text(role.value), allowedMemberTypes: texts(role.allowedMemberTypes), isAssigned: held.has(role.id) }
    }),
    scopes: enabled(api.oauth2PermissionScopes).map(({ value }) => text(value)),
    accessTokenVersion: api.requestedAccessTokenVersion === 2 ? 2 : 1,
    redirectUris: { web: uris('web'), spa: uris('spa'), publicClient: uris('publicClient') },
    credentials: [
      ...list(app.passwordCredentials).map(one => credentialOf('secret', one)),
      ...list(app.keyCredentials).map(one => credentialOf('certificate', one)),
    ],
    groupMembershipClaims: groupClaims(app),
  }
}

/** Graph writes the choices as one text with commas. */
const groupClaims = ({ groupMembershipClaims: claims }: GraphBody) =>
  typeof claims === 'string' ? claims.split(',').map(one => one.trim()) : []

const emitsGroups = (app: GraphBody) => groupClaims(app).some(one => one === 'SecurityGroup' || one === 'All')

function credentialOf(kind: RegisteredCredential['kind'], { displayName, keyId, endDateTime }: GraphBody): RegisteredCredential {
  const endsAt = Date.parse(text(endDateTime))
  const name = typeof displayName === 'string' && displayName !== '' ? displayName : text(keyId)
  return { kind, name, ...(Number.isNaN(endsAt) ? {} : { endsAt }) }
}

const isGuid = (name: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name)
/** Within the single quotes of OData. */
const quoted = (name: string) => name.replaceAll("'", "''")
const text = (value: unknown) => (typeof value === 'string' ? value : '')
const list = (value: unknown): readonly GraphBody[] => (Array.isArray(value) ? value.filter(isObject) : [])
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter(one => typeof one === 'string') : [])
const enabled = (value: unknown) => list(value).filter(({ isEnabled }) => isEnabled !== false)
