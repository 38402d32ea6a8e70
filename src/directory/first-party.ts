import type { DirectoryApplication } from '../catalog/directory.ts'
import { stableId } from './stable-id.ts'

/** Microsoft's own command lines, which every tenant knows without registering them. */
const clients = [
  { appId: '04b07795-8ddb-461a-bbee-02f9e1bf7b46', displayName: 'Microsoft Azure CLI' },
  { appId: '1950a258-227b-4e31-a9cf-717495945fc2', displayName: 'Microsoft Azure PowerShell' },
  { appId: 'aebc6443-996d-45c2-90f0-388ff96faa56', displayName: 'Visual Studio Code' },
]

/** What they sign in for: the resource manager, which is not served here, but `az login` wants a token for it. */
const manager = {
  appId: '797f4846-ba00-4fd7-ba43-dac1f8f63013',
  displayName: 'Windows Azure Service Management API',
  identifierUris: ['https://management.core.windows.net/', 'https://management.azure.com/'],
  scope: { id: '41094075-9dad-400e-a0bd-54e686782033', value: 'user_impersonation' },
}

/** Applications of Microsoft that a tenant has by itself, unless its document declares them. */
export function firstPartyApplications(tenantId: string): readonly DirectoryApplication[] {
  const named = ({ appId, displayName }: { readonly appId: string; readonly displayName: string }): DirectoryApplication => ({
    id: stableId(tenantId, 'application', appId),
    servicePrincipalId: stableId(tenantId, 'servicePrincipal', appId),
    appId,
    displayName,
    identifierUris: [],
    appRoles: [],
    api: { requestedAccessTokenVersion: 1, oauth2PermissionScopes: [], preAuthorizedApplications: [] },
    redirectUris: { web: [], spa: [], publicClient: ['http://localhost'] },
    isFallbackPublicClient: true,
    passwordCredentials: [],
    keyCredentials: [],
    federatedIdentityCredentials: [],
    appRoleAssignmentRequired: false,
  })
  const resource: DirectoryApplication = {
    ...named(manager),
    identifierUris: manager.identifierUris,
    api: {
      requestedAccessTokenVersion: 1,
      oauth2PermissionScopes: [manager.scope],
      preAuthorizedApplications: clients.map(({ appId }) => ({ appId, delegatedPermissionIds: [manager.scope.id] })),
    },
    redirectUris: { web: [], spa: [], publicClient: [] },
    isFallbackPublicClient: false,
  }
  return [...clients.map(named), resource]
}
