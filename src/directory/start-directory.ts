import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { DirectoryDocument } from '../catalog/directory.ts'
import type { HostPort } from '../catalog/settings.ts'
import { createIdentityFetch } from '../identity/http-fetch.ts'
import { DirectoryEntries } from '../store/directory-entries.ts'
import { makeServerCertificate, openAuthority } from './certificates/authority.ts'
import { DirectoryState } from './changes/directory-state.ts'
import { cloudNames } from './cloud.ts'
import type { EntraRefusal } from './entra-errors.ts'
import { type Listening, listen } from './http/listen.ts'
import { route } from './http/router.ts'
import { type DirectoryToken, type DirectoryTokenRequest, issueDirectoryToken } from './issue-directory-token.ts'
import type { ManagedIdentity } from './managed-identity/managed-identity.ts'
import { createFederation } from './oidc/federation.ts'
import type { Lifetimes, Services } from './services.ts'
import { keepState } from './state-files.ts'
import { createStores, randomSecret } from './stores.ts'
import { findApplication, type Tenant } from './tenant.ts'
import { liveSigningKeys } from './tokens/signing-keys.ts'

export interface DirectoryOptions {
  readonly document: DirectoryDocument
  readonly listen: HostPort
  /** The state folder: keys and certificate authority are made there once and kept. */
  readonly state: string
  /** Lets it bind beyond loopback. */
  readonly expose: boolean
  /** `managedIdentity`: displayName or appId of the application whose tokens the managed identity endpoints give out. */
  readonly settings: Lifetimes & {
    readonly passwordGrant?: boolean
    readonly managedIdentity?: string
    /** Host names and addresses that it goes by besides those that it knows itself. */
    readonly directoryNames?: readonly string[]
  }
  /** Milliseconds since 1970. */
  now(): number
}

export interface RunningDirectory {
  readonly address: HostPort
  /** The certificate of its authority: what clients must trust (`NODE_EXTRA_CA_CERTS`). */
  readonly caFile: string
  readonly caPem: string
  close(): Promise<void>
  /** `directory.yaml` was saved anew: takes effect with the next request. Its tenant must be the same. */
  replaceDocument(document: DirectoryDocument): void
  issueToken(request: Omit<DirectoryTokenRequest, 'now'>): Promise<DirectoryToken | EntraRefusal>
}

/** A listener beyond loopback was asked for without saying so in so many words. */
export class NotLoopback extends Error {
  constructor(host: string) {
    super(`the local directory listens on loopback only: ${host} needs exposeDirectory`)
  }
}

/** Serves the local stand-in for an Entra tenant over HTTPS. Rejects with NotLoopback, or when it cannot listen. */
export async function startDirectory(options: DirectoryOptions): Promise<RunningDirectory> {
  const { document, state, now, settings } = options
  if (!options.expose && !isLoopback(options.listen.host)) throw new NotLoopback(options.listen.host)
  const authority = openAuthority(state, now())
  const names = ownNames(options)
  const certificate = makeServerCertificate(state, names, now())
  const isOwnHost = (name: string) => [...names.dnsNames, ...names.addresses].includes(name.replace(/^\[|\]$/g, '').toLowerCase())
  const directory = new DirectoryState(document, state)
  const header = keepState(state, identityHeaderFile, randomSecret)
  const outside = createIdentityFetch()
  const grants = new DirectoryEntries(join(state, grantsFile))
  const services: Services = {
    get tenant() {
      return directory.tenant
    },
    change: change => directory.change(change),
    lifetimes: settings,
    passwordGrant: settings.passwordGrant ?? true,
    now,
    keys: liveSigningKeys(state, now, settings.signingKeyLifetime),
    isOwnHost,
    federation: createFederation(outside.fetch),
    stores: createStores(grants, now()),
    managedIdentity: () => managedIdentityOf(directory.tenant, settings.managedIdentity, header),
  }
  const listening: Listening = await listen(options.listen, certificate, isOwnHost, route(services))
  return {
    address: listening.address,
    caFile: authority.caFile,
    caPem: authority.caPem,
    async close() {
      await Promise.all([listening.close(), outside.close()])
      grants.close()
    },
    issueToken: request => issueDirectoryToken(directory.file, state, { ...request, now: now() }),
    replaceDocument: changed => directory.replace(changed),
  }
}

/** Sessions, consents, refresh tokens and codes: what a restart of Entra would not lose. */
const grantsFile = 'directory.sqlite'

/** What App Service would put into `IDENTITY_HEADER`; for the owner of the state folder alone. */
const identityHeaderFile = 'identity-header'

function managedIdentityOf(tenant: Tenant, name: string | undefined, header: string): ManagedIdentity | undefined {
  if (name === undefined) return undefined
  const application = findApplication(tenant, name) ?? tenant.document.applications.find(app => app.displayName === name)
  return application === undefined ? undefined : { application, header }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** The names that this server goes by: in its certificate, and in documents when a caller asks by one of them. */
function ownNames({ listen: { host }, expose, settings }: DirectoryOptions): { dnsNames: string[]; addresses: string[] } {
  const isAddress = isIP(host) !== 0
  const more = settings.directoryNames ?? []
  const exposed = expose ? [hostname().toLowerCase(), 'host.docker.internal'] : []
  return {
    dnsNames: [
      ...new Set([
        'localhost',
        ...(isAddress ? [] : [host.toLowerCase()]),
        ...exposed,
        ...more.filter(name => isIP(name) === 0),
        ...cloudNames,
      ]),
    ],
    addresses: [
      ...new Set([
        '127.0.0.1',
        '::1',
        ...(isAddress && host !== '0.0.0.0' && host !== '::' ? [host] : []),
        ...more.filter(name => isIP(name) !== 0),
      ]),
    ],
  }
}
