import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRefusal } from '../../../src/directory/entra-errors.ts'
import { issueDirectoryToken } from '../../../src/directory/issue-directory-token.ts'
import { loadWorkspace } from '../../../src/workspace/load-workspace.ts'
import type { Sending, Sent } from './reason-case.ts'
import type { Stage } from './stage.ts'

export const tenant = '5f1c2a54-8f0e-4d1b-9f6a-2f5d4c7b9e10'
export const orders = '8d1f7c3e-6a52-4b0d-9c1e-5e7a3f2b4d60'
export const ledger = '9e2a8d4f-7b63-4c1e-8d2f-6f8b4a3c5e71'
export const cli = '2b9e5d70-1c84-4f3a-8e6d-7a0b9c3d5f21'
export const daemon = 'c4a7e912-3f5b-4d68-b0c2-9e1d8f7a6b33'
export const newsroom = '6f6d3c1e-0b7a-4a57-9c38-0d5b2a4e7f10'

/** Groups in which Mia is, besides: more than a token holds. */
const crowds = Array.from({ length: 201 }, (_, at) => `  - { displayName: Crowd ${at}, members: [mia@gazette.onmicrosoft.com] }`)

const granted = ['rita', 'mia']
  .map(name => `  - { principal: ${name}@gazette.onmicrosoft.com, resource: Orders API, role: publishers }\n`)
  .join('')

/** A tenant with an API of each token version; assignments and members as they are before a mend, or after. */
export const directoryFile = ({
  isMended = false,
  isCrowded = false,
} = {}) => `tenant: { id: ${tenant}, domain: gazette.onmicrosoft.com }
users:
  - { userPrincipalName: rita@gazette.onmicrosoft.com, password: rita-secret }
  - { userPrincipalName: mia@gazette.onmicrosoft.com, password: mia-secret }
groups:
  - { displayName: Newsroom, id: ${newsroom}, members: [${isMended ? 'rita@gazette.onmicrosoft.com' : ''}] }
${isCrowded ? crowds.join('\n') : ''}
applications:
  - displayName: Orders API
    appId: ${orders}
    identifierUris: [api://orders]
    groupMembershipClaims: SecurityGroup
    appRoles: [{ value: readers, displayName: Read, allowedMemberTypes: [User, Application] }, { value: publishers, displayName: Publish, allowedMemberTypes: [User, Application] }]
    api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [{ value: Orders.Read }, { value: Orders.Write }] }
  - displayName: Ledger API
    appId: ${ledger}
    identifierUris: [api://ledger]
    api: { requestedAccessTokenVersion: ${isMended ? 2 : 1}, oauth2PermissionScopes: [{ value: access }] }
  - displayName: Gazette CLI
    appId: ${cli}
    isFallbackPublicClient: true
    publicClient: { redirectUris: ['http://localhost'${isMended ? ", 'https://oauth.pstmn.io/v1/callback'" : ''}] }
  - { displayName: Archive Service, appId: ${daemon}, passwordCredentials: [{ secretText: archive-secret }] }
appRoleAssignments:
  - { principal: Archive Service, resource: Orders API, role: readers }
${isMended ? granted : ''}`

export const directorySettings = `gateway: { listen: 127.0.0.1:0, workers: 1 }
identity: { tenant: ${tenant}, directory: ./directory.yaml, listen: 127.0.0.1:0 }
`

export interface Asked {
  readonly client?: string
  readonly user?: string
  readonly scope?: string
  /** Milliseconds by which the issuer's clock is ahead. */
  readonly ahead?: number
  /** Seconds. */
  readonly lifetime?: number
}

export const rita: Asked = { client: 'Gazette CLI', user: 'rita@gazette.onmicrosoft.com', scope: 'api://orders/.default' }
export const application: Asked = { client: 'Archive Service', scope: 'api://orders/.default' }

const read = new Map<string, ReturnType<typeof readDirectory>>()

/** Read once for each text of the file. */
function directoryOf(folder: string): ReturnType<typeof readDirectory> {
  const key = `${folder} ${readFileSync(join(folder, 'directory.yaml'), 'utf8')}`
  const known = read.get(key) ?? readDirectory(folder)
  read.set(key, known)
  return known
}

async function readDirectory(folder: string) {
  const { catalog } = await loadWorkspace({ folder, env: {} })
  assert.ok(catalog.directory)
  return { directory: catalog.directory, state: catalog.settings.state }
}

/** A token as the directory signs it. */
export async function directoryToken(
  stage: Stage,
  { client = 'Gazette CLI', user, scope = '', ahead = 0, lifetime = 3600 }: Asked,
): Promise<string> {
  const { directory, state } = await directoryOf(stage.folder)
  const issued = await issueDirectoryToken(directory, state, {
    client,
    scope,
    lifetime,
    now: Date.now() + ahead,
    ...(user === undefined ? {} : { user }),
  })
  if (isRefusal(issued)) throw new Error(issued.message)
  return issued.accessToken
}

export const bearing = (token: string): Sent => ({ headers: { authorization: `Bearer ${token}` } })

/** A call with a token that the directory signs for it. */
export const by =
  (asked: Asked): Sending =>
  async stage =>
    bearing(await directoryToken(stage, asked))

/** `validate-azure-ad-token` of the tenant. */
export function entra(more = '', { audience = orders, status = 401 } = {}): string {
  return `<validate-azure-ad-token tenant-id="${tenant}" failed-validation-httpcode="${status}">
      <audiences><audience>${audience}</audience></audiences>${more}
    </validate-azure-ad-token>`
}

/** `client-application-ids` stand before audiences. */
export function entraFor(client: string): string {
  return entra().replace(
    '<audiences>',
    `<client-application-ids><application-id>${client}</application-id></client-application-ids><audiences>`,
  )
}

export const requires = (claim: string, ...values: readonly string[]) =>
  `<required-claims><claim name="${claim}" match="any">${values.map(value => `<value>${value}</value>`).join('')}</claim></required-claims>`

export const v1Issuer = (id = tenant) => `https://sts.windows.net/${id}/`
export const v2Issuer = (id = tenant) => `https://login.microsoftonline.com/${id}/v2.0`

/** `validate-jwt` by the tenant's keys, with these issuers. */
export function jwt(issuers: readonly string[], audiences: readonly string[], attributes = ''): string {
  return `<validate-jwt header-name="Authorization" ${attributes}>
      <openid-config url="https://login.microsoftonline.com/${tenant}/v2.0/.well-known/openid-configuration" />
      <audiences>${audiences.map(one => `<audience>${one}</audience>`).join('')}</audiences>
      <issuers>${issuers.map(one => `<issuer>${one}</issuer>`).join('')}</issuers>
    </validate-jwt>`
}

/** By the keys of all tenants: the policy’s list alone then says which are let in. */
export const ofCommon = (policy: string) => policy.replace(`.com/${tenant}/`, '.com/common/')
