import type { KeyObject } from 'node:crypto'
import type { Certificate } from '../catalog/catalog.ts'
import { publicCloud } from '../catalog/clouds.ts'
import type { DirectoryDocument } from '../catalog/directory.ts'
import type { IdentitySettings } from '../catalog/settings.ts'

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
  /** An application and a certificate that it has registered; PEM, and its private key. */
  | {
      readonly kind: 'certificate'
      readonly tokenEndpoint: string
      readonly clientId: string
      readonly certificate: string
      readonly key: KeyObject
    }
  /** There is none, and why. */
  | { readonly kind: 'none'; readonly message: string }
  /** Applications of the local directory: one stands for the system-assigned identity, others are named by client id. */
  | {
      readonly kind: 'directory'
      readonly tokenEndpoint: string
      readonly systemAssigned: string | undefined
      readonly secrets: ReadonlyMap<string, string>
    }

export interface OwnCredential {
  readonly tenant: string
  readonly clientId: string
  readonly proof: { readonly secret: string } | { readonly certificate: string; readonly key: KeyObject }
}

/** What of a catalog tells the gateway's own credential. */
export interface CredentialSettings {
  readonly settings: { readonly identity: Pick<IdentitySettings, 'credential' | 'tenant'> }
  readonly certificates: readonly Certificate[]
}

/** The credential of a workspace's settings, with the certificate that they name. */
export function ownCredential({ settings, certificates }: CredentialSettings): OwnCredential | undefined {
  const { credential, tenant: bound } = settings.identity
  const tenant = credential?.tenant ?? bound
  if (credential === undefined || tenant === undefined) return undefined
  const { clientId, secret, certificateId } = credential
  if (secret !== undefined) return { tenant, clientId, proof: { secret } }
  const held = certificates.find(one => one.id === certificateId)
  const [certificate] = held?.chain ?? []
  if (certificate === undefined || held?.key === undefined) return undefined
  return { tenant, clientId, proof: { certificate, key: held.key } }
}

export interface SourceOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The local directory that is served. */
  readonly directory?: DirectoryDocument
  /** `identity.managedIdentity`: an application of the directory, by displayName or appId. */
  readonly application?: string
  /** What the workspace says of the gateway's own application. */
  readonly credential?: OwnCredential
  /** Host of the authority that the cloud has; default: the public cloud's. */
  readonly authorityHost?: string
}

/**
 * An application that the workspace names comes first, of the local directory or by its credential: what it says is the same on every machine. Then what the environment holds, in the
 * order of Microsoft's DefaultAzureCredential: a secret, workload federation, App Service. Last the local directory without a named
 * application, else the metadata service.
 */
export function credentialSourceOf({ env, directory, application, credential, authorityHost }: SourceOptions): CredentialSource {
  const local = directory === undefined ? undefined : directorySource(directory, application)
  if (local !== undefined && application !== undefined) return local
  if (credential !== undefined) {
    const tokenEndpoint = tokenEndpointOf(`https://${authorityHost ?? publicCloud.login}`, credential.tenant)
    const { clientId, proof } = credential
    return 'secret' in proof
      ? { kind: 'secret', tokenEndpoint, clientId, ...proof }
      : { kind: 'certificate', tokenEndpoint, clientId, ...proof }
  }
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

/** Workload federation alone, whatever else there is (`authentication-provider="WorkloadIdentity"`). */
export function workloadSourceOf({ env, authorityHost }: Pick<SourceOptions, 'env' | 'authorityHost'>): CredentialSource {
  const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: clientId, AZURE_FEDERATED_TOKEN_FILE: tokenFile } = env
  if (!tenant || !clientId || !tokenFile)
    return {
      kind: 'none',
      message: 'this environment has no workload identity: AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE',
    }
  const tokenEndpoint = tokenEndpointOf(env.AZURE_AUTHORITY_HOST || `https://${authorityHost ?? publicCloud.login}`, tenant)
  return { kind: 'workload', tokenEndpoint, clientId, tokenFile }
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
