import type { ValueCache } from '../../policies/ports.ts'
import { keyOf } from './redis-counters.ts'
import type { RedisLink } from './redis-link.ts'

/** Bytes of a value; a larger one is not kept. As much as the cache in the gateway's own memory takes. */
const maxValueBytes = 8 * 1024 * 1024

/** The external cache. While Redis is away nothing is found and nothing kept: calls go on to their backends. Never rejects. */
export class RedisCache implements ValueCache {
  readonly #link: RedisLink
  readonly #prefix: string

  constructor(link: RedisLink, prefix: string) {
    this.#link = link
    this.#prefix = `${prefix}:cache`
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const found = await this.#run(['GET', keyOf(this.#prefix, key)])
    return found instanceof Uint8Array ? found : undefined
  }

  async set(key: string, value: Uint8Array, duration: number): Promise<void> {
    const ms = Math.floor(duration)
    if (value.length > maxValueBytes || ms < 1) return this.delete(key)
    await this.#run([
      'SET',
      keyOf(this.#prefix, key),
      Buffer.from(value.buffer, value.byteOffset, value.length),
      'PX',
      String(ms),
    ])
  }

  async delete(key: string): Promise<void> {
    await this.#run(['DEL', keyOf(this.#prefix, key)])
  }

  async #run(command: readonly (string | Buffer)[]): Promise<unknown> {
    return this.#link.run(command, true).catch(() => undefined) // the link tells of an outage; a cache does without
  }
}
