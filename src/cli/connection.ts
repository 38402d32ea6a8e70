import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Catalog } from '../catalog/catalog.ts'
import { counted } from '../catalog/counted.ts'
import type { Connection, CredentialProvider } from '../catalog/credential-provider.ts'
import { connectionKey, fingerprintOf } from '../identity/connections/connection-tokens.ts'
import { askConsent, redeemCode } from '../identity/connections/consent.ts'
import { type OAuthSettings, oauthSettings, UnusableConnection } from '../identity/connections/oauth-settings.ts'
import { createIdentityFetch } from '../identity/http-fetch.ts'
import { SealedConnections } from '../store/sealed-connections.ts'
import { type Arguments, type Command, type Io, UsageError } from './command.ts'
import { listenForConsent } from './consent-listener.ts'
import { printable, printableTexts } from './printable.ts'
import { readAsAsked } from './read-as-asked.ts'
import { workspaceFolder } from './workspace-folder.ts'

const defaultRedirect = 'http://localhost:8400/callback'

export const connectionCommand: Command = {
  name: 'connection',
  summary: 'OAuth connections of get-authorization-context: list them, consent to one, forget its tokens',
  usage: [
    'connection list [WORKSPACE] [--json]',
    'connection login PROVIDER/CONNECTION [WORKSPACE] [--redirect URL]',
    'connection logout PROVIDER/CONNECTION [WORKSPACE]',
  ],
  details: `
login prints an address for a browser, waits on this machine for the browser to come back from the provider, and keeps the tokens sealed in the
workspace's state folder; a gateway that serves the workspace uses them at once. Register the redirect address (${defaultRedirect}) at the provider.
Connections with client credentials need no login. docs/connections.md says how to describe them.`,
  options: {
    environment: { type: 'string', value: 'NAME', help: 'lay configuration.NAME.yaml over the artifacts' },
    redirect: {
      type: 'string',
      value: 'URL',
      help: `where the provider sends the browser: on loopback (default: ${defaultRedirect})`,
    },
    json: { type: 'boolean', help: 'list as a JSON array' },
  },
  positionals: { min: 1, max: 3 },
  async run(args, io) {
    const [what, ...rest] = args.positionals
    if (what === 'list') return withCatalog(rest[0], args, io, catalog => list(catalog, args.flag('json'), io))
    if (what !== 'login' && what !== 'logout')
      throw new UsageError('it is "connection list", "connection login" or "connection logout"')
    const [name, folder] = rest
    if (name === undefined) throw new UsageError(`"connection ${what}" needs PROVIDER/CONNECTION`)
    return withCatalog(folder, args, io, catalog => {
      const found = find(catalog, name)
      return what === 'login' ? login(catalog, found, args, io) : logout(catalog, found, io)
    })
  },
}

interface Found {
  readonly provider: CredentialProvider
  readonly connection: Connection
}

const all = ({ credentialProviders = [] }: Catalog): readonly Found[] =>
  credentialProviders.flatMap(provider => provider.connections.map(connection => ({ provider, connection })))

async function withCatalog(
  folder: string | undefined,
  args: Arguments,
  io: Io,
  work: (catalog: Catalog) => number | Promise<number>,
): Promise<number> {
  const { catalog } = await readAsAsked(workspaceFolder(folder, io), args, io)
  return work(catalog)
}

function find(catalog: Catalog, name: string): Found {
  const found = all(catalog).find(
    ({ provider, connection }) => connectionKey(provider, connection).toLowerCase() === name.toLowerCase(),
  )
  if (found !== undefined) return found
  const names = all(catalog).map(({ provider, connection }) => connectionKey(provider, connection))
  throw new UsageError(
    `there is no connection ${name}; ${names.length === 0 ? 'the workspace has none' : `there are ${names.join(', ')}`}`,
  )
}

/** A connection as `list` shows it. */
interface Row {
  readonly name: string
  readonly provider: string
  readonly grant: Connection['grant']
  readonly state: string
  readonly accessPolicies: number
}

function list(catalog: Catalog, json: boolean, io: Io): number {
  const rows = all(catalog).map(found => rowOf(catalog, found))
  if (json) io.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
  else
    for (const { name, grant, state, accessPolicies } of printableTexts(rows)) {
      const who = accessPolicies === 0 ? 'the gateway alone' : counted(accessPolicies, 'access policy', 'access policies')
      io.stdout.write(
        `${name}  ${grant === 'authorizationCode' ? 'authorization code' : 'client credentials'}  ${who}  ${state}\n`,
      )
    }
  if (rows.length === 0) io.stderr.write('the workspace has no connections; docs/connections.md says how to describe them\n')
  return 0
}

