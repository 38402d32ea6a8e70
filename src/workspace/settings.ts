import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { clouds, findCloud } from '../catalog/clouds.ts'
import type { DirectoryDocument } from '../catalog/directory.ts'
import type { HostPort, IdentitySettings, Settings } from '../catalog/settings.ts'
import { readAuditSettings } from './audit-settings.ts'
import { readGrantSettings } from './grant-settings.ts'
import { parseGuid } from './guid.ts'
import { isLoopback, parseHostPort } from './host-port.ts'
import { gatehouseKeys } from './known-keys.ts'
import { readLintSettings } from './lint-settings.ts'
import type { Report } from './report.ts'
import { readSecretSettings } from './secret-settings.ts'
import { type Fields, fieldsOf } from './text/fields.ts'
import type { ObjectNode } from './text/text-node.ts'
import { readTracingSettings } from './tracing-settings.ts'
import { within } from './within.ts'

/** What the command line says over the file. */
export interface SettingsOverrides {
  readonly gateway?: Partial<Settings['gateway']>
  readonly portal?: Partial<Settings['portal']>
  readonly identity?: Partial<IdentitySettings>
  readonly artifacts?: string
  readonly state?: string
}

export interface SettingsFile {
  readonly settings: Settings
  /** `directory.yaml`, as the workspace was named joined with the path in it; undefined: no local directory. */
  readonly directoryFile?: string
  /** The short-form APIs, still unread. */
  readonly apis?: Fields
  /** Developers of API Management, still unread. */
  readonly users?: Fields
  /** `products`, for the short form. */
  readonly products?: Fields
  /** The artifacts folder in the words of the workspace, for diagnostics; `settings.artifacts` is absolute. */
  readonly artifactsFolder: string
  readonly root?: Fields
}

const mebibyte = 1024 * 1024
const year = 365 * 24 * 3600

/** Reads gatehouse.yaml's settings; without the file every default holds. */
export function readSettings(
  folder: string,
  file: ObjectNode | undefined,
  overrides: SettingsOverrides,
  report: Report,
): SettingsFile {
  const root = file === undefined ? undefined : fieldsOf(file, report)
  root?.refuseOthers(gatehouseKeys.root)
  const identity = root?.fields('identity')
  const directory = identity?.text('directory')
  const artifactsFolder = overrides.artifacts ?? within(folder, root?.text('artifacts') ?? '.')
  const apis = root?.fields('apis')
  const users = root?.fields('users')
  const products = root?.fields('products')
  const lint = readLintSettings(root)
  const audit = readAuditSettings(root, report)
  const grants = readGrantSettings(root, report)
  const tracing = readTracingSettings(root)
  return {
    settings: {
      folder: resolve(folder),
      ...(lint === undefined ? {} : { lint }),
      ...(audit === undefined ? {} : { audit }),
      ...(grants === undefined ? {} : { grants }),
      ...(tracing === undefined ? {} : { tracing }),
      gateway: { ...readGateway(root?.fields('gateway'), report), ...overrides.gateway },
      portal: { listen: listenAt(readPortal(root), report) ?? { host: '127.0.0.1', port: 8081 }, ...overrides.portal },
      identity: { ...readIdentity(identity, report), ...overrides.identity },
      artifacts: resolve(artifactsFolder),
      state: resolve(overrides.state ?? within(folder, root?.text('state') ?? '.gatehouse')),
      secrets: readSecretSettings(root, report),
    },
    artifactsFolder,
    ...(directory === undefined ? {} : { directoryFile: within(folder, directory) }),
    ...(apis === undefined ? {} : { apis }),
    ...(users === undefined ? {} : { users }),
    ...(products === undefined ? {} : { products }),
    ...(root === undefined ? {} : { root }),
  }
}

function readPortal(root: Fields | undefined): Fields | undefined {
  const portal = root?.fields('portal')
  portal?.refuseOthers(gatehouseKeys.portal)
  return portal
}

function readGateway(gateway: Fields | undefined, report: Report): Settings['gateway'] {
  gateway?.refuseOthers(gatehouseKeys.gateway)
  const maxBodyBytes = gateway?.whole('maxBodyBytes', { min: 0, max: Number.MAX_SAFE_INTEGER })
  return {
    listen: listenAt(gateway, report) ?? { host: '127.0.0.1', port: 8080 },
    workers: gateway?.whole('workers', { min: 1, max: 256 }) ?? availableParallelism(),
    maxHeaderBytes: gateway?.whole('maxHeaderBytes', { min: 1024, max: mebibyte }) ?? 32 * 1024,
    headersTimeout: gateway?.whole('headersTimeout', { min: 1, max: 3600 }) ?? 30,
    requestTimeout: gateway?.whole('requestTimeout', { min: 1, max: 86_400 }) ?? 300,
    ...(maxBodyBytes === undefined ? {} : { maxBodyBytes }),
    maxBufferedBodyBytes: gateway?.whole('maxBufferedBodyBytes', { min: 1024, max: 512 * mebibyte }) ?? 8 * mebibyte,
    trustedProxies: gateway?.texts('trustedProxies').map(proxy => proxy.text) ?? [],
    auditOverflow: gateway?.choice('auditOverflow', ['count', 'refuse']) ?? 'count',
  }
}

