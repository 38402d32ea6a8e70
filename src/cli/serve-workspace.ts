import type { Catalog } from '../catalog/catalog.ts'
import { type RunningDirectory, startDirectory } from '../directory/start-directory.ts'
import type { IdentityBinding } from '../gateway/supervisor/messages.ts'
import { type Gateway, type LogEntry, startGateway } from '../gateway/supervisor/start-gateway.ts'
import type { NamedValueSources } from '../identity/named-value-sources.ts'
import { ensureSubscriptionKeys } from '../workspace/subscription-keys.ts'
import { banner } from './banner.ts'
import type { Io } from './command.ts'
import { type DemoBackend, startDemoBackend } from './demo-backend.ts'
import { FileStates } from './file-states.ts'
import { logLine } from './log-line.ts'
import { type OpenNamedValues, openNamedValues, refreshNamedValues, type ServedValues } from './named-values.ts'
import { countDiagnostics, printDiagnostics } from './print-diagnostics.ts'
import { printable } from './printable.ts'
import type { ReadWorkspace, VaultReader } from './read-workspace.ts'
import { stopSignal } from './stop-signal.ts'
import { watchFiles } from './watch-files.ts'

export interface ServeOptions {
  readonly catalog: Catalog
  /** The files that it was read from. */
  readonly files: readonly string[]
  /** Reads the workspace anew, for a reload. */
  read(vaults: VaultReader): Promise<ReadWorkspace>
  readonly watch: boolean
  readonly json: boolean
}

/** Serves until it is told to stop; resolves with the exit code. Rejects when an address cannot be had. */
export async function serveWorkspace(options: ServeOptions, io: Io): Promise<number> {
  const given = await ensureSubscriptionKeys(options.catalog)
  const { settings } = given
  const log = (entry: LogEntry) => io.stderr.write(logLine(entry, new Date()))
  const ended = new AbortController()
  const stopped = stopSignal(ended.signal)
  let directory: RunningDirectory | undefined
  let backend: DemoBackend | undefined
  let gateway: Gateway | undefined
  let values: OpenNamedValues | undefined
  try {
    directory = await openDirectory(given)
    const identity = bindingOf(given, directory)
    values = openNamedValues(given, identity, io.env)
    const catalog = await withVaults(given, options, values.sources, io)
    if (catalog === undefined) return 1
    backend = await startDemoBackend(settings.folder)
    gateway = await startGateway({ catalog, identity, log })
    const serving: Serving = {
      gateway,
      directory,
      tenant: catalog.directory?.tenant.id,
      values: values.sources,
      served: catalog,
      files: new FileStates(settings.folder, options.files),
      turn: Promise.resolve(),
    }
    const watching = options.watch ? watchWorkspace(options, serving, io) : undefined
    const refreshing = refreshNamedValues(serving, io)
    io.stdout.write(options.json ? readyLine(gateway, directory) : banner({ catalog, gateway, directory, backend, io }))
    const signal = await stopped
    io.stderr.write(`${signal}: letting calls in flight end\n`)
    watching?.close()
    refreshing.close()
    await gateway.stop()
    return 0
  } finally {
    ended.abort()
    await Promise.all([backend?.stop(), directory?.close(), values?.close()])
  }
}

async function openDirectory({
  directory: document,
  settings: { identity, state },
}: Catalog): Promise<RunningDirectory | undefined> {
  if (document === undefined) return undefined
  return startDirectory({
    document,
    listen: identity.listen,
    state,
    expose: identity.exposeDirectory,
    settings: identity,
    now: Date.now,
  })
}

/** A local directory stands in for its tenant; else the tenant that the settings name is the real one. */
function bindingOf(
  { directory: document, settings: { identity } }: Catalog,
  directory: RunningDirectory | undefined,
): IdentityBinding {
  if (document === undefined || directory === undefined) return { kind: identity.tenant === undefined ? 'none' : 'entra' }
  const { id, domain } = document.tenant
  return { kind: 'directory', tenant: { id, domain }, directory: { ...directory.address, caPem: directory.caPem } }
}

