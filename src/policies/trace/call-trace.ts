import { originOf } from '../compose/origin.ts'
import type { CallContext } from '../context/call-context.ts'
import { next, type Outcome, type Refusal, type Reply } from '../outcome.ts'
import type { Redactor } from './redact.ts'
import { sentCredentials } from './sent-credentials.ts'
import type { ShownValue } from './shown-value.ts'
import { changesBetween, type Snapshot, snapshotOf } from './snapshot.ts'
import type { Change, Comparison, ConditionPart, OpenEntry, PolicyPlace, TraceEntry, Tracer } from './tracer.ts'

/** Policies of one call that are kept; a loop of `retry` passes the same ones again and again. */
const maxEntries = 2000
/** Comparisons and messages kept of one policy. */
const maxNotes = 100

/** Characters that are kept of a part of a condition, and of each value in it; items of a list. */
const maxBrief = 200
const maxItems = 20
const cut = (text: string) => (text.length > maxBrief ? `${text.slice(0, maxBrief)}…` : text)

export interface TraceOptions {
  /** Milliseconds, monotonic. */
  readonly clock: () => number
  readonly redact: Redactor
  /** Go on behind refusals, to see all that a call lacks. */
  readonly goesOn?: boolean
}

/** A refusal that did not end the call. */
export interface PassedRefusal {
  /** The policy. */
  readonly place: PolicyPlace
  /** The part of it that refused: a `when` whose condition threw; the policy itself where it is no part. */
  readonly at: PolicyPlace
  readonly refusal: Pick<Refusal, 'reason' | 'statusCode' | 'expected' | 'received'>
}

/** An entry while its policy runs. */
class Entry implements OpenEntry, TraceEntry {
  readonly place: PolicyPlace
  readonly startedAt: number
  /** Until it ended: what was in a call is not kept once nobody asks for it. */
  before: Snapshot | undefined
  readonly comparisons: Comparison[] = []
  readonly said: { source: string; severity: string; message: string }[] = []
  duration = 0
  outcome: TraceEntry['outcome'] = 'left'
  changes: readonly Change[] = []
  /** Whether a policy inside of it began: then changes are told there. */
  holds = false
  reason?: string
  statusCode?: number
  message?: string

  constructor(place: PolicyPlace, startedAt: number, before: Snapshot) {
    this.place = place
    this.startedAt = startedAt
    this.before = before
  }
}

/** Keeps what happened to one call, policy by policy. */
export class CallTrace implements Tracer {
  readonly #call: CallContext
  readonly #options: TraceOptions
  readonly #began: number
  readonly #entries: Entry[] = []
  readonly #branches: PolicyPlace[] = []
  /** Hides what the call brought, too: policies copy it to places whose names do not tell. */
  readonly redact: Redactor
  readonly bodyVariables = new Set<string>()
  /** Refusals that a tracer which goes on did not let end the call, in order. */
  readonly refusals: PassedRefusal[] = []
  #left = 0

  constructor(call: CallContext, options: TraceOptions) {
    this.#call = call
    this.#options = options
    this.redact = options.redact.hiding(sentCredentials(call))
    this.#began = options.clock()
  }

