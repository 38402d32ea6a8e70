import { join, resolve } from 'node:path'
import type { Api, Catalog, Certificate, LoadedWorkspace, Product } from '../catalog/catalog.ts'
import type { DirectoryDocument } from '../catalog/directory.ts'
import type { ListenerTls } from '../catalog/settings.ts'
import { readApis } from './artifacts/apis.ts'
import { type ArtifactSource, readPolicy } from './artifacts/artifact-source.ts'
import { readBackends } from './artifacts/backends.ts'
import { readCredentialProviders } from './artifacts/credential-providers.ts'
import { readFragments } from './artifacts/fragments.ts'
import { readGroups } from './artifacts/groups.ts'
import { readNamedValues } from './artifacts/named-values.ts'
import { readProducts } from './artifacts/products.ts'
import { splitRevision } from './artifacts/resource-id.ts'
import { warnStrayFolders } from './artifacts/stray-folders.ts'
import { readSubscriptions } from './artifacts/subscriptions.ts'
import { readTags } from './artifacts/tags.ts'
import { readUsers } from './artifacts/users.ts'
import { readVersionSets } from './artifacts/version-sets.ts'
import { readAuditExport } from './audit-export-settings.ts'
import { bindNamedValues, boundNames } from './bound-values.ts'
import { readAuthorities, readWorkspaceCertificates } from './certificates/read-certificates.ts'
import { readCredential } from './certificates/read-credential.ts'
import { readListenerTls } from './certificates/read-listener-tls.ts'
import type { SettingsReader } from './certificates/secret-source.ts'
import { checkRoutes, placeOfApi } from './check-routes.ts'
import { readEnvironment } from './environment.ts'
import { type FileSystem, nodeFileSystem } from './file-system.ts'
import { type WorkspaceFiles, workspaceFiles } from './folder.ts'
import { readDirectory } from './local-directory/read-directory.ts'
import { createReport, type Report, startOf } from './report.ts'
import { readSchemas } from './schemas/read-schemas.ts'
import {
  checkDirectoryExposure,
  checkManagedIdentity,
  readSettings,
  type SettingsFile,
  type SettingsOverrides,
} from './settings.ts'
import { readShortProducts } from './short-form/read-products.ts'
import { readShortForm, type ShortForm } from './short-form/read-short-form.ts'
import { readStore } from './store-settings.ts'
import { keysFile, readSubscriptionKeys, withKeys } from './subscription-keys.ts'
import { readTelemetry } from './telemetry-settings.ts'

export interface LoadOptions extends Partial<FileSystem> {
  /** As it was named on the command line: diagnostics show paths that begin with it. */
  readonly folder: string
  /** Lays `configuration.NAME.yaml` over the artifacts. */
  readonly environment?: string
  /** Environment variables, for the `{#TOKEN#}`s of a configuration file. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** What the command line says over gatehouse.yaml. */
  readonly overrides?: SettingsOverrides
}

/** The workspace's folder is not there: a usage error, not a fault in a workspace. */
export class WorkspaceNotFound extends Error {
  readonly code = 'workspace.notFound'
}

/**
 * Reads a workspace folder whole. Always answers a catalog of all that was sound, and every fault that was found; throws
 * `WorkspaceNotFound` when there is no such folder, and nothing else for what an author may have written.
 */
