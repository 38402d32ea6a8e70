import { ticksPerMillisecond, unixEpochTicks } from './calendar.ts'

/** Reads one IANA zone's offsets from the engine's own time zone data. All offsets are minutes east of Greenwich. */
export class ZoneOffsets {
  readonly #format: Intl.DateTimeFormat
  readonly #standard = new Map<number, number>()
  readonly #known = new Map<number, number>()

  constructor(iana: string) {
    // RangeError for a zone that the data lacks
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: iana,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  }

  /** At a moment, given in UTC ticks. */
  at(utcTicks: bigint): number {
    return this.#atMilliseconds(Number((utcTicks - unixEpochTicks) / ticksPerMillisecond))
  }

  #atMilliseconds(milliseconds: number): number {
    // offsets change at whole quarter hours, if at all
    const quarter = Math.floor(milliseconds / 900_000)
    const known = this.#known.get(quarter)
    if (known !== undefined) return known
    const part = new Map(this.#format.formatToParts(quarter * 900_000).map(({ type, value }) => [type, value]))
    const get = (type: Intl.DateTimeFormatPartTypes) => Number(part.get(type))
    const year = part.get('era') === 'BC' ? 1 - get('year') : get('year')
    const clock = new Date(0)
    clock.setUTCFullYear(year, get('month') - 1, get('day'))
    clock.setUTCHours(get('hour'), get('minute'), get('second'))
    const offset = Math.round((clock.getTime() - quarter * 900_000) / 60_000)
    if (this.#known.size > 2000) this.#known.clear()
    this.#known.set(quarter, offset)
    return offset
  }

  /** The offset outside daylight saving time in a year: the lesser of January's and July's, but for Ireland's winter time. */
  standardIn(year: number): number {
    const known = this.#standard.get(year)
    if (known !== undefined) return known
    const standard = Math.min(this.#atMilliseconds(Date.UTC(year, 0, 1)), this.#atMilliseconds(Date.UTC(year, 6, 1)))
    this.#standard.set(year, standard)
    return standard
  }

  /** Whether a clock time was skipped, was twice, or its offset. */
  ofClock(clockTicks: bigint): ClockReading {
    return readClock(this, clockTicks)
  }
}

export interface ClockReading {
  readonly kind: 'once' | 'skipped' | 'twice'
  readonly offsets: readonly number[]
}

/** What a clock time means where the offsets are these. */
export function readClock(zone: { at(utcTicks: bigint): number }, clockTicks: bigint): ClockReading {
  const minute = 600_000_000n
  const around = new Set([zone.at(clockTicks - 864_000_000_000n), zone.at(clockTicks + 864_000_000_000n)])
  const offsets = [...around].filter(offset => zone.at(clockTicks - BigInt(offset) * minute) === offset).sort((a, b) => a - b)
  if (offsets.length === 0) return { kind: 'skipped', offsets: [...around].sort((a, b) => a - b) }
  return { kind: offsets.length > 1 ? 'twice' : 'once', offsets }
}
