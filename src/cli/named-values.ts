import { readFile } from 'node:fs/promises'
import type { Catalog } from '../catalog/catalog.ts'
import type { IdentityBinding } from '../gateway/supervisor/messages.ts'
import type { Gateway } from '../gateway/supervisor/start-gateway.ts'
import { credentialSourceOf, ownCredential } from '../identity/credential-source.ts'
import { createIdentityFetch } from '../identity/http-fetch.ts'
import { ManagedIdentity } from '../identity/managed-identity.ts'
import { NamedValueSources, type UnreadValue } from '../identity/named-value-sources.ts'
import type { Io } from './command.ts'
import { printDiagnostics } from './print-diagnostics.ts'
import { printable } from './printable.ts'
import { judgeCatalog } from './read-workspace.ts'

export interface OpenNamedValues {
  readonly sources: NamedValueSources
  close(): Promise<void>
}

const maxFileBytes = 16 * 1024 * 1024

/** What follows named values to files and key vaults, with the identity that policies have too. */
export function openNamedValues(catalog: Catalog, identity: IdentityBinding, env: Io['env']): OpenNamedValues {
  const { settings, directory } = catalog
  const credential = ownCredential(catalog)
  const served = identity.kind === 'directory' ? directory : undefined
  const application = settings.identity.managedIdentity
  const { exchange, close } = createIdentityFetch(
    identity.kind === 'directory' ? { local: { tenant: identity.tenant, directory: identity.directory } } : {},
  )
  const readText = (path: string) => readFile(path, 'utf8')
  const source = credentialSourceOf({
    env,
    ...(credential === undefined ? {} : { credential }),
    ...(served === undefined ? {} : { directory: served }),
    ...(application === undefined ? {} : { application }),
  })
  const managed = new ManagedIdentity({ source, exchange, readText, now: Date.now })
  const { keyVaultAddress: address } = settings.secrets
  const sources = new NamedValueSources({
    exchange,
    token: (resource, clientId) => managed.token(resource, clientId),
    readText: boundedText,
    ...(address === undefined ? {} : { address }),
  })
  return { sources, close }
}

async function boundedText(path: string): Promise<string> {
  const bytes = await readFile(path)
  if (bytes.length > maxFileBytes) throw new Error('the file is too large')
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}

/** What is served, and what changes it: one change after another. */
export interface ServedValues {
  readonly gateway: Gateway
  readonly values: NamedValueSources
  served: Catalog
  turn: Promise<void>
}

/** Looks at files and vaults again and again, and takes new values over as a saved change of the workspace is. */
export function refreshNamedValues(serving: ServedValues, io: Io): { close(): void } {
  const failing = new Set<string>()
  const refresh = () => {
    serving.turn = serving.turn
      .then(() => refreshOnce(serving, failing, io))
      .catch((error: unknown) => {
        const cause = printable(error instanceof Error ? error.message : String(error))
        io.stderr.write(`new values of named values could not be taken over: ${cause}; the last ones stay\n`)
      })
  }
  const timer = setInterval(refresh, serving.served.settings.secrets.refreshInterval * 1000).unref()
  return { close: () => clearInterval(timer) }
}

async function refreshOnce(serving: ServedValues, failing: Set<string>, io: Io): Promise<void> {
  const { served, values, gateway } = serving
  if (!served.namedValues.some(({ source }) => source !== undefined)) return
  const { namedValues, unread } = await values.refresh(served.namedValues)
  tellFailures(unread, failing, io)
  const changed = namedValues.filter((value, i) => value !== served.namedValues[i])
  if (changed.length === 0) return
  const names = changed.map(({ displayName }) => displayName).join(', ')
  const serveValid = served.apis.some(({ fault }) => fault !== undefined)
  const { catalog, diagnostics, sound } = judgeCatalog({ ...served, namedValues }, [], { serveValid })
  if (!sound) {
    printDiagnostics(diagnostics, io.stderr, io.env)
    io.stderr.write(`new values of ${names} make faults; generation ${gateway.generation} stays in force\n`)
    return
  }
  await gateway.reload(catalog, { cause: 'named values', files: [] })
  serving.served = catalog
  io.stderr.write(`new values of ${names} are in force: generation ${gateway.generation}\n`)
}

/** Once when a source begins to fail, and once when it is read again. */
function tellFailures(unread: readonly UnreadValue[], failing: Set<string>, io: Io): void {
  for (const name of failing) {
    if (unread.some(one => one.name === name)) continue
    failing.delete(name)
    io.stderr.write(`the named value ${name} is read again\n`)
  }
  for (const { name, message } of unread) {
    if (failing.has(name)) continue
    failing.add(name)
    io.stderr.write(`the named value ${name} could not be read again: ${printable(message)}; its last value stays\n`)
  }
}
