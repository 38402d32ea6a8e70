import type { OnDamage } from '../audit/query-audit.ts'
import type { Segment } from '../audit/segments.ts'
import type { Io } from './command.ts'
import { printable } from './printable.ts'

/** Segments that could not be read to their end: said once each, and the answer is not all that there was. */
export class Damage {
  readonly #io: Io
  isThere = false

  constructor(io: Io) {
    this.#io = io
  }

  /** Of the audit trail. */
  readonly ofTrail: OnDamage = (segment, error) => this.#say(segment, error, '"gatehouse audit verify" says where')

  /** Of the calls that `audit.keepCalls` kept: nothing vouches for those. */
  readonly ofCalls: OnDamage = (segment, error) => this.#say(segment, error, 'calls that it kept behind that are not seen')

  #say({ path }: Segment, { message }: Error, more: string): void {
    this.isThere = true
    this.#io.stderr.write(`${printable(`${path} cannot be read to its end: ${message}`)}; ${more}\n`)
  }
}