function readIdentity(identity: Fields | undefined, report: Report): IdentitySettings {
  identity?.refuseOthers(gatehouseKeys.identity)
  const seconds = (key: string, fallback: number) => identity?.whole(key, { min: 1, max: year }) ?? fallback
  const tenant = readTenant(identity, report)
  const managedIdentity = identity?.text('managedIdentity')
  return {
    ...(tenant === undefined ? {} : { tenant }),
    listen: listenAt(identity, report) ?? { host: '127.0.0.1', port: 8443 },
    exposeDirectory: identity?.flag('exposeDirectory') ?? false,
    codeLifetime: seconds('codeLifetime', 600),
    deviceCodeLifetime: seconds('deviceCodeLifetime', 900),
    devicePollInterval: seconds('devicePollInterval', 5),
    accessTokenLifetime: seconds('accessTokenLifetime', 3600),
    ...readDirectorySettings(identity, report),
    ...(managedIdentity === undefined ? {} : { managedIdentity }),
    ...readCloud(identity, report),
  }
}

/** The cloud by its name or one of its hosts; Graph's address is the cloud's own unless a proxy or a stand-in takes its place. */
function readCloud(identity: Fields | undefined, report: Report): Pick<IdentitySettings, 'cloud' | 'graph'> {
  const [written, address] = [identity?.text('cloud'), identity?.text('graph')]
  const cloud = written === undefined ? undefined : findCloud(written)
  if (identity !== undefined && written !== undefined && cloud === undefined) {
    const mend = `write one of ${clouds.map(({ name }) => name).join(', ')}, or the host where the cloud signs people in`
    report.error(identity.at('cloud'), 'value.choice', `'${written}' is no cloud of Entra`, mend)
  }
  const graph = address === undefined ? undefined : originOf(address)
  if (identity !== undefined && address !== undefined && graph === undefined) {
    const mend = 'write https://host or https://host:port, without a path'
    report.error(identity.at('graph'), 'value.format', `'${address}' is not an address of Microsoft Graph`, mend)
  }
  return { ...(cloud === undefined ? {} : { cloud: cloud.name }), ...(graph === undefined ? {} : { graph }) }
}

/** The gateway's own token goes there: over https, or within this machine. */
function originOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const { protocol, hostname, origin, pathname, search, username } = new URL(address)
  const isSafe = protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname))
  return isSafe && pathname === '/' && search === '' && username === '' ? origin : undefined
}

/** What only a local directory heeds; its defaults are its own. */
function readDirectorySettings(identity: Fields | undefined, report: Report): Partial<IdentitySettings> {
  const [refreshTokenLifetime, signingKeyLifetime] = (['refreshTokenLifetime', 'signingKeyLifetime'] as const).map(key =>
    identity?.whole(key, { min: 1, max: year }),
  )
  const passwordGrant = identity?.flag('passwordGrant')
  const directoryNames = readNames(identity, report)
  return {
    ...(refreshTokenLifetime === undefined ? {} : { refreshTokenLifetime }),
    ...(signingKeyLifetime === undefined ? {} : { signingKeyLifetime }),
    ...(passwordGrant === undefined ? {} : { passwordGrant }),
    ...(directoryNames.length === 0 ? {} : { directoryNames }),
  }
}

/** Host names and addresses; anything else would make a certificate that no client takes. */
function readNames(identity: Fields | undefined, report: Report): readonly string[] {
  return (identity?.texts('directoryNames') ?? []).flatMap(({ text, at }) => {
    if (isIP(text) !== 0 || /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(text)) return text.toLowerCase()
    report.error(at, 'value.format', `'${text}' is neither a host name nor an address`, 'write it without scheme and port')
    return []
  })
}

function readTenant(identity: Fields | undefined, report: Report): string | undefined {
  const raw = identity?.text('tenant')
  if (identity === undefined || raw === undefined) return undefined
  const tenant = parseGuid(raw)
  if (tenant === undefined) {
    report.error(
      identity.at('tenant'),
      'value.format',
      `'${raw}' is not a tenant id`,
      "give the directory's id (a GUID), not its domain",
    )
  }
  return tenant
}

function listenAt(fields: Fields | undefined, report: Report): HostPort | undefined {
  const raw = fields?.text('listen')
  if (fields === undefined || raw === undefined) return undefined
  const parsed = parseHostPort(raw)
  if (parsed === undefined) {
    report.error(
      fields.at('listen'),
      'value.format',
      `'${raw}' is not an address to listen at`,
      'write host:port, such as 127.0.0.1:8080',
    )
  }
  return parsed
}

/** The local directory is a development stand-in: it goes beyond loopback only when told so in so many words. */
export function checkDirectoryExposure({ settings, root }: SettingsFile, file: string, report: Report): void {
  const { listen, exposeDirectory } = settings.identity
  if (exposeDirectory || isLoopback(listen.host)) return
  report.error(
    root?.fields('identity')?.at('listen') ?? { file, line: 1, column: 1 },
    'settings.directoryExposed',
    `the local directory would listen at ${listen.host}, beyond this machine`,
    'listen at 127.0.0.1, or say exposeDirectory: true when you know who can reach it',
  )
}

/** The application that stands for the gateway's managed identity must be able to prove itself to the directory. */
export function checkManagedIdentity({ settings, root }: SettingsFile, directory: DirectoryDocument, report: Report): void {
  const name = settings.identity.managedIdentity
  const at = root?.fields('identity')?.at('managedIdentity')
  if (name === undefined || at === undefined) return
  const application = directory.applications.find(one => one.appId === name.toLowerCase() || one.displayName === name)
  if (application === undefined) report.error(at, 'reference.unknown', `the directory has no application '${name}'`)
  else if (application.passwordCredentials.length === 0) {
    report.error(
      at,
      'value.missing',
      `the application '${name}' has no secret, so it cannot ask for tokens`,
      'give it passwordCredentials in the directory',
    )
  }
}
