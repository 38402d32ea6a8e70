import type { HostPort, KafkaSettings } from '../../../catalog/settings.ts'
import { isLoopback } from '../../../workspace/host-port.ts'
import { type ApiVersions, apis, askLeaders, askVersions, supports } from './broker-calls.ts'
import { KafkaLink } from './kafka-link.ts'
import { signIn } from './sign-in.ts'

/**
 * Milliseconds. Azure closes connections that were idle for four minutes and gives these numbers for its clients
 * ("Apache Kafka client configurations for Azure Event Hubs": `connections.max.idle.ms`, `metadata.max.age.ms`).
 */
const idleAfter = 180_000
const leadersKeptFor = 180_000

interface Opened {
  readonly link: KafkaLink
  readonly versions: ApiVersions
  usedAt: number
}

/** The brokers of one topic, connected to as they are needed. What is kept from earlier can be out of date: then `forget` it. */
export class KafkaCluster {
  readonly #settings: KafkaSettings
  readonly #now: () => number
  /** Those that are being opened, too. */
  readonly #links = new Set<KafkaLink>()
  /** By `host:port`. */
  readonly #opened = new Map<string, Opened>()
  #leaders: { readonly list: readonly (HostPort | undefined)[]; readonly readAt: number } | undefined

  constructor(settings: KafkaSettings, now: () => number) {
    this.#settings = settings
    this.#now = now
  }

  /** Whether anything is kept from earlier. */
  get isKept(): boolean {
    return this.#leaders !== undefined || this.#links.size > 0
  }

  /** By the partition's number; undefined for one that has none now. Never empty. */
  async leaders(signal: AbortSignal): Promise<readonly (HostPort | undefined)[]> {
    if (this.#leaders !== undefined && this.#now() - this.#leaders.readAt < leadersKeptFor) return this.#leaders.list
    const { link, versions } = await this.#any(signal)
    const list = await askLeaders(link, versions, this.#settings.topic)
    this.#leaders = { list, readAt: this.#now() }
    return list
  }

  async link(address: HostPort, signal: AbortSignal): Promise<KafkaLink> {
    return (await this.#open(address, signal)).link
  }

  /** Ends all connections; what waits on them is rejected. */
  forget(): void {
    for (const link of this.#links) link.close()
    this.#links.clear()
    this.#opened.clear()
    this.#leaders = undefined
  }

  /** The first broker of the settings that can be reached. */
  async #any(signal: AbortSignal): Promise<Opened> {
    const { brokers } = this.#settings
    let first: unknown
    for (const address of brokers) {
      try {
        return await this.#open(address, signal)
      } catch (error) {
        first ??= error
      }
    }
    throw first
  }

  async #open(address: HostPort, signal: AbortSignal): Promise<Opened> {
    signal.throwIfAborted()
    const name = `${address.host}:${address.port}`
    const kept = this.#opened.get(name)
    if (kept?.link.isOpen && this.#now() - kept.usedAt < idleAfter) {
      kept.usedAt = this.#now()
      return kept
    }
    if (kept !== undefined) this.#drop(kept.link)
    const { tls, sasl } = this.#settings
    // the settings allow this on loopback alone; a broker behind a tunnel names the others by addresses of their own
    if (sasl?.mechanism === 'plain' && tls === undefined && !isLoopback(address.host))
      throw new Error(`${name}: 'plain' would send the password there as it is: write tls: true`)
    const link = new KafkaLink(address, tls)
    this.#links.add(link)
    try {
      await link.connected()
      const versions = await askVersions(link)
      const needed = sasl === undefined ? [apis.produce] : [apis.produce, apis.saslHandshake, apis.saslAuthenticate]
      if (!needed.every(one => supports(versions, one)))
        throw new Error(`${name}: it does not speak the protocol of Kafka 1.0 and newer`)
      if (sasl !== undefined) await signIn(link, sasl)
      const opened = { link, versions, usedAt: this.#now() }
      this.#opened.set(name, opened)
      return opened
    } catch (error) {
      this.#drop(link)
      throw error
    }
  }

  #drop(link: KafkaLink): void {
    link.close()
    this.#links.delete(link)
  }
}
