import { publicCloud } from '../catalog/clouds.ts'
import type { DirectoryDocument } from '../catalog/directory.ts'

/** Where tokens of this process's own identity come from. */
export type CredentialSource =
  /** App Service, Functions and Container Apps ("How to use managed identities for App Service"). */
  | { readonly kind: 'app-service'; readonly endpoint: string; readonly header: string }
  /** The metadata service of virtual machines and what runs on them ("How to use managed identities … on an Azure VM to acquire an access token"). */
  | { readonly kind: 'imds'; readonly endpoint: string }
  /** Federation: a token that the platform writes into a file vouches for the application ("Microsoft Entra Workload ID"). */
  | { readonly kind: 'workload'; readonly tokenEndpoint: string; readonly clientId: string; readonly tokenFile: string }
  /** An application and its secret. */
  | { readonly kind: 'secret'; readonly tokenEndpoint: string; readonly clientId: string; readonly secret: string }
  /** Applications of the local directory: one stands for the system-assigned identity, others are named by client id. */
  | {
      readonly kind: 'directory'
      readonly tokenEndpoint: string
      readonly systemAssigned: string | undefined
      readonly secrets: ReadonlyMap<string, string>
    }

export interface SourceOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The local directory that is served. */
  readonly directory?: DirectoryDocument
  /** `identity.managedIdentity`: an application of the directory, by displayName or appId. */
  readonly application?: string
  /** Host of the authority that the cloud has; default: the public cloud's. */
  readonly authorityHost?: string
}

/**
 * An application that the workspace names comes first: what it says is the same on every machine. Then what the environment holds, in the
 * order of Microsoft's DefaultAzureCredential: a secret, workload federation, App Service. Last the local directory without a named
 * application, else the metadata service.
 */
export function credentialSourceOf({ env, directory, application, authorityHost }: SourceOptions): CredentialSource {
  const local = directory === undefined ? undefined : directorySource(directory, application)
  if (local !== undefined && application !== undefined) return local
  const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: secret } = env
  const { AZURE_FEDERATED_TOKEN_FILE: tokenFile, IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header } = env
  if (tenant && clientId) {
    const tokenEndpoint = tokenEndpointOf(env.AZURE_AUTHORITY_HOST || `https://${authorityHost ?? publicCloud.login}`, tenant)
    if (secret) return { kind: 'secret', tokenEndpoint, clientId, secret }
    if (tokenFile) return { kind: 'workload', tokenEndpoint, clientId, tokenFile }
  }
  if (endpoint && header) return { kind: 'app-service', endpoint, header }
  const imds = `${env.AZURE_POD_IDENTITY_AUTHORITY_HOST || 'http://169.254.169.254'}/metadata/identity/oauth2/token`
  return local ?? { kind: 'imds', endpoint: imds }
}

function tokenEndpointOf(authority: string, tenant: string): string {
  return `${authority.replace(/\/+$/, '')}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`
}

function directorySource({ tenant, applications }: DirectoryDocument, application: string | undefined): CredentialSource {
  const secrets = applications.flatMap(({ appId, passwordCredentials }): [string, string][] => {
    const newest = passwordCredentials.at(-1)
    return newest === undefined ? [] : [[appId.toLowerCase(), newest.secretText]]
  })
  const named = applications.find(one => one.appId === application?.toLowerCase() || one.displayName === application)
  return {
    kind: 'directory',
    tokenEndpoint: tokenEndpointOf(`https://${publicCloud.login}`, tenant.id),
    systemAssigned: named?.appId.toLowerCase(),
    secrets: new Map(secrets),
  }
}
