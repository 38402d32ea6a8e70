import { join } from 'node:path'
import type { AuditEvent, EventKind } from '../audit/audit-event.ts'
import { type AuditSigner, openAuditKey } from '../audit/audit-key.ts'
import { AuditWriter, writerName } from '../audit/audit-writer.ts'
import { UsageError } from './command.ts'

/** A step of a grant, as the trail has it. */
export interface StepEvent extends AuditEvent {
  readonly event: Extract<EventKind, `grant.${string}`>
  readonly by: string
}

/** The trail does not take a step, so it cannot be run; `message` says what mends it. */
export class TrailAway extends UsageError {}

/**
 * Takes a step that the trail of a state folder has already, signed and on the disk: what the trail cannot take is not done (`TrailAway`), and whoever sees the
 * step's effect finds its record. `take` gives what came of it, or why it could not be done after all: then the trail says that too.
 */
export async function onRecord<T extends object>(
  state: string,
  step: StepEvent,
  take: () => Promise<T | { readonly refused: string }>,
): Promise<T | { readonly refused: string }> {
  const trail = new StepTrail(state)
  try {
    await trail.begin(step)
    const result = await take().catch(async error => {
      await trail.takeBack(step, messageOf(error))
      throw error
    })
    if ('refused' in result) await trail.takeBack(step, result.refused)
    return result
  } finally {
    await trail.close()
  }
}

class StepTrail {
  readonly #folder: string
  readonly #writer: AuditWriter
  #trouble = ''

  constructor(state: string) {
    this.#folder = join(state, 'audit')
    this.#writer = new AuditWriter({
      folder: this.#folder,
      writer: writerName('grants'),
      signer: keyOf(state),
      onTrouble: ({ failing, message }) => {
        if (failing) this.#trouble = message
      },
    })
  }

  async begin(step: StepEvent): Promise<void> {
    this.#writer.write(step)
    try {
      await this.#writer.seal()
    } catch (error) {
      // part of it may be in the file all the same, or still get there when the trail is closed
      this.#writer.write(notTaken(step, 'the audit trail could not be written'))
      throw new TrailAway(
        `nothing was changed: ${this.#trouble || messageOf(error)}: make it writable, with room on its disk, and take the step again`,
        { cause: error },
      )
    }
  }

  async takeBack(step: StepEvent, why: string): Promise<void> {
    this.#writer.write(notTaken(step, why))
    try {
      await this.#writer.seal()
    } catch (error) {
      throw new TrailAway(
        `it was not done (${why}), though the audit trail has ${step.event}: that it was not cannot be written (${this.#trouble || messageOf(error)})`,
        { cause: error },
      )
    }
  }

  /** What was begun and taken back is sealed by now: only the end of the chain is added. */
  async close(): Promise<void> {
    await this.#writer.close()
  }
}

function keyOf(state: string): AuditSigner {
  try {
    return openAuditKey(state)
  } catch (error) {
    throw new TrailAway(
      `nothing was changed: the audit trail cannot be written: its key ${join(state, 'audit-key.pem')} cannot be had: ${messageOf(error)}`,
      { cause: error },
    )
  }
}

function notTaken({ event, by, detail: { grant = '', byObjectId = '' } }: StepEvent, why: string): StepEvent {
  return { event: 'grant.failed', time: new Date().toISOString(), by, detail: { grant, step: event, why, byObjectId } }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
