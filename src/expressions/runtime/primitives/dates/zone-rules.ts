import type { Value } from '../../../types/values.ts'
import { datePartsOf, dateTicks, dayOfWeekOf, daysInMonth, ticksPerDay, ticksPerMinute } from './calendar.ts'
import { DateTime } from './date-time.ts'
import type { ZoneOffsets } from './zone-offsets.ts'

/** TimeZoneInfo.TransitionTime: the day of a year on which clocks change, and when. */
export class TransitionTime {
  readonly timeOfDay: DateTime
  readonly month: number
  /** 1 to 5, 5 being the last one; of a floating rule. */
  readonly week: number
  readonly day: number
  readonly dayOfWeek: number
  readonly isFixed: boolean

  constructor(fields: Pick<TransitionTime, 'timeOfDay' | 'month' | 'week' | 'day' | 'dayOfWeek' | 'isFixed'>) {
    this.timeOfDay = fields.timeOfDay
    this.month = fields.month
    this.week = fields.week
    this.day = fields.day
    this.dayOfWeek = fields.dayOfWeek
    this.isFixed = fields.isFixed
  }

  /** The clock's ticks at the change in a year. */
  in(year: number): bigint {
    const day = this.isFixed ? Math.min(this.day, daysInMonth(year, this.month)) : this.#floatingDay(year)
    return (dateTicks(year, this.month, day) ?? 0n) + this.timeOfDay.ticks
  }

  #floatingDay(year: number): number {
    const first = dayOfWeekOf(dateTicks(year, this.month, 1) ?? 0n)
    const day = 1 + ((this.dayOfWeek - first + 7) % 7) + (this.week - 1) * 7
    return day > daysInMonth(year, this.month) ? day - 7 : day
  }

  netEquals(other: Value): boolean {
    if (!(other instanceof TransitionTime) || other.isFixed !== this.isFixed) return false
    const same = other.month === this.month && other.timeOfDay.ticks === this.timeOfDay.ticks
    return same && (this.isFixed ? other.day === this.day : other.week === this.week && other.dayOfWeek === this.dayOfWeek)
  }

  netHashCode(): number {
    return this.month ^ (this.week << 8)
  }
}

/** TimeZoneInfo.AdjustmentRule: daylight saving time between two dates. */
export class AdjustmentRule {
  readonly dateStart: DateTime
  readonly dateEnd: DateTime
  /** Minutes. */
  readonly delta: number
  readonly start: TransitionTime
  readonly end: TransitionTime

  constructor(dateStart: DateTime, dateEnd: DateTime, delta: number, start: TransitionTime, end: TransitionTime) {
    this.dateStart = dateStart
    this.dateEnd = dateEnd
    this.delta = delta
    this.start = start
    this.end = end
  }

  /** Whether a standard time's clock stands within daylight saving time. */
  isDaylight(standardTicks: bigint): boolean {
    const { year } = datePartsOf(standardTicks)
    const start = this.start.in(year)
    // the end is told by the clock that runs until then
    const end = this.end.in(year) - BigInt(this.delta) * ticksPerMinute
    return start <= end ? standardTicks >= start && standardTicks < end : standardTicks >= start || standardTicks < end
  }

  netEquals(other: Value): boolean {
    return (
      other instanceof AdjustmentRule &&
      other.dateStart.ticks === this.dateStart.ticks &&
      other.dateEnd.ticks === this.dateEnd.ticks &&
      other.delta === this.delta &&
      other.start.netEquals(this.start) &&
      other.end.netEquals(this.end)
    )
  }

  netHashCode(): number {
    return Number(BigInt.asIntN(32, this.dateStart.ticks))
  }
}

/** A zone of the author's: a base offset and rules. */
export class RuleOffsets {
  readonly base: number
  readonly rules: readonly AdjustmentRule[]

  constructor(base: number, rules: readonly AdjustmentRule[]) {
    this.base = base
    this.rules = rules
  }

  at(utcTicks: bigint): number {
    const standard = utcTicks + BigInt(this.base) * ticksPerMinute
    const rule = this.rules.find(
      ({ dateStart, dateEnd }) => standard >= dateStart.ticks && standard < dateEnd.ticks + ticksPerDay,
    )
    return this.base + (rule?.isDaylight(standard) === true ? rule.delta : 0)
  }

  standardIn(): number {
    return this.base
  }
}

/** The rule by which the offsets of a year change; undefined without daylight saving time. Node's data has no rules to read. */
export function ruleOf(offsets: ZoneOffsets, year: number): AdjustmentRule | undefined {
  const standard = offsets.standardIn(year)
  const first = dateTicks(year, 1, 1) ?? 0n
  const changes: { readonly clock: bigint; readonly to: number }[] = []
  let before = offsets.at(first)
  for (let day = 1n; day <= 366n && changes.length < 2; day++) {
    const after = offsets.at(first + day * ticksPerDay)
    if (after === before) continue
    changes.push({
      clock: changeBetween(offsets, first + (day - 1n) * ticksPerDay, before) + BigInt(before) * ticksPerMinute,
      to: after,
    })
    before = after
  }
  const start = changes.find(each => each.to !== standard)
  const end = changes.find(each => each.to === standard)
  if (start === undefined || end === undefined) return undefined
  return new AdjustmentRule(
    DateTime.min,
    new DateTime(DateTime.max.ticks - (DateTime.max.ticks % ticksPerDay)),
    start.to - standard,
    floating(start.clock),
    floating(end.clock),
  )
}

/** The quarter of an hour within a day at which the offset stops being `before`, in UTC ticks. */
function changeBetween(offsets: ZoneOffsets, dayTicks: bigint, before: number): bigint {
  const quarter = ticksPerMinute * 15n
  let at = dayTicks
  while (offsets.at(at) === before) at += quarter
  return at
}

function floating(clock: bigint): TransitionTime {
  const { year, month, day } = datePartsOf(clock)
  return new TransitionTime({
    timeOfDay: new DateTime(clock % ticksPerDay),
    month,
    week: day + 7 > daysInMonth(year, month) ? 5 : Math.ceil(day / 7),
    day: 1,
    dayOfWeek: dayOfWeekOf(clock),
    isFixed: false,
  })
}
