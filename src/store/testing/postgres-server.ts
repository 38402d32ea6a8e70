import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PostgresSettings } from '../../catalog/settings.ts'
import { freePort } from './free-port.ts'
import { untilReady } from './until-ready.ts'

/** Debian keeps the programs of each version in a folder of its own, outside of PATH. */
const versions = '/usr/lib/postgresql'
const binaries = existsSync(versions)
  ? readdirSync(versions)
      .sort((a, b) => Number(b) - Number(a))
      .map(version => join(versions, version, 'bin'))
      .find(folder => existsSync(join(folder, 'initdb')))
  : undefined

/** For `test(name, { skip }, …)`: why a test of PostgreSQL cannot run here, or false. */
export const noPostgres: string | false =
  binaries === undefined ? 'postgresql is not installed (Debian package postgresql)' : false

export interface PostgresServer {
  readonly port: number
  /** Of the one account there is, which may do everything; the schema is up to the test. */
  settings(schema: string): PostgresSettings
  /** Runs one statement and gives the rows as text. */
  ask(statement: string): string
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>
  /** Starts it again on the same port, with its data. */
  restart(): Promise<void>
  /** Stops all of it where it stands: connections stay open and nothing is answered. */
  freeze(): void
  thaw(): void
  stop(): Promise<void>
}

export interface PostgresServerOptions {
  /** Lines of postgresql.conf. */
  readonly settings?: readonly string[]
  /** Files of the data folder, which only the server's account reads. */
  readonly files?: Readonly<Record<string, string>>
}

export const postgresPassword = 'a-secret-word'

/** A real PostgreSQL of the test's own, on a free port of loopback, which takes passwords (SCRAM) alone. */
export async function startPostgres({ settings = [], files = {} }: PostgresServerOptions = {}): Promise<PostgresServer> {
  const account = serverAccount()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-postgres-'))
  const data = join(folder, 'data')
  const own = async (name: string, text: string) => {
    await writeFile(name, text, { mode: 0o600 })
    if (account.uid !== undefined) await chown(name, account.uid, account.gid ?? 0)
  }
  if (account.uid !== undefined) await chown(folder, account.uid, account.gid ?? 0)
  await own(join(folder, 'password'), postgresPassword)
  const init = [
    '-D',
    data,
    '-U',
    'gatehouse',
    '-A',
    'scram-sha-256',
    '--pwfile',
    join(folder, 'password'),
    '-E',
    'UTF8',
    '--no-sync',
  ]
  const made = spawnSync(program('initdb'), [...init, '--no-locale'], { ...account, cwd: folder, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`initdb failed:\n${made.stderr}`)
  for (const [name, text] of Object.entries(files)) await own(join(data, name), text)
  const port = await freePort()
  const all = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'fsync=off', ...settings]
  const command = ['-D', data, ...all.flatMap(setting => ['-c', setting])]
  let child = await started(command, account, folder)
  const kill = () => ended(child, 'SIGQUIT')
  return {
    port,
    settings: schema => ({
      host: '127.0.0.1',
      port,
      database: 'postgres',
      username: 'gatehouse',
      password: postgresPassword,
      tls: false,
      schema,
    }),
    ask(statement) {
      const env = { ...process.env, PGPASSWORD: postgresPassword }
      const where = ['-h', '127.0.0.1', '-p', String(port), '-U', 'gatehouse', '-d', 'postgres']
      const done = spawnSync(program('psql'), [...where, '-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', statement], {
        env,
        encoding: 'utf8',
      })
      if (done.status !== 0) throw new Error(done.stderr)
      return done.stdout.trim()
    },
    kill,
    async restart() {
      await kill()
      child = await started(command, account, folder)
    },
    freeze: () => signalAll(child, 'SIGSTOP'),
    thaw: () => signalAll(child, 'SIGCONT'),
    async stop() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const program = (name: string) => join(binaries ?? '', name)

/** PostgreSQL refuses to run as root: then it runs as the account that its package made, or as nobody. */
function serverAccount(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'))
  const found = ['postgres', 'nobody'].flatMap(name => accounts.filter(([own]) => own === name))[0]
  return found === undefined ? {} : { uid: Number(found[2]), gid: Number(found[3]) }
}

function started(
  command: readonly string[],
  account: { readonly uid?: number; readonly gid?: number },
  cwd: string,
): Promise<ChildProcess> {
  const child = spawn(program('postgres'), command, { ...account, cwd, stdio: ['ignore', 'ignore', 'pipe'] })
  return untilReady('postgres', child, child.stderr)
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  signalAll(child, 'SIGCONT') // what is frozen would not hear it
  child.kill(signal)
  await closed
}

/** The server and its children, one for each connection. */
function signalAll({ pid = 0 }: ChildProcess, signal: NodeJS.Signals): void {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  for (const id of [pid, ...children.map(Number)]) process.kill(id, signal)
}
