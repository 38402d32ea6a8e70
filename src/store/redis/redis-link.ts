import { isIP } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import type { RedisSettings } from '../../catalog/settings.ts'
import { Pause } from '../pause.ts'

/** What this gateway asks of a Redis: RESP2's answers, texts as texts unless bytes were asked for. */
export type RedisAnswer = string | number | Uint8Array | null | readonly RedisAnswer[]

/** Redis cannot be asked at the moment: not connected, too slow, or too much under way. Never tells what was asked. */
export class RedisAway extends Error {
  readonly code = 'redis.away'
}

/** Redis answered a command with an error; `message` is its own text, which begins with a word in capitals (`NOSCRIPT`). */
export class RedisRefused extends Error {
  readonly code = 'redis.refused'
}

/** All in milliseconds. */
export interface RedisTiming {
  readonly connect: number
  /** For one answer; past that the connection is given up: what follows on it would come too late as well. */
  readonly command: number
  /** Between two tries to connect: the first and the longest pause, doubling. */
  readonly retryFloor: number
  readonly retryCeiling: number
}

const defaultTiming: RedisTiming = { connect: 2000, command: 1000, retryFloor: 50, retryCeiling: 2000 }
/** Commands of one thread that may wait for their answers; more are not sent. */
const defaultMaxPending = 2000

export interface RedisLinkOptions extends RedisSettings {
  readonly timing?: Partial<RedisTiming>
  readonly maxPending?: number
  /** Told once when Redis goes away (`message` says why) and once when it is back. */
  readonly onChange?: (change: { readonly away: boolean; readonly message: string }) => void
}

type Redis = typeof import('@redis/client')
type Client = ReturnType<Redis['createClient']>

/**
 * One connection to Redis that mends itself: while it is down, commands fail at once rather than wait, and a new connection counts only after a
 * write went through it (a server that is loading, full, or a replica takes none).
 */
export class RedisLink {
  readonly #options: RedisLinkOptions
  readonly #timing: RedisTiming
  readonly #maxPending: number
  readonly #redis: Redis
  #client: Client | undefined
  #lose: ((cause: Error) => void) | undefined
  #pending = 0
  /** Undefined until the first try ended. */
  #isAway: boolean | undefined
  #closed = false
  readonly #pause = new Pause()
  #idle: (() => void) | undefined
  #running: Promise<void> = Promise.resolve()

  private constructor(options: RedisLinkOptions, redis: Redis) {
    this.#options = options
    this.#timing = { ...defaultTiming, ...options.timing }
    this.#maxPending = options.maxPending ?? defaultMaxPending
    this.#redis = redis
  }

  /** Resolves when the first try to connect has ended, well or not: from then on it is retried in the background. */
  static async open(options: RedisLinkOptions): Promise<RedisLink> {
    // only a gateway with a Redis pays for its client
    const link = new RedisLink(options, await import('@redis/client'))
    await new Promise<void>(resolve => {
      link.#running = link.#run(resolve)
    })
    return link
  }

  get isAway(): boolean {
    return this.#isAway !== false
  }

  /** Sends one command. Rejects with `RedisAway` or `RedisRefused`, and nothing else; `bytes`: texts come as they are stored. */
  async run(command: readonly (string | Buffer)[], bytes = false): Promise<RedisAnswer> {
    const client = this.#client
    if (client === undefined || this.isAway) throw new RedisAway('not connected')
    if (this.#pending >= this.#maxPending) throw new RedisAway('too many commands are waiting')
    this.#pending++
    try {
      return await this.#ask(client, command, bytes)
    } catch (error) {
      if (error instanceof this.#redis.ErrorReply) throw this.#refused(error)
      throw this.#lost(error)
    } finally {
      this.#pending--
      if (this.#pending === 0) this.#idle?.()
    }
  }

  /** Lets what was sent be answered, as long as an answer may take; nothing should be sent any more. */
  async close(): Promise<void> {
    await within(this.#settled(), this.#timing.command, 'closing').catch(() => {})
    this.#closed = true
    this.#pause.end()
    this.#lose?.(new RedisAway('closed'))
    await this.#running
  }

  async #settled(): Promise<void> {
    // a command that waits for another's answer is sent a turn later
    for (await setImmediate(); this.#pending > 0; await setImmediate())
      await new Promise<void>(resolve => {
        this.#idle = resolve
      })
  }

  /** A missing script is for its owner to mend; any other error means that writes do not go through. */
  #refused(error: Error): RedisRefused {
    if (!error.message.startsWith('NOSCRIPT')) this.#lose?.(error)
    return new RedisRefused(error.message, { cause: error })
  }

  #lost(error: unknown): RedisAway {
    const cause = error instanceof Error ? error : new Error(String(error))
    this.#lose?.(cause)
    return new RedisAway(cause.message, { cause })
  }

  #ask(client: Client, command: readonly (string | Buffer)[], bytes: boolean): Promise<RedisAnswer> {
    const mapping = bytes ? { typeMapping: { [this.#redis.RESP_TYPES.BLOB_STRING]: Buffer } } : undefined
    // under RESP2, texts, numbers, null and lists of them are all that comes
    return within(
      client.sendCommand(command, mapping) as unknown as Promise<RedisAnswer>,
      this.#timing.command,
      'no answer in time',
    )
  }

  async #run(tried: () => void): Promise<void> {
    const { retryFloor, retryCeiling } = this.#timing
    let pause = retryFloor
    while (!this.#closed) {
      const client = this.#redis.createClient(clientOptions(this.#options, this.#timing))
      const lost = new Promise<Error>(resolve => {
        this.#lose = resolve
      })
      client.on('error', (error: Error) => this.#lose?.(error))
      const failed = await this.#connect(client)
      if (failed === undefined) {
        this.#client = client
        pause = retryFloor
        this.#change(false, 'connected')
      }
      tried()
      const cause = failed ?? (await lost)
      this.#client = undefined
      if (!this.#closed) this.#change(true, cause.message)
      drop(client)
      if (!this.#closed) await this.#pause.wait(pause)
      pause = Math.min(retryCeiling, pause * 2)
    }
    tried()
  }

  async #connect(client: Client): Promise<Error | undefined> {
    const { connect, command } = this.#timing
    try {
      await within(client.connect(), connect, 'no connection in time')
      await within(client.set(`${this.#options.prefix}:probe`, '1', { PX: 1000 }), command, 'no answer in time')
      return undefined
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  #change(away: boolean, message: string): void {
    if (this.#isAway === away) return
    const isFirst = this.#isAway === undefined
    this.#isAway = away
    if (away || !isFirst) this.#options.onChange?.({ away, message })
  }
}

function clientOptions(
  { url, username, password, ca }: RedisSettings,
  timing: RedisTiming,
): Parameters<Redis['createClient']>[0] {
  const { hostname, port, protocol, pathname } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const shared = {
    host,
    port: Number(port || 6379),
    connectTimeout: timing.connect,
    reconnectStrategy: false as const,
    noDelay: true,
  }
  const socket =
    protocol === 'rediss:'
      ? { ...shared, tls: true as const, ...(isIP(host) === 0 ? { servername: host } : {}), ...(ca === undefined ? {} : { ca }) }
      : shared
  return {
    RESP: 2,
    socket,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(pathname.length > 1 ? { database: Number(pathname.slice(1)) } : {}),
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
  }
}

function drop(client: Client): void {
  try {
    client.destroy()
  } catch {
    // it was closed already
  }
}

async function within<T>(work: Promise<T>, ms: number, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RedisAway(message)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