export async function loadWorkspace(options: LoadOptions): Promise<LoadedWorkspace> {
  const { folder, env, environment, overrides = {} } = options
  const report = createReport()
  const readFile = options.readFile ?? nodeFileSystem.readFile
  const readBytes = options.readBytes ?? nodeFileSystem.readBytes
  const readDir = options.readDir ?? nodeFileSystem.readDir
  const files = workspaceFiles({ readFile, readBytes, readDir }, report)
  if (!(await files.hasFolder(folder))) throw new WorkspaceNotFound(`there is no folder ${folder}`)

  const settingsPath = await settingsPathIn(folder, files)
  const file = readSettings(folder, await files.object(settingsPath), overrides, report)
  const directory = await loadDirectory(file, settingsPath, files, report)
  const tenant = file.settings.identity.tenant ?? directory?.tenant.id
  const reader: SettingsReader = { folder, files, env, report }
  const held = await readHeld(file, reader)
  const credential = await readCredential(file.root?.fields('identity'), held.certificates, tenant, reader)
  const store = await readStore(file.root, reader)
  const telemetry = readTelemetry(file.root, env, report)
  const auditExport = await readAuditExport(file.root, reader)
  const settings = {
    ...file.settings,
    gateway: { ...file.settings.gateway, ...(held.tls === undefined ? {} : { tls: held.tls }) },
    identity: {
      ...file.settings.identity,
      ...(tenant === undefined ? {} : { tenant }),
      ...(credential === undefined ? {} : { credential }),
    },
    ...(store === undefined ? {} : { store }),
    ...(telemetry === undefined ? {} : { telemetry }),
    ...(auditExport === undefined ? {} : { audit: { compress: true, ...file.settings.audit, export: auditExport } }),
  }
  const source = await artifactSource(folder, file, environment, env, files, report)
  const artifacts = await readArtifactsOf(source, file, held.certificates)
  const namedValues = await bindNamedValues(artifacts.namedValues, file.root?.fields('namedValues'), settingsPath, reader)
  const keys = await keptKeys(settings.state, report)
  const form: ShortForm = {
    file: settingsPath,
    folder,
    apis: file.apis,
    tenant,
    directory,
    environment: source.environment,
    files,
    report,
  }
  const shortForm = await readShortForm(form)
  const products = [...artifacts.products, ...readShortProducts(form, file.products, shortForm)]
  checkProductNames(products, settingsPath, report)
  source.environment.warnUnused()

  const apis = [...artifacts.apis, ...shortForm.map(({ api }) => api)]
  checkNames(apis, report)
  checkRoutes(apis, artifacts.versionSets, placeOfApi, report)
  const catalog: Catalog = {
    ...artifacts,
    namedValues,
    certificates: held.certificates,
    certificateAuthorities: held.certificateAuthorities,
    settings,
    apis,
    products,
    subscriptions: withKeys(artifacts.subscriptions, keys),
    ...(directory === undefined ? {} : { directory }),
    notServed: apis.flatMap(api => (api.notServed === undefined ? [] : [{ api: api.name, reason: api.notServed }])),
  }
  return { catalog, diagnostics: report.diagnostics, files: files.visited() }
}

/** Certificates that the settings name: held for policies and backends, trusted, and the listener's own. */
interface Held {
  readonly certificates: readonly Certificate[]
  readonly certificateAuthorities: readonly string[]
  readonly tls: ListenerTls | undefined
}

async function readHeld({ root }: SettingsFile, reader: SettingsReader): Promise<Held> {
  const now = Date.now()
  const certificates = await readWorkspaceCertificates(root?.fields('certificates'), now, reader)
  const certificateAuthorities = await readAuthorities(root?.texts('certificateAuthorities') ?? [], now, reader)
  const tls = await readListenerTls(root?.fields('gateway')?.fields('tls'), certificateAuthorities, now, reader)
  return { certificates, certificateAuthorities, tls }
}

async function settingsPathIn(folder: string, files: WorkspaceFiles): Promise<string> {
  const names = await files.files(folder)
  return join(folder, !names.includes('gatehouse.yaml') && names.includes('gatehouse.yml') ? 'gatehouse.yml' : 'gatehouse.yaml')
}

async function loadDirectory(
  file: SettingsFile,
  settingsPath: string,
  files: WorkspaceFiles,
  report: Report,
): Promise<DirectoryDocument | undefined> {
  if (file.directoryFile === undefined) return undefined
  const at = file.root?.fields('identity')?.at('directory') ?? startOf(settingsPath)
  checkDirectoryExposure(file, settingsPath, report)
  const faults = report.diagnostics.length
  const root = await files.object(file.directoryFile)
  if (root === undefined) {
    if (report.diagnostics.length === faults)
      report.error(
        at,
        'file.missing',
        `there is nothing in ${file.directoryFile}`,
        'describe the directory there (docs/directory.md), or mend the path',
      )
    return undefined
  }
  const directory = readDirectory(file.directoryFile, root, report)
  const { tenant } = file.settings.identity
  if (directory !== undefined && tenant !== undefined && directory.tenant.id !== tenant) {
    const message = `the directory is for the tenant ${directory.tenant.id}, and identity.tenant is ${tenant}`
    report.error(at, 'directory.tenantMismatch', message, 'make them the same: tokens of one are refused by the other')
  }
  if (directory !== undefined) checkManagedIdentity(file, directory, report)
  return directory
}

