import { Socket } from 'node:net'
import type { Client } from 'pg'
import type { PostgresSettings } from '../../catalog/settings.ts'
import { StoreAway } from '../store-away.ts'

/** All in milliseconds. */
export interface PostgresTiming {
  /** Until somebody is logged in. */
  readonly connect: number
  /** For one answer; past that the connection is given up. */
  readonly statement: number
  /** After which the server ends a transaction whose owner says nothing: what it holds locked holds up others. */
  readonly idle: number
}

const defaultTiming: PostgresTiming = { connect: 2000, statement: 2000, idle: 5000 }

/**
 * One connection to PostgreSQL, for one asker at a time. It does not mend itself: after a failure it is closed, and whoever needs another opens one. Everything
 * here rejects with `StoreAway`, and nothing else.
 */
export class PostgresConnection {
  /** The failure that ended it, once there is one; never when it was closed. */
  readonly lost: Promise<StoreAway>
  readonly #client: Client
  readonly #socket: Socket

  private constructor(client: Client, socket: Socket) {
    this.#client = client
    this.#socket = socket
    this.lost = new Promise(resolve => {
      client.on('error', (error: Error) => resolve(awayFor(error)))
    })
  }

  /** `signal` gives up while it connects. */
  static async open(
    settings: PostgresSettings,
    timing: Partial<PostgresTiming> = {},
    signal?: AbortSignal,
  ): Promise<PostgresConnection> {
    // only who has a PostgreSQL pays for its client
    const { Client } = await import('pg')
    const socket = new Socket()
    const client = new Client(clientOptions(settings, { ...defaultTiming, ...timing }, socket))
    const connection = new PostgresConnection(client, socket)
    const giveUp = () => socket.destroy(new Error('given up'))
    signal?.addEventListener('abort', giveUp, { once: true })
    try {
      signal?.throwIfAborted()
      await client.connect()
      return connection
    } catch (error) {
      connection.close()
      throw awayFor(error)
    } finally {
      signal?.removeEventListener('abort', giveUp)
    }
  }

  /** Runs one statement; `$1` stands for the first value. */
  async query(text: string, values: readonly (string | number)[] = []): Promise<readonly Record<string, unknown>[]> {
    try {
      return (await this.#client.query<Record<string, unknown>>(text, [...values])).rows
    } catch (error) {
      // a late answer would come to the next question
      if (!isAnswer(error)) this.close()
      throw awayFor(error)
    }
  }

  /** What `work` throws is thrown on, and nothing it wrote is kept. */
  async inTransaction<T>(work: () => Promise<T>): Promise<T> {
    await this.query('BEGIN')
    let result: T
    try {
      result = await work()
    } catch (error) {
      await this.query('ROLLBACK').catch(() => {}) // without a connection the server does so by itself
      throw error
    }
    await this.#commit()
    return result
  }

  onNotification(heard: () => void): void {
    this.#client.on('notification', heard)
  }

  /** At once: what is under way fails, and the server undoes what was not committed. */
  close(): void {
    void this.#client.end().catch(() => {}) // a server that does not answer is not waited for
    this.#socket.destroySoon()
  }

  async #commit(): Promise<void> {
    try {
      await this.query('COMMIT')
    } catch (error) {
      // the server may have done it before the connection broke
      throw new StoreAway(`${error instanceof Error ? error.message : ''}; whether it was written is not known: look again`, {
        cause: error,
      })
    }
  }
}

/** Whether the server itself refused a statement: its errors have a severity. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && 'severity' in error && error.severity === 'ERROR'
}

/** Neither the server's errors nor the client's hold the password. */
function awayFor(error: unknown): StoreAway {
  return new StoreAway(messageOf(error), { cause: error })
}

function messageOf(error: unknown): string {
  // a name with several addresses fails once for each
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}

function clientOptions(
  { host, port, database, username, password, tls, ca }: PostgresSettings,
  timing: PostgresTiming,
  socket: Socket,
): ConstructorParameters<typeof Client>[0] {
  return {
    host,
    port,
    database,
    user: username,
    // a function, or the client looks for one in the environment and the home folder
    password: () => password ?? '',
    ssl: tls ? { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) } : false,
    stream: () => socket,
    keepAlive: true,
    connectionTimeoutMillis: timing.connect,
    query_timeout: timing.statement,
    statement_timeout: timing.statement,
    idle_in_transaction_session_timeout: timing.idle,
    application_name: 'gatehouse',
  }
}
