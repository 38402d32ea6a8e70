import type { Catalog } from '../catalog/catalog.ts'
import type { Diagnostic } from '../catalog/diagnostic.ts'
import { NotLoopback } from '../directory/start-directory.ts'
import type { SettingsOverrides } from '../workspace/settings.ts'
import { type Arguments, type Command, type Io, UsageError } from './command.ts'
import { countDiagnostics, printDiagnostics } from './print-diagnostics.ts'
import { readWorkspace, type VaultReader } from './read-workspace.ts'
import { serveWorkspace } from './serve-workspace.ts'
import { workspaceFolder } from './workspace-folder.ts'

export const upCommand: Command = {
  name: 'up',
  summary: 'serve a workspace (none named: the one you stand in, else the demo)',
  usage: ['up [WORKSPACE] [options]'],
  details: `
Ready when GET /status-0123456789abcdef on the gateway answers 200. A saved change is taken over by all threads at once; one with faults changes
nothing and is shown with file, line and column. SIGTERM and Ctrl+C let calls in flight end.`,
  options: {
    environment: { type: 'string', value: 'NAME', help: 'lay configuration.NAME.yaml over the artifacts' },
    listen: { type: 'string', value: 'HOST:PORT', help: "the gateway's address, over gatehouse.yaml; port 0 takes a free one" },
    workers: { type: 'string', value: 'N', help: 'serving threads, over gatehouse.yaml' },
    'serve-valid': { type: 'boolean', help: 'with faults in some APIs, serve the others; calls to the faulty ones answer 503' },
    'expose-directory': { type: 'boolean', help: 'let the local directory listen beyond loopback: it is a development stand-in' },
    'no-watch': { type: 'boolean', help: 'do not look for changes of the files' },
    json: { type: 'boolean', help: 'print JSON lines: {"event":"ready","gateway":…,"identity":…} and later ones' },
  },
  positionals: { min: 0, max: 1 },
  async run(args, io) {
    const folder = workspaceFolder(args.positionals[0], io)
    const environment = args.text('environment')
    const read = (vaults: VaultReader) =>
      readWorkspace({
        vaults,
        folder,
        env: io.env,
        overrides: overridesFrom(args),
        serveValid: args.flag('serve-valid'),
        heedsLevels: true,
        ...(environment === undefined ? {} : { environment }),
      })
    const { catalog, diagnostics, sound, files } = await read('later')
    report(diagnostics, io)
    if (!sound) {
      io.stderr.write(faultyText(catalog))
      return 1
    }
    try {
      return await serveWorkspace({ catalog, files, read, watch: !args.flag('no-watch'), json: args.flag('json') }, io)
    } catch (error) {
      const text = listenText(error, catalog)
      if (text === undefined) throw error
      io.stderr.write(`gatehouse up: ${text}\n`)
      return 2
    }
  },
}

function report(diagnostics: readonly Diagnostic[], io: Io): void {
  if (diagnostics.length === 0) return
  printDiagnostics(diagnostics, io.stderr, io.env)
  io.stderr.write(`${countDiagnostics(diagnostics)}\n`)
}

function faultyText(catalog: Catalog): string {
  const hint = catalog.apis.length > 1 ? ' (--serve-valid serves the APIs that are free of them)' : ''
  return `Nothing is served: mend the errors above${hint}.\n`
}

function overridesFrom(args: Arguments): SettingsOverrides {
  const listen = args.text('listen')
  const workers = args.text('workers')
  if (workers !== undefined && !(/^\d{1,2}$/.test(workers) && Number(workers) >= 1))
    throw new UsageError('--workers is a whole number from 1')
  const gateway = {
    ...(listen === undefined ? {} : { listen: hostPort(listen) }),
    ...(workers === undefined ? {} : { workers: Number(workers) }),
  }
  return { gateway, identity: args.flag('expose-directory') ? { exposeDirectory: true } : {} }
}

function hostPort(text: string): { host: string; port: number } {
  const match = /^(?:(.+):)?(\d{1,5})$/.exec(text)
  if (match === null || Number(match[2]) > 65_535) throw new UsageError(`--listen takes HOST:PORT, not "${text}"`)
  return { host: (match[1] ?? '127.0.0.1').replace(/^\[|\]$/g, ''), port: Number(match[2]) }
}

/** What a person can do about an address that cannot be had. */
function listenText(error: unknown, catalog: Catalog): string | undefined {
  if (error instanceof NotLoopback) return `${error.message}; --expose-directory says so`
  if (!(error instanceof Error) || !('code' in error)) return undefined
  const { gateway, identity } = catalog.settings
  if (error.code === 'EADDRINUSE')
    return `an address is taken (${error.message}); is another gatehouse running? Other ports: gateway.listen (${gateway.listen.port}), identity.listen (${identity.listen.port}) in gatehouse.yaml`
  if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL') return `cannot listen: ${error.message}`
  return undefined
}
