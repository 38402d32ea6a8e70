import { join } from 'node:path'
import type { AuditEvent, EventKind } from '../../audit/audit-event.ts'
import { type AuditSigner, openAuditKey } from '../../audit/audit-key.ts'
import { AuditWriter, runName, writerName } from '../../audit/audit-writer.ts'
import { type ChainHead, headText } from '../../audit/chain-head.ts'
import { foundHeads, lastNaming } from '../../audit/found-heads.ts'
import { keepAudit } from '../../audit/keep-audit.ts'
import type { DecisionRecord } from '../../audit/record.ts'
import type { AuditSettings } from '../../catalog/settings.ts'

export interface AuditTrailOptions {
  /** The state folder. */
  readonly state: string
  readonly settings: AuditSettings
  log(message: string, severity: 'information' | 'error'): void
}

/** Milliseconds between two looks at segments that may be compressed or removed. */
const keepInterval = 3_600_000
/** Milliseconds for which what threads tell of their chains' ends is gathered before it is written. */
const headsInterval = 30_000

/**
 * The gateway's own part of the trail: what happened to it, which segments its threads began, how far their chains and those of others in the folder go, and the
 * care for segments that are closed. One per process.
 */
export class AuditTrail {
  readonly folder: string
  /** What the names of this process's writers begin with. */
  readonly run = runName()
  /** Where calls are kept to be run again. */
  readonly keptCalls: string
  readonly signer: AuditSigner
  readonly #options: AuditTrailOptions
  readonly #name = writerName('main', this.run)
  readonly #writer: AuditWriter
  readonly #timer: NodeJS.Timeout
  /** By writer: the ends that threads told and that are not written yet. */
  readonly #told = new Map<string, ChainHead>()
  /** By writer: the ends that this process wrote last. */
  readonly #named = new Map<string, string>()
  #telling: NodeJS.Timeout | undefined
  /** When the chains in the folder were last named, in ms since 1970; undefined: never. */
  #namedAt: number | undefined
  #hasNamed = false
  /** One look at the folder after another; none rejects. */
  #keeping: Promise<void>

  constructor(options: AuditTrailOptions) {
    this.#options = options
    this.folder = join(options.state, 'audit')
    this.keptCalls = join(options.state, 'calls')
    this.signer = openAuditKey(options.state)
    this.#writer = new AuditWriter({
      folder: this.folder,
      writer: this.#name,
      signer: this.signer,
      onTrouble: ({ message, failing }) => options.log(message, failing ? 'error' : 'information'),
    })
    this.#keeping = this.#nameEarlier().then(() => this.#keep())
    this.#timer = setInterval(() => {
      void this.nameOthers()
      this.#keeping = this.#keeping.then(() => this.#keep())
    }, keepInterval)
    this.#timer.unref()
  }

  event(event: EventKind, detail: AuditEvent['detail'], by?: string): void {
    this.#writer.write({ event, time: new Date().toISOString(), ...(by === undefined ? {} : { by }), detail })
  }

  /** Resolves once the record is written, or could not be: then it is tried again with the next ones. */
  recordNow(record: DecisionRecord | AuditEvent): Promise<void> {
    this.#writer.write(record)
    return this.#writer.flush()
  }

  /** A thread's chain goes so far, and the disk has it. */
  told(head: ChainHead): void {
    this.#told.set(head.writer, head)
    this.#telling ??= setTimeout(() => this.#tell(), headsInterval)
    this.#telling.unref()
  }

  #tell(): void {
    clearTimeout(this.#telling)
    this.#telling = undefined
    const told = this.#unnamed([...this.#told.values()])
    this.#told.clear()
    if (told.length > 0) this.event('audit.heads', { told })
  }

  #unnamed(heads: readonly ChainHead[]): readonly string[] {
    const fresh = heads.filter(head => this.#named.get(head.writer) !== headText(head))
    for (const head of fresh) this.#named.set(head.writer, headText(head))
    return fresh.map(headText)
  }

  /** Names how far all chains in the folder go that grew since they were named last: those of commands, other gateways, threads that died. */
  nameOthers(): Promise<void> {
    this.#keeping = this.#keeping.then(() => this.#nameFound())
    return this.#keeping
  }

  async #nameEarlier(): Promise<void> {
    this.#namedAt = await lastNaming(this.folder, this.#name).catch(() => undefined)
    await this.#nameFound()
  }

  async #nameFound(): Promise<void> {
    const now = Date.now()
    try {
      const isOwn = (writer: string) => writer === this.#name
      const found = this.#unnamed(await foundHeads(this.folder, this.#namedAt, isOwn))
      // the first one says too that all were looked at: the next start need not
      if (found.length > 0 || !this.#hasNamed) this.event('audit.heads', { found })
      this.#hasNamed = true
      this.#namedAt = now
    } catch (error) {
      this.#log('how far other chains of the audit trail go could not be told', error)
    }
  }

  /** Nothing is removed before the trail says so, signed and on the disk. */
  async #recordRetired(event: AuditEvent): Promise<void> {
    this.#writer.write(event)
    await this.#writer.seal()
  }

  /** Once all threads have ended. What it writes last is that the gateway stopped. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#tell()
    await this.nameOthers()
    this.event('gateway.stopped', { process: process.pid })
    await this.#writer.close()
  }

  #log(what: string, error: unknown): void {
    this.#options.log(`${what}: ${error instanceof Error ? error.message : String(error)}`, 'error')
  }

  async #keep(): Promise<void> {
    const { retention, compress, keepCalls } = this.#options.settings
    const now = Date.now()
    try {
      if (retention !== undefined || compress)
        await keepAudit({ folder: this.folder, now, retention, compress, record: event => this.#recordRetired(event) })
      // what is no longer to be kept at all goes at once
      await keepAudit({
        folder: this.keptCalls,
        now,
        retention: keepCalls?.retention ?? 0,
        compress: true,
        record: async () => {},
      })
    } catch (error) {
      this.#log('segments of the audit trail could not be kept in order', error)
    }
  }
}