async function artifactSource(
  folder: string,
  file: SettingsFile,
  environment: string | undefined,
  env: LoadOptions['env'],
  files: WorkspaceFiles,
  report: Report,
): Promise<ArtifactSource> {
  const artifacts = file.artifactsFolder
  if (!(await files.hasFolder(artifacts))) {
    report.error(
      file.root?.at('artifacts') ?? startOf(folder),
      'file.missing',
      `there is no folder ${artifacts}`,
      'put the artifacts there, or mend the path',
    )
  }
  const folders = resolve(folder) === resolve(artifacts) ? [folder] : [folder, artifacts]
  return { folder: artifacts, files, report, environment: await readEnvironment(environment, folders, env, files, report) }
}

/** A broken file is a fault like any other: to make new keys over it would lock out everybody who holds the old ones. */
async function keptKeys(state: string, report: Report): ReturnType<typeof readSubscriptionKeys> {
  try {
    return await readSubscriptionKeys(state)
  } catch {
    report.error(
      startOf(keysFile(state)),
      'file.unreadable',
      'the kept subscription keys cannot be read',
      'mend the file, or delete it to have new keys made',
    )
    return new Map()
  }
}

type ArtifactCatalog = Omit<Catalog, 'certificates' | 'certificateAuthorities' | 'settings' | 'directory' | 'notServed'>

async function readArtifactsOf(
  source: ArtifactSource,
  file: SettingsFile,
  certificates: readonly Certificate[],
): Promise<ArtifactCatalog> {
  await warnStrayFolders(source)
  const policy = await readPolicy(source, join(source.folder, 'policy.xml'), source.environment.policy)
  const versionSets = await readVersionSets(source)
  const untagged = await readApis(source, versionSets)
  const apiNames = untagged.map(api => api.name)
  const { tags, byApi } = await readTags(source, apiNames)
  const groups = await readGroups(source)
  // Products and subscriptions may name APIs of the short form too.
  const linkable = [...apiNames, ...(file.apis?.node.members.keys() ?? [])]
  const products = await readProducts(source, linkable, groups)
  const productNames = [...products.map(({ name }) => name), ...(file.products?.node.members.keys() ?? [])]
  const bound = boundNames(file.root?.fields('namedValues'))
  const namedValues = await readNamedValues(source, bound)
  return {
    ...(policy === undefined ? {} : { policy }),
    apis: untagged.map(api => ({ ...api, tags: [...(byApi.get(splitRevision(api.name).root.toLowerCase()) ?? [])] })),
    products,
    subscriptions: await readSubscriptions(source, linkable, productNames),
    groups,
    users: await readUsers(source, file.users, groups),
    backends: await readBackends(source, {
      certificates,
      namedValues: new Set([...bound, ...namedValues.map(one => one.displayName)]),
    }),
    namedValues,
    fragments: await readFragments(source),
    versionSets,
    tags,
    schemas: await readSchemas(source),
    credentialProviders: await readCredentialProviders(source, file.root?.fields('connections')),
  }
}

/** A product of the short form and one of the artifacts must not share a name. */
function checkProductNames(products: readonly Product[], settingsPath: string, report: Report): void {
  const seen = new Set<string>()
  for (const { name } of products) {
    if (seen.has(name.toLowerCase()))
      report.error(startOf(settingsPath), 'name.duplicate', `the product '${name}' is among the artifacts too`)
    seen.add(name.toLowerCase())
  }
}

/** An API of the short form and one of the artifacts must not share a name. */
function checkNames(apis: readonly Api[], report: Report): void {
  const seen = new Map<string, Api>()
  for (const api of apis) {
    const twin = seen.get(api.name.toLowerCase())
    if (twin !== undefined && twin.file !== api.file && !twin.name.includes(';')) {
      report.error(startOf(api.file), 'name.duplicate', `the API '${api.name}' is described in ${twin.file} too`)
    }
    seen.set(api.name.toLowerCase(), api)
  }
}
