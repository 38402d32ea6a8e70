import { createPublicKey, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import type { AuditEvent, EventKind } from '../../audit/audit-event.ts'
import { type AuditSigner, openAuditKey } from '../../audit/audit-key.ts'
import { AuditWriter, runName, writerName } from '../../audit/audit-writer.ts'
import type { ChainHead } from '../../audit/chain-head.ts'
import { HeadNaming } from '../../audit/found-heads.ts'
import { isRunning } from '../../audit/is-running.ts'
import { keepAudit } from '../../audit/keep-audit.ts'
import type { DecisionRecord } from '../../audit/record.ts'
import { beganAt, partsOf } from '../../audit/writer-name.ts'
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
  readonly #publicKey: KeyObject
  readonly #naming: HeadNaming
  /** What was logged of segments that are not as they were written. */
  readonly #faulty = new Set<string>()
  #telling: NodeJS.Timeout | undefined
  /** One look at the folder after another; none rejects. */
  #keeping: Promise<void>

  constructor(options: AuditTrailOptions) {
    this.#options = options
    this.folder = join(options.state, 'audit')
    this.keptCalls = join(options.state, 'calls')
    this.signer = openAuditKey(options.state)
    this.#publicKey = createPublicKey(this.signer.privateKey)
    this.#naming = new HeadNaming(this.folder, this.#name, this.#publicKey)
    this.#writer = new AuditWriter({
      folder: this.folder,
      writer: this.#name,
      signer: this.signer,
      onTrouble: ({ message, failing }) => options.log(message, failing ? 'error' : 'information'),
    })
    this.#keeping = this.#nameFound().then(() => this.#keep())
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
    const told = this.#naming.unnamed([...this.#told.values()])
    this.#told.clear()
    if (told.length > 0) this.event('audit.heads', { told })
  }

  /** Names how far all chains in the folder go that grew since they were named last: those of commands, other gateways, threads that died. */
  nameOthers(): Promise<void> {
    this.#keeping = this.#keeping.then(() => this.#nameFound())
    return this.#keeping
  }

  async #nameFound(): Promise<void> {
    try {
      for await (const { found, ended, unread } of this.#naming.look()) {
        for (const text of unread) this.#options.log(unreadText(text), 'error')
        const members = Object.entries({ found, ended, unread }).filter(([, texts]) => texts.length > 0)
        this.event('audit.heads', Object.fromEntries(members))
      }
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
    const isWriting = (writer: string) => this.#isWriting(writer)
    try {
      if (retention !== undefined || compress)
        await keepAudit({
          folder: this.folder,
          now,
          retention,
          compress,
          publicKey: this.#publicKey,
          isWriting,
          record: event => this.#recordRetired(event),
          onFaulty: (name, why) =>
            this.#sayFaulty(`the segment ${name} of the audit trail is not as it was written, and stays: ${why}`),
        })
      // what is no longer to be kept at all goes at once
      await keepAudit({
        folder: this.keptCalls,
        now,
        retention: keepCalls?.retention ?? 0,
        compress: true,
        isWriting,
        record: async () => {},
      })
    } catch (error) {
      this.#log('segments of the audit trail could not be kept in order', error)
    }
  }

  /** A thread of this process, or another process that runs here: its segment may be without an end for as long as nobody calls. */
  #isWriting(writer: string): boolean {
    const pid = partsOf(writer)?.pid
    if (pid === undefined) return false
    // in a container, the process before this one may have had the same number
    return pid === process.pid ? (beganAt(writer) ?? 0) >= (beganAt(this.run) ?? 0) : isRunning(pid)
  }

  /** It is found anew at each look. */
  #sayFaulty(message: string): void {
    if (!this.#faulty.has(message)) this.#options.log(message, 'error')
    this.#faulty.add(message)
  }
}

function unreadText(text: string): string {
  const [writer = ''] = text.split(': ', 1)
  return `the end of the chain ${writer} of the audit trail cannot be named, so nobody would miss it: ${text.slice(writer.length + 2)}`
}