function rowOf(catalog: Catalog, { provider, connection }: Found): Row {
  const { grant, accessPolicies } = connection
  return {
    name: connectionKey(provider, connection),
    provider: provider.displayName,
    grant,
    state: stateOf(catalog, { provider, connection }),
    accessPolicies: accessPolicies.length,
  }
}

function stateOf(catalog: Catalog, { provider, connection }: Found): string {
  const settings = oauthSettings(provider, connection, catalog.namedValues)
  if (settings instanceof UnusableConnection) return `not usable: ${settings.message}`
  // looking makes no key and no file
  const vault = existsSync(join(catalog.settings.state, 'connections.db'))
    ? new SealedConnections(catalog.settings.state)
    : undefined
  const kept = vault?.read(connectionKey(provider, connection))
  vault?.close()
  if (kept === undefined || kept.fingerprint !== fingerprintOf(settings))
    return connection.grant === 'clientCredentials' ? 'asks when it is needed' : 'not connected: needs a login'
  const { expiresAt, refreshToken } = kept.token
  if (expiresAt === undefined) return 'connected'
  const until = new Date(expiresAt).toISOString()
  if (Date.now() < expiresAt) return `connected until ${until}${refreshToken === undefined ? '' : ', then renewed'}`
  return refreshToken !== undefined || connection.grant === 'clientCredentials'
    ? 'renewed when it is needed'
    : `ended at ${until}: needs a login`
}

async function login(catalog: Catalog, { provider, connection }: Found, args: Arguments, io: Io): Promise<number> {
  if (connection.grant === 'clientCredentials') throw new UsageError('this connection has client credentials: it needs no login')
  const settings = oauthSettings(provider, connection, catalog.namedValues)
  if (settings instanceof UnusableConnection) {
    io.stderr.write(`${settings.message}\n`)
    return 1
  }
  const listener = await listenForConsent(loopback(args.text('redirect') ?? defaultRedirect)).catch((error: unknown) => {
    throw error instanceof Error && 'code' in error
      ? new UsageError(`cannot listen for the browser: ${error.message}; --redirect names another port`)
      : error
  })
  try {
    const asked = askConsent(settings, listener.redirectUri)
    if (asked === undefined) throw new UsageError('the provider has no authorizationUrl')
    const answer = listener.answerTo(asked)
    io.stderr.write('Open this address in a browser and consent; it comes back here by itself:\n')
    io.stdout.write(`${asked.url}\n`)
    const brought = await answer
    if ('refused' in brought) return failed(brought.refused, io)
    return await keep(catalog, { provider, connection }, settings, brought.code, asked, io)
  } finally {
    listener.close()
  }
}

async function keep(
  catalog: Catalog,
  { provider, connection }: Found,
  settings: OAuthSettings,
  code: string,
  asked: Parameters<typeof redeemCode>[1],
  io: Io,
): Promise<number> {
  const fetching = createIdentityFetch(localDirectory(catalog))
  try {
    const answer = await redeemCode(code, asked, settings, fetching.exchange, Date.now)
    if (answer.kind === 'failed') return failed(answer.message, io)
    const vault = new SealedConnections(catalog.settings.state)
    vault.save(connectionKey(provider, connection), {
      token: answer.token,
      fingerprint: fingerprintOf(settings),
      grantedAt: Date.now(),
    })
    vault.close()
    const lasting = answer.token.refreshToken === undefined && answer.token.expiresAt !== undefined
    io.stderr.write(`connected${lasting ? '; the provider gave no refresh token, so that it ends with its token' : ''}\n`)
    return 0
  } finally {
    await fetching.close()
  }
}

function failed(why: string, io: Io): number {
  io.stderr.write(`not connected: ${printable(why)}\n`)
  return 1
}

/** Entra's addresses lead to the local directory for its tenant, as they do in the gateway. */
function localDirectory({ directory, settings }: Catalog): Parameters<typeof createIdentityFetch>[0] {
  const ca = join(settings.state, 'ca.pem')
  if (directory === undefined || !existsSync(ca)) return {}
  const { host, port } = settings.identity.listen
  return { local: { tenant: directory.tenant, directory: { host, port, caPem: readFileSync(ca, 'utf8') } } }
}

function loopback(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' || !/^(?:localhost|127\.0\.0\.1)$/.test(url.hostname))
    throw new UsageError('--redirect is an http address of this machine, such as http://localhost:8400/callback')
  return url
}

function logout(catalog: Catalog, { provider, connection }: Found, io: Io): number {
  const vault = new SealedConnections(catalog.settings.state)
  vault.remove(connectionKey(provider, connection))
  vault.close()
  io.stderr.write('its tokens are forgotten here; revoke the consent at the provider, too, if it should end there\n')
  return 0
}
