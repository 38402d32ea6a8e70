import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bareApplication } from '../../catalog/bare-application.ts'
import type { AppRole, DirectoryApplication, DirectoryDocument, DirectoryGroup, DirectoryUser } from '../../catalog/directory.ts'
import { stableId } from '../stable-id.ts'

/** A small tenant for tests: an API of each token version, clients of each kind, users with and without roles. */

export const tenantId = '5f1c2a54-8f0e-4d1b-9f6a-2f5d4c7b9e10'
export const domain = 'gazette.onmicrosoft.com'

const id = (name: string) => stableId('test', name)

function user(name: string, more: Partial<DirectoryUser> = {}): DirectoryUser {
  const base = { id: id(name), userPrincipalName: `${name}@${domain}`, password: `${name}-secret`, displayName: `The ${name}` }
  return { ...base, accountEnabled: true, ...more }
}

function role(value: string, ...allowedMemberTypes: ('User' | 'Application')[]): AppRole {
  return { id: id(`role ${value}`), value, displayName: value, allowedMemberTypes }
}

export function application(displayName: string, more: Partial<DirectoryApplication> = {}): DirectoryApplication {
  return {
    ...bareApplication,
    id: id(`app ${displayName}`),
    servicePrincipalId: id(`sp ${displayName}`),
    appId: id(`appId ${displayName}`),
    displayName,
    api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [], preAuthorizedApplications: [] },
    ...more,
  }
}

export const rita = user('rita', { givenName: 'Rita', surname: 'Reader' })
export const paul = user('paul')
export const dora = user('dora', { accountEnabled: false })

export const newsroom: DirectoryGroup = { id: id('newsroom'), displayName: 'Newsroom', members: [paul.id] }

export const cli = application('Gazette CLI', {
  isFallbackPublicClient: true,
  redirectUris: { web: [], spa: ['https://reader.example/spa'], publicClient: ['http://localhost'] },
})
export const archive = application('Archive Service', {
  passwordCredentials: [
    { secretText: 'old-secret', endDateTime: '2020-01-01T00:00:00Z' },
    { secretText: 'archive-secret' },
    { secretText: 'second-secret', endDateTime: '2099-01-01T00:00:00Z' },
  ],
  redirectUris: { web: ['https://archive.example/signin'], spa: [], publicClient: [] },
})

export const articles = application('Articles API', {
  identifierUris: ['api://articles'],
  appRoles: [role('readers', 'User', 'Application'), role('publishers', 'User'), role('admins', 'User', 'Application')],
  api: {
    requestedAccessTokenVersion: 2,
    oauth2PermissionScopes: [
      { id: id('scope access'), value: 'access_as_user' },
      { id: id('scope drafts'), value: 'drafts' },
    ],
    preAuthorizedApplications: [{ appId: cli.appId, delegatedPermissionIds: [id('scope access')] }],
  },
  passwordCredentials: [{ secretText: 'articles-secret' }],
  groupMembershipClaims: 'SecurityGroup',
})

export const colors = application('Colors API', {
  identifierUris: ['api://colors', 'https://colors.example/'],
  appRoles: [role('Color.Members', 'User', 'Application')],
  api: {
    requestedAccessTokenVersion: 1,
    oauth2PermissionScopes: [{ id: id('scope colors'), value: 'user_impersonation' }],
    preAuthorizedApplications: [
      { appId: cli.appId, delegatedPermissionIds: [id('scope colors')] },
      { appId: articles.appId, delegatedPermissionIds: [id('scope colors')] },
    ],
  },
  appRoleAssignmentRequired: true,
})

const noRole = '00000000-0000-0000-0000-000000000000'
const assign = (
  principalId: string,
  principalType: 'User' | 'Group' | 'ServicePrincipal',
  api: DirectoryApplication,
  value?: string,
) => ({
  principalId,
  principalType,
  resourceAppId: api.appId,
  appRoleId: api.appRoles.find(one => one.value === value)?.id ?? noRole,
})

export const gazette: DirectoryDocument = {
  file: 'directory.yaml',
  tenant: { id: tenantId, domain, displayName: 'The Gazette' },
  users: [rita, paul, dora],
  groups: [newsroom],
  applications: [articles, colors, cli, archive],
  appRoleAssignments: [
    assign(rita.id, 'User', articles, 'readers'),
    assign(newsroom.id, 'Group', articles, 'readers'),
    assign(newsroom.id, 'Group', articles, 'publishers'),
    assign(archive.servicePrincipalId, 'ServicePrincipal', articles, 'admins'),
    assign(rita.id, 'User', colors),
    assign(archive.servicePrincipalId, 'ServicePrincipal', colors, 'Color.Members'),
  ],
}

/** An empty state folder, of this test alone; gone when its process ends. */
export function stateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-directory-'))
  if (folders.length === 0) process.once('exit', removeFolders)
  folders.push(folder)
  return folder
}

const folders: string[] = []

function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}
