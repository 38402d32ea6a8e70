import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const executable = fileURLToPath(new URL('../../bin/gatehouse.js', import.meta.url))

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs one command to its end, as a user would. */
export async function gatehouse(
  args: readonly string[],
  options: { readonly cwd?: string; readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Finished> {
  const env = { ...process.env, ...options.env }
  const child = spawn(process.execPath, [executable, ...args], { cwd: options.cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
  const [stdout, stderr] = [collect(child, 'stdout'), collect(child, 'stderr')]
  child.stdin.end(options.input ?? '')
  const [code] = await once(child, 'close')
  return { code: typeof code === 'number' ? code : null, stdout: stdout(), stderr: stderr() }
}

/** A command that runs on until it is stopped. */
export type Spawned = Pick<Running, 'pid' | 'log' | 'logged' | 'stop'>

/** Starts a command that runs until it is told to stop, other than `up`. */
export function spawnGatehouse(args: readonly string[]): Spawned {
  const child = spawn(process.execPath, [executable, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  const log = collect(child, 'stderr')
  return {
    pid: child.pid ?? 0,
    log,
    logged: text => logged(child, log, text),
    stop: signal => stop(child, signal ?? 'SIGTERM'),
  }
}

export interface Running {
  /** `http://127.0.0.1:PORT` of the gateway. */
  readonly gateway: string
  /** `https://localhost:PORT` of the local directory, when there is one. */
  readonly identity: string | undefined
  /** Address of `/metrics`, when it is served. */
  readonly metrics: string | undefined
  readonly pid: number
  /** All that it has printed on standard error so far. */
  log(): string
  /** Resolves once standard error holds the text. */
  logged(text: string | RegExp): Promise<void>
  /** Ends it with a signal (SIGTERM unless told) and gives its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts `gatehouse up` and resolves when it serves. Rejects with what it printed when it ends before that. */
export async function startGatehouse(
  folder: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const child = spawn(process.execPath, [executable, 'up', folder, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const log = collect(child, 'stderr')
  const lines = createInterface({ input: child.stdout })
  const ended = once(child, 'close').then(([code]) => {
    throw new Error(`gatehouse up ended with ${code}:\n${log()}`)
  })
  const ready = await Promise.race([readyLine(lines), ended])
  ended.catch(() => {}) // from now on its end is looked at by stop()
  return {
    gateway: ready.gateway,
    identity: ready.identity,
    metrics: ready.metrics,
    pid: child.pid ?? 0,
    log,
    logged: text => logged(child, log, text),
    stop: signal => stop(child, signal ?? 'SIGTERM'),
  }
}

interface Ready {
  readonly event: 'ready'
  readonly gateway: string
  readonly identity?: string
  readonly metrics?: string
}

async function readyLine(lines: AsyncIterable<string>): Promise<Ready> {
  for await (const line of lines) {
    const value: unknown = JSON.parse(line)
    if (value !== null && typeof value === 'object' && 'event' in value && value.event === 'ready') return value as Ready // the command's own documented line
  }
  throw new Error('it closed its output without becoming ready')
}

function collect(child: ChildProcess, stream: 'stdout' | 'stderr'): () => string {
  const chunks: Buffer[] = []
  child[stream]?.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString('utf8')
}

function logged(child: ChildProcess, log: () => string, text: string | RegExp): Promise<void> {
  const there = () => (typeof text === 'string' ? log().includes(text) : text.test(log()))
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`it ended before it logged ${text}:\n${log()}`))
    const look = () => {
      if (!there()) return
      child.stderr?.off('data', look)
      child.off('close', ended)
      resolve()
    }
    child.stderr?.on('data', look)
    child.once('close', ended)
    look()
  })
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode
  const closed = once(child, 'close')
  child.kill(signal)
  const [code] = await closed
  return typeof code === 'number' ? code : null
}
