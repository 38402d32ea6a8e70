import type { DirectoryApplication } from './directory.ts'

/** What an application registration has before anybody says more of it, but its names and its API. */
export const bareApplication: Omit<DirectoryApplication, 'id' | 'servicePrincipalId' | 'appId' | 'displayName' | 'api'> = {
  identifierUris: [],
  appRoles: [],
  redirectUris: { web: [], spa: [], publicClient: [] },
  isFallbackPublicClient: false,
  passwordCredentials: [],
  keyCredentials: [],
  federatedIdentityCredentials: [],
  appRoleAssignmentRequired: false,
}
