import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { demoFolder } from './workspace-folder.ts'

export interface DemoBackend {
  /** The line it printed: where it listens. */
  readonly line: string
  stop(): Promise<void>
}

/**
 * Starts the demo's backend, and only that one: serving a workspace never runs a program that the workspace brings along.
 * Undefined when the folder is another workspace. Rejects when the backend does not come up.
 */
export async function startDemoBackend(folder: string): Promise<DemoBackend | undefined> {
  const script = backendScript()
  if (!existsSync(script) || realpathSync(folder) !== realpathSync(demoFolder())) return undefined
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'pipe'] })
  const line = await firstLine(child)
  return { line, stop: () => stop(child) }
}

/** As it stands in the checkout; a published package holds it built, since node strips no types below node_modules. */
function backendScript(): string {
  const isBuilt = import.meta.url.endsWith('.js')
  return isBuilt
    ? fileURLToPath(new URL('../../examples/articles/backend.js', import.meta.url))
    : join(demoFolder(), 'backend.ts')
}

async function firstLine(child: ChildProcess): Promise<string> {
  const errors: Buffer[] = []
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk))
  const line = new Promise<string>(resolve =>
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString('utf8').trim())),
  )
  const gone = once(child, 'exit').then(() => {
    const text = Buffer.concat(errors).toString('utf8')
    const cause = /EADDRINUSE[^\n]*/.exec(text)?.[0] ?? (text.trim().split('\n').at(-1) || 'it ended at once')
    throw new Error(`the demo's backend did not start: ${cause}`)
  })
  return Promise.race([line, gone])
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.stdin?.end()
  await gone
}
