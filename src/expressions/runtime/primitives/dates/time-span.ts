import { fail } from '../../../types/exceptions.ts'
import type { Value } from '../../../types/values.ts'
import { badArgument } from '../errors/argument-errors.ts'
import { ticksPerDay, ticksPerHour, ticksPerMillisecond, ticksPerMinute, ticksPerSecond } from './calendar.ts'
import { formatTimeSpan } from './time-span-format.ts'

const minTicks = -(2n ** 63n)
const maxTicks = 2n ** 63n - 1n

/** System.TimeSpan: a signed count of ticks (100 ns). */
export class TimeSpan {
  readonly ticks: bigint

  constructor(ticks: bigint) {
    this.ticks = ticks
  }

  static readonly zero: TimeSpan = new TimeSpan(0n)
  static readonly min: TimeSpan = new TimeSpan(minTicks)
  static readonly max: TimeSpan = new TimeSpan(maxTicks)

  /** Throws OverflowException beyond 64 bits. */
  static checked(ticks: bigint): TimeSpan {
    return ticks < minTicks || ticks > maxTicks ? tooLong() : new TimeSpan(ticks)
  }

  static of(days: number, hours: number, minutes: number, seconds: number, milliseconds: number): TimeSpan {
    const total =
      (BigInt(days) * 86400n + BigInt(hours) * 3600n + BigInt(minutes) * 60n + BigInt(seconds)) * 1000n + BigInt(milliseconds)
    const ticks = total * ticksPerMillisecond
    if (ticks < minTicks || ticks > maxTicks) return badRange()
    return new TimeSpan(ticks)
  }

  /** FromDays and its like: to the nearest millisecond, as .NET Framework does. */
  static from(value: number, milliseconds: number): TimeSpan {
    if (Number.isNaN(value)) return badArgument('TimeSpan does not accept floating point Not-a-Number values.')
    const rounded = Math.trunc(value * milliseconds + (value >= 0 ? 0.5 : -0.5))
    if (!(Math.abs(rounded) <= 922337203685477)) return tooLong()
    return new TimeSpan(BigInt(rounded) * ticksPerMillisecond)
  }

  /** A part of the time, in units of `unit` ticks, wrapped at `wrap`. */
  part(unit: bigint, wrap: bigint): number {
    return Number((this.ticks / unit) % wrap)
  }

  get days(): number {
    return Number(this.ticks / ticksPerDay)
  }

  get hours(): number {
    return this.part(ticksPerHour, 24n)
  }

  get minutes(): number {
    return this.part(ticksPerMinute, 60n)
  }

  get seconds(): number {
    return this.part(ticksPerSecond, 60n)
  }

  get milliseconds(): number {
    return this.part(ticksPerMillisecond, 1000n)
  }

  negated(): TimeSpan {
    if (this.ticks === minTicks)
      return fail('System.OverflowException', 'Negating the minimum value of a twos complement number is invalid.')
    return new TimeSpan(-this.ticks)
  }

  netToString(format: string | null = null, provider: Value = null): string {
    return formatTimeSpan(this.ticks, format, provider)
  }

  netEquals(other: Value): boolean {
    return other instanceof TimeSpan && other.ticks === this.ticks
  }

  netHashCode(): number {
    return Number(BigInt.asIntN(32, this.ticks)) ^ Number(BigInt.asIntN(32, this.ticks >> 32n))
  }

  netCompare(other: Value): number {
    return other instanceof TimeSpan ? compareTicks(this, other) : badArgument('Object must be of type TimeSpan.')
  }
}

export function compareTicks(a: { readonly ticks: bigint }, b: { readonly ticks: bigint }): number {
  return a.ticks < b.ticks ? -1 : a.ticks > b.ticks ? 1 : 0
}

export function tooLong(): never {
  return fail('System.OverflowException', 'TimeSpan overflowed because the duration is too long.')
}

function badRange(): never {
  return fail('System.ArgumentOutOfRangeException', 'TimeSpan overflowed because the duration is too long.')
}
