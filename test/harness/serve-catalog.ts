import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { queryAudit } from '../../src/audit/query-audit.ts'
import type { DecisionRecord } from '../../src/audit/record.ts'
import type { Catalog } from '../../src/catalog/catalog.ts'
import { type Gateway, type LogEntry, startGateway } from '../../src/gateway/supervisor/start-gateway.ts'
import { catalog as catalogOf, settings } from '../../src/gateway/testing/catalog.ts'

export interface ServedCatalog {
  readonly gateway: Gateway
  readonly port: number
  readonly url: string
  readonly folder: string
  readonly log: readonly LogEntry[]
  /** Ends the gateway, so that all is written, and gives its records. */
  records(): Promise<DecisionRecord[]>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export type Parts = Omit<Partial<Catalog>, 'settings'> & {
  readonly gateway?: Parameters<typeof settings>[1]
  readonly folder?: string
  readonly worker?: URL
}

/** Serves a catalog on real threads and a real port. */
export async function serveCatalog({ gateway: limits, folder: given, worker, ...parts }: Parts): Promise<ServedCatalog> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'gatehouse-gateway-')))
  const leave = async () => {
    if (given === undefined) await rm(folder, { recursive: true })
  }
  const log: LogEntry[] = []
  const catalog = catalogOf(folder, { ...parts, settings: settings(folder, limits) })
  const gateway = await startGateway({
    catalog,
    identity: { kind: 'none' },
    log: entry => void log.push(entry),
    ...(worker === undefined ? {} : { worker }),
  }).catch(async (error: unknown) => {
    await leave()
    throw error
  })
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= gateway.stop(2000)
    return stopped
  }
  const close = async () => {
    await stop()
    await leave()
  }
  return {
    gateway,
    folder,
    log,
    port: gateway.address.port,
    url: `http://127.0.0.1:${gateway.address.port}`,
    async records() {
      await stop()
      const records: DecisionRecord[] = []
      for await (const record of queryAudit(join(folder, 'audit'), {})) records.push(record)
      return records
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** A connection on which a test says exactly what it wants. */
export class RawClient {
  readonly socket: Socket
  #text = ''

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('error', () => {}) // the gateway may close it at any time
    socket.on('data', chunk => {
      this.#text += chunk.toString('latin1')
    })
  }

  static async open(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  get text(): string {
    return this.#text
  }

  send(text: string): void {
    this.socket.write(text, 'latin1')
  }

  /** All that has come once it holds the text. Rejects when the connection ends before. */
  async until(text: string): Promise<string> {
    while (!this.#text.includes(text)) {
      if (this.socket.closed || this.socket.readableEnded)
        throw new Error(`the connection ended before ${JSON.stringify(text)} came: ${this.#text}`)
      await Promise.race([once(this.socket, 'data'), once(this.socket, 'close')])
    }
    return this.#text
  }

  /** All that came until the other end closed. */
  async ended(): Promise<string> {
    if (!this.socket.closed) await once(this.socket, 'close')
    return this.#text
  }
}
