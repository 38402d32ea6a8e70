import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { untilReady } from './until-ready.ts'

/** For `test(name, { skip }, …)`: why a test of Redis cannot run here, or false. */
export const noRedis: string | false =
  spawnSync('redis-server', ['--version']).status === 0 ? false : 'redis-server is not installed (Debian package redis-server)'

export interface RedisServer {
  readonly port: number
  readonly url: string
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>
  /** Starts it again on the same port, with nothing in it unless `keeps`. */
  restart(): Promise<void>
  /** Stops it where it stands: connections stay open and nothing is answered. */
  freeze(): void
  thaw(): void
  /** Runs redis-cli and gives what it printed. */
  ask(...command: readonly string[]): string
  stop(): Promise<void>
}

export interface RedisServerOptions {
  /** Further words of its command line. */
  readonly args?: readonly string[]
  /** Words for redis-cli (`--tls …`, `-a …`). */
  readonly cli?: readonly string[]
  readonly scheme?: 'redis' | 'rediss'
  /** Whether it has its data again after a restart. */
  readonly keeps?: boolean
}

/** A real redis-server of the test's own, on a free port of loopback. */
export async function startRedis({
  args = [],
  cli = [],
  scheme = 'redis',
  keeps = false,
}: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-redis-'))
  const port = await freePort()
  const listen = scheme === 'rediss' ? ['--port', '0', '--tls-port', String(port)] : ['--port', String(port)]
  const keeping = keeps ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']
  const command = [...listen, '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...keeping, ...args]
  let child = await started(command)
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  }
  return {
    port,
    url: `${scheme}://127.0.0.1:${port}`,
    kill,
    async restart() {
      await kill()
      child = await started(command)
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    ask: (...words) => spawnSync('redis-cli', ['-p', String(port), ...cli, ...words], { encoding: 'utf8' }).stdout.trim(),
    async stop() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function started(command: readonly string[]): Promise<ChildProcess> {
  const child = spawn('redis-server', command, { stdio: ['ignore', 'pipe', 'inherit'] })
  return untilReady('redis-server', child, child.stdout)
}