  /** Policies in the order they began. */
  get entries(): readonly TraceEntry[] {
    return this.#entries.map(
      ({ place, startedAt, duration, outcome, reason, statusCode, message, comparisons, changes, said }) => {
        const known = { ...(reason === undefined ? {} : { reason }), ...(statusCode === undefined ? {} : { statusCode }) }
        const text = message === undefined ? {} : { message }
        return { place, startedAt, duration, outcome, ...known, ...text, comparisons, changes, said }
      },
    )
  }

  /** Parts that were entered: which `when` a `choose` took. */
  get branches(): readonly PolicyPlace[] {
    return this.#branches
  }

  /** Policies that ran and are not among the entries any more. */
  get leftOut(): number {
    return this.#left
  }

  enter(place: PolicyPlace): OpenEntry {
    const entry = new Entry(place, this.#now(), snapshotOf(this.#call))
    for (const open of this.#entries) if (open.outcome === 'left' && isInside(place, open.place)) open.holds = true
    if (this.#entries.length < maxEntries) this.#entries.push(entry)
    else this.#left++
    return entry
  }

  leave(open: OpenEntry, outcome: Outcome): Outcome {
    const entry = open as Entry // `enter` made it
    entry.duration = this.#now() - entry.startedAt
    entry.outcome = outcome === next ? 'next' : outcome.kind
    if (!entry.holds && entry.before !== undefined)
      entry.changes = changesBetween(entry.before, snapshotOf(this.#call), this.redact, this.bodyVariables)
    entry.before = undefined
    if (outcome === next) return next
    entry.reason = outcome.reason
    return outcome.kind === 'reply' ? this.#replied(entry, outcome) : this.#refused(entry, outcome)
  }

  threw(open: OpenEntry): void {
    const entry = open as Entry // `enter` made it
    entry.duration = this.#now() - entry.startedAt
    entry.outcome = 'threw'
    entry.before = undefined
  }

  branch(place: PolicyPlace): void {
    if (this.#branches.length < maxEntries) this.#branches.push(place)
  }

  compared(place: PolicyPlace, comparison: Comparison): void {
    const notes = this.#open(place)?.comparisons
    if (notes !== undefined && notes.length < maxNotes) notes.push(this.#shown(comparison))
  }

  said(place: PolicyPlace | undefined, source: string, severity: string, message: string): void {
    const entry = place === undefined ? this.#entries.at(-1) : this.#open(place)
    if (entry !== undefined && entry.said.length < maxNotes) {
      entry.said.push({ source, severity, message: this.redact.text(message) })
    }
  }

  /** Policies turn callers away by return-response, too. */
  #replied(entry: Entry, reply: Reply): Outcome {
    const status = this.#call.response?.statusCode ?? 200
    entry.statusCode = status
    if (this.#options.goesOn !== true || reply.reason !== 'policy.returned-response' || status < 400) return reply
    this.#call.response = null
    this.#passed(entry, reply, { reason: reply.reason, statusCode: status })
    return next
  }

  #refused(entry: Entry, refusal: Refusal): Outcome {
    entry.statusCode = refusal.statusCode
    entry.message = this.redact.text(refusal.shownMessage ?? refusal.errorMessage ?? refusal.message)
    const { expected = [], received = [] } = refusal
    // a policy further in has told it already
    if (!entry.holds && entry.comparisons.every(({ holds }) => holds) && expected.length + received.length > 0)
      entry.comparisons.push(this.#shown({ subject: refusal.reason, expected, received, holds: false }))
    if (this.#options.goesOn !== true) return refusal
    this.#passed(entry, refusal, refusal)
    return next
  }

  #passed({ place }: Entry, outcome: Refusal | Reply, refusal: PassedRefusal['refusal']): void {
    this.refusals.push({ place, at: originOf(outcome) ?? place, refusal })
  }

  #shown(comparison: Comparison): Comparison {
    const text = (value: string) => this.redact.text(value)
    const { expected, received, parts } = comparison
    const shown = { ...comparison, expected: expected.map(text), received: received.map(text) }
    return parts === undefined ? shown : { ...shown, parts: parts.map(part => this.#shownPart(part)) }
  }

  #shownPart(part: ConditionPart): ConditionPart {
    const brief = (one: string) => cut(this.redact.value(one))
    const shown = (value: ShownValue): ShownValue => {
      if (typeof value === 'string') return brief(value)
      return Array.isArray(value) ? value.slice(0, maxItems).map(brief) : value
    }
    const values = part.values.map(({ of, value }) => ({ of: brief(of), value: shown(value) }))
    return { ...part, text: brief(part.text), values }
  }

  #open(place: PolicyPlace): Entry | undefined {
    return this.#entries.findLast(one => one.place === place)
  }

  #now(): number {
    return this.#options.clock() - this.#began
  }
}

function isInside(place: PolicyPlace, around: PolicyPlace): boolean {
  // a fragment's policies stand in another file, at the place that includes it
  if (place.scope !== around.scope || place.section !== around.section || !place.path.includes('/')) return false
  // at the top of its section a policy is named without its number
  const top = place.path.slice(0, place.path.indexOf('/')).replace(/\[\d+\]$/, '')
  return around.path.includes('/') ? place.path.startsWith(`${around.path}/`) : top === around.path
}
