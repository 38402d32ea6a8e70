import { fail } from '../../../types/exceptions.ts'
import type { Value } from '../../../types/values.ts'
import { badArgument } from '../errors/argument-errors.ts'
import { datePartsOf, maxDateTicks, ticksPerMinute } from './calendar.ts'
import { DateTime, DateTimeKind } from './date-time.ts'
import type { DateTimeOffset } from './date-time-offset.ts'
import { type WindowsZone, windowsZones } from './windows-zones.ts'
import { type ClockReading, readClock, ZoneOffsets } from './zone-offsets.ts'
import { type AdjustmentRule, RuleOffsets, ruleOf } from './zone-rules.ts'

/** System.TimeZoneInfo. */
export class TimeZone {
  readonly id: string
  readonly displayName: string
  /** Minutes. */
  readonly baseOffset: number
  readonly #offsets: ZoneOffsets | RuleOffsets | undefined
  readonly standardName: string
  readonly daylightName: string

  constructor(
    id: string,
    displayName: string,
    offsets: ZoneOffsets | RuleOffsets | number,
    standardName = id,
    daylightName = standardName,
  ) {
    this.id = id
    this.displayName = displayName
    this.#offsets = typeof offsets === 'number' ? undefined : offsets
    this.baseOffset = typeof offsets === 'number' ? offsets : offsets.standardIn(new Date().getUTCFullYear())
    this.standardName = standardName
    this.daylightName = daylightName
  }

  static readonly utc: TimeZone = new TimeZone('UTC', '(UTC) Coordinated Universal Time', 0, 'Coordinated Universal Time')

  get hasDaylight(): boolean {
    const year = new Date().getUTCFullYear()
    return this.#offsets !== undefined && this.offsetAt(utcOf(year, 1)) !== this.offsetAt(utcOf(year, 7))
  }

  /** At a moment in UTC ticks. */
  offsetAt(utcTicks: bigint): number {
    return this.#offsets?.at(utcTicks) ?? this.baseOffset
  }

  isDaylightAt(utcTicks: bigint): boolean {
    return this.#offsets !== undefined && this.#offsets.at(utcTicks) !== this.#offsets.standardIn(datePartsOf(utcTicks).year)
  }

  /** One rule for all years stands for the engine's data. */
  get rules(): readonly AdjustmentRule[] {
    if (this.#offsets instanceof RuleOffsets) return this.#offsets.rules
    const rule = this.#offsets === undefined ? undefined : ruleOf(this.#offsets, new Date().getUTCFullYear())
    return rule === undefined ? [] : [rule]
  }

  ofClock(clockTicks: bigint): ClockReading {
    return (
      (this.#offsets === undefined ? undefined : readClock(this.#offsets, clockTicks)) ?? {
        kind: 'once',
        offsets: [this.baseOffset],
      }
    )
  }

  /** The offset of a clock time here: the standard one where it was twice or never. */
  offsetOfClock(clockTicks: bigint): number {
    return this.ofClock(clockTicks).offsets[0] ?? this.baseOffset
  }

  netToString(): string {
    return this.displayName
  }

  netEquals(other: Value): boolean {
    return other instanceof TimeZone && other.id.toLowerCase() === this.id.toLowerCase()
  }

  netHashCode(): number {
    return this.id.length * 31 + this.baseOffset
  }
}

const utcOf = (year: number, month: number) => DateTime.of(year, month, 1).ticks

const known = new Map<string, TimeZone>([
  ['utc', TimeZone.utc],
  ['coordinated universal time', TimeZone.utc],
])

/** By Windows' id or IANA's, in any case. Throws TimeZoneNotFoundException. */
export function findTimeZone(id: string): TimeZone {
  const key = id.toLowerCase()
  const found = known.get(key) ?? makeZone(id)
  if (found === undefined)
    return fail('System.TimeZoneNotFoundException', `The time zone ID '${id}' was not found on the local computer.`)
  if (known.size < 1000) known.set(key, found)
  return found
}

function makeZone(id: string): TimeZone | undefined {
  const windows = windowsZones.find(zone => zone.id.toLowerCase() === id.toLowerCase())
  if (windows !== undefined) return windowsZone(windows)
  if (!/^[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*$/.test(id) && !/^[A-Za-z0-9]+$/.test(id)) return undefined
  try {
    const offsets = new ZoneOffsets(id)
    return new TimeZone(id, `(${offsetName(offsets.standardIn(new Date().getUTCFullYear()))}) ${id}`, offsets)
  } catch (error) {
    // the engine's data does not know the zone
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const windowsZone = ({ id, iana, displayName }: WindowsZone) =>
  new TimeZone(id, displayName, new ZoneOffsets(iana), id, id.replace('Standard', 'Daylight'))

function offsetName(minutes: number): string {
  if (minutes === 0) return 'UTC'
  const size = Math.abs(minutes)
  const two = (value: number) => String(value).padStart(2, '0')
  return `UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

export const allTimeZones = (): TimeZone[] => windowsZones.map(zone => findTimeZone(zone.id))

/** A clock time of the source's zone as UTC ticks. Throws ArgumentException for a time that the zone skips. */
function toUtc(clock: DateTime, source: TimeZone): bigint {
  const reading = source.ofClock(clock.ticks)
  if (reading.kind === 'skipped') {
    return badArgument(
      'The supplied DateTime represents an invalid time.  For example, when the clock is adjusted forward, any time in the period that is skipped is invalid.',
      'dateTime',
    )
  }
  return clamped(clock.ticks - BigInt(reading.offsets[0] ?? 0) * ticksPerMinute)
}

const clamped = (ticks: bigint) => (ticks < 0n ? 0n : ticks > maxDateTicks ? maxDateTicks : ticks)

const zoneOfKind = (kind: number) => (kind === DateTimeKind.Unspecified ? undefined : TimeZone.utc)

/** TimeZoneInfo.ConvertTime. The local zone is UTC. */
export function convertTime(clock: DateTime, target: TimeZone, source?: TimeZone): DateTime {
  const from = source ?? TimeZone.utc
  const own = zoneOfKind(clock.kind)
  if (source !== undefined && own !== undefined && source !== own) {
    return badArgument(
      'The conversion could not be completed because the supplied DateTime did not have the Kind property set correctly.  For example, when the Kind property is DateTimeKind.Local, the source time zone must be TimeZoneInfo.Local.',
      'sourceTimeZone',
    )
  }
  const utc = toUtc(clock, from)
  const kind = target === TimeZone.utc ? DateTimeKind.Utc : DateTimeKind.Unspecified
  return new DateTime(clamped(utc + BigInt(target.offsetAt(utc)) * ticksPerMinute), kind)
}

export function convertOffset(moment: DateTimeOffset, target: TimeZone): DateTimeOffset {
  return moment.toOffset(target.offsetAt(moment.utcTicks))
}

/** A DateTime's UTC ticks as a zone's methods take it: unspecified times are the zone's own. */
export function momentIn(zone: TimeZone, clock: DateTime): bigint {
  if (clock.kind !== DateTimeKind.Unspecified) return clock.ticks
  return clamped(clock.ticks - BigInt(zone.offsetOfClock(clock.ticks)) * ticksPerMinute)
}