/** The catalog with the values that lie in key vaults, which could not be asked before there was an identity; undefined when it has faults then. */
async function withVaults(
  catalog: Catalog,
  { read }: ServeOptions,
  sources: NamedValueSources,
  io: Io,
): Promise<Catalog | undefined> {
  if (!catalog.namedValues.some(({ source, value }) => source?.kind === 'keyVault' && value === undefined)) return catalog
  const { catalog: filled, diagnostics, sound } = await read(sources)
  if (sound) return ensureSubscriptionKeys(filled)
  printDiagnostics(diagnostics, io.stderr, io.env)
  io.stderr.write(`Nothing is served: ${countDiagnostics(diagnostics)}\n`)
  return undefined
}

/** What a change is handed to. */
interface Serving extends ServedValues {
  readonly directory: RunningDirectory | undefined
  readonly files: FileStates
  /** Of the local directory, as it was at the start. */
  readonly tenant: string | undefined
}

/** Takes over each saved change, or says what is wrong with it and stays with what is served. */
function watchWorkspace({ catalog, read }: ServeOptions, serving: Serving, io: Io): { close(): void } {
  const { folder, artifacts, state, audit } = catalog.settings
  // what the gateway writes itself is no change
  const own = [state, audit?.export?.folder].filter(path => path !== undefined)
  const changed = () => {
    serving.turn = serving.turn
      .then(() => reload(read, serving, io))
      .catch((error: unknown) => {
        io.stderr.write(
          `the change could not be read: ${printable(error instanceof Error ? error.message : String(error))}; the old configuration stays\n`,
        )
      })
  }
  return watchFiles(
    [folder, artifacts],
    path => own.some(written => path.startsWith(written)) || path.includes('/node_modules/') || path.includes('/.git/'),
    changed,
  )
}

async function reload(read: ServeOptions['read'], serving: Serving, io: Io): Promise<void> {
  const { gateway } = serving
  const { catalog: changed, diagnostics, sound, files } = await read(serving.values)
  const change = { cause: 'files', files: serving.files.changed(files) } as const
  printDiagnostics(diagnostics, io.stderr, io.env)
  if (!sound) {
    gateway.refused(change, diagnostics.filter(({ severity }) => severity === 'error').length)
    io.stderr.write(`the change has faults (${countDiagnostics(diagnostics)}); generation ${gateway.generation} stays in force\n`)
    return
  }
  const catalog = await ensureSubscriptionKeys(changed)
  await gateway.reload(catalog, change)
  serving.served = catalog
  replaceDirectory(serving, catalog, io)
  io.stderr.write(`the change is in force: generation ${gateway.generation}\n`)
}

/** The tenant that a gateway is bound to is fixed when it starts: its tokens are judged by that directory's keys alone. */
function replaceDirectory({ directory, tenant }: Serving, { directory: document }: Catalog, io: Io): void {
  const isSame = document?.tenant.id === tenant
  if (directory !== undefined && document !== undefined && isSame) directory.replaceDocument(document)
  else if (!isSame)
    io.stderr.write('the tenant of the local directory changed: that takes effect when gatehouse is started anew\n')
}

function readyLine(gateway: Gateway, directory: RunningDirectory | undefined): string {
  const identity =
    directory === undefined ? {} : { identity: `https://localhost:${directory.address.port}`, caFile: directory.caFile }
  const { address, metrics, scheme, workers } = gateway
  const measured = metrics === undefined ? {} : { metrics: `http://${hostText(metrics.host)}:${metrics.port}/metrics` }
  return `${JSON.stringify({ event: 'ready', gateway: `${scheme}://${hostText(address.host)}:${address.port}`, ...identity, ...measured, workers })}\n`
}

/** As it stands in a URL. */
function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
