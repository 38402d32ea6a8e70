/** One writer's records, in the order in which they were written, some at a time. */
export interface WriterStream<T> {
  /** Nothing in it was written before, in ms since 1970-01-01 UTC; undefined when that is not known. */
  readonly began: number | undefined
  open(): AsyncGenerator<readonly T[]>
}

/** Of a record: when its call began, and when it was written, in ms since 1970-01-01 UTC. */
export interface RecordTimes {
  readonly began: number
  readonly written: number
}

/** Milliseconds and records for which a record waits for earlier ones that were written later. */
const patience = 60_000
const maxHeld = 20_000

interface Reading<T> {
  readonly stream: AsyncGenerator<readonly T[]>
  /** What was read and not taken yet begins there. */
  records: readonly T[]
  at: number
  times: RecordTimes
}

/**
 * The records of all writers in order of time, with no more than `maxHeld` of them in memory. A record has the time at which its call began and is written when it
 * has ended, so each writer is nearly in order: a call that took longer than a minute, or than it took to make so many records, stands where it ended.
 * A writer is opened when its time has come.
 */
export async function* mergeByTime<T extends object>(
  writers: readonly WriterStream<T>[],
  timesOf: (record: T) => RecordTimes,
): AsyncGenerator<T> {
  const pending = [...writers].sort((a, b) => (a.began ?? 0) - (b.began ?? 0)).reverse()
  const open = new Set<Reading<T>>()
  const held = new Held<T>()
  try {
    for (;;) {
      const next = earliest(open)
      const coming = pending.at(-1)
      if (coming !== undefined && (next === undefined || (coming.began ?? 0) <= next.times.written)) {
        pending.pop()
        const reading = { stream: coming.open(), records: [], at: 0, times: { began: 0, written: 0 } }
        if (await refill(reading, timesOf)) open.add(reading)
      } else if (next === undefined) break
      else {
        const record = next.records[next.at]
        if (record !== undefined) held.add(record, next.times.began)
        const due = next.times.written - patience
        for (let first = held.take(due); first !== undefined; first = held.take(due)) yield first
        if (!advance(next, timesOf) && !(await refill(next, timesOf))) open.delete(next)
      }
    }
    const all = Number.POSITIVE_INFINITY
    for (let first = held.take(all); first !== undefined; first = held.take(all)) yield first
  } finally {
    for (const { stream } of open) await stream.return(undefined)
  }
}

/** That whose record was written first. */
function earliest<T>(open: ReadonlySet<Reading<T>>): Reading<T> | undefined {
  let first: Reading<T> | undefined
  for (const one of open) if (first === undefined || one.times.written < first.times.written) first = one
  return first
}

/** False when nothing is left of what was read. */
function advance<T>(reading: Reading<T>, timesOf: (record: T) => RecordTimes): boolean {
  reading.at++
  return look(reading, timesOf)
}

function look<T>(reading: Reading<T>, timesOf: (record: T) => RecordTimes): boolean {
  const record = reading.records[reading.at]
  if (record === undefined) return false
  reading.times = timesOf(record)
  return true
}

/** False at the end. */
async function refill<T>(reading: Reading<T>, timesOf: (record: T) => RecordTimes): Promise<boolean> {
  for (;;) {
    const { done, value } = await reading.stream.next()
    if (done === true) return false
    reading.records = value
    reading.at = 0
    if (look(reading, timesOf)) return true
  }
}

/** Records that wait, by time; of those of one time the first that came. Most come at the end, so the place of one is soon found. */
class Held<T> {
  #waiting: { readonly at: number; readonly record: T }[] = []
  /** How many of them are gone. */
  #gone = 0

  add(record: T, at: number): void {
    let place = this.#waiting.length
    while (place > this.#gone && (this.#waiting[place - 1]?.at ?? 0) > at) place--
    if (place === this.#waiting.length) this.#waiting.push({ at, record })
    else this.#waiting.splice(place, 0, { at, record })
  }

  /** The next one that need not wait any longer; undefined when there is none. */
  take(time: number): T | undefined {
    const first = this.#waiting[this.#gone]
    if (first === undefined || (first.at > time && this.#waiting.length - this.#gone <= maxHeld)) return undefined
    this.#gone++
    if (this.#gone >= maxHeld) {
      this.#waiting = this.#waiting.slice(this.#gone)
      this.#gone = 0
    }
    return first.record
  }
}
