import { textOf } from '../../../types/boxing.ts'
import { fail } from '../../../types/exceptions.ts'
import type { Type, TypeDefinition } from '../../../types/type.ts'
import type { Raw, Value } from '../../../types/values.ts'
import { equalityFor } from '../../collections/equality.ts'
import { NetHashSet } from '../../collections/hash-set.ts'
import { parseDateTime } from '../../primitives/dates/date-reading.ts'
import { DateTime } from '../../primitives/dates/date-time.ts'
import { DateTimeOffset } from '../../primitives/dates/date-time-offset.ts'
import { dateTimeOffsetType } from '../../primitives/dates/date-time-offset-type.ts'
import { TimeSpan } from '../../primitives/dates/time-span.ts'
import { timeSpanType } from '../../primitives/dates/time-span-type.ts'
import { Guid, guidType } from '../../primitives/guid.ts'
import { Uri, uriType } from '../../primitives/net/uri.ts'
import { convertValue } from './convert-value.ts'

/** Calls a constructor or static method by its signature. */
function call(definition: TypeDefinition, signature: string, argument: Raw): Raw {
  const member = definition.table[signature]
  if (typeof member !== 'function') throw new TypeError(`${definition.fullName} lacks ${signature}`)
  return member(argument)
}

/** A DateTime of what a Date or text token holds. */
export function makeDate(value: Value): Raw {
  return value instanceof DateTimeOffset ? value.clock : convertValue(value, 'DateTime')
}

export function makeOffset(value: Value): Raw {
  if (value instanceof DateTimeOffset) return value
  if (typeof value === 'string') return call(dateTimeOffsetType, 'static DateTimeOffset Parse(string input)', value)
  const date = makeDate(value)
  return date instanceof DateTime
    ? DateTimeOffset.from(date)
    : fail('System.InvalidCastException', 'Specified cast is not valid.')
}

export function makeGuid(value: Value): Raw {
  if (value instanceof Guid) return value
  if (value instanceof Uint8Array) return call(guidType, 'new(byte[] b)', value)
  return call(guidType, 'new(string g)', textOf(value))
}

export function makeTimeSpan(value: Value): Raw {
  return value instanceof TimeSpan ? value : call(timeSpanType, 'static TimeSpan Parse(string s)', textOf(value))
}

export function makeUri(value: Value): Raw {
  return value instanceof Uri ? value : call(uriType, 'new(string uriString)', textOf(value))
}

/** A DateTime by ticks; kind 0 Unspecified, 1 Utc, 2 Local. */
export function dateByTicks(ticks: bigint, kind: 0 | 1 | 2): Value {
  return new DateTime(ticks, kind)
}

/** A HashSet<T> of raw items. */
export function makeSet(element: Type, items: readonly Raw[]): Raw {
  return new NetHashSet(element, equalityFor(element), items)
}

/** `DateTimeStyles.RoundtripKind` */
const roundTripKind = 128

/** `DateTime.Parse(text, InvariantCulture, DateTimeStyles.RoundtripKind)` */
export function parseRoundTrip(text: string): Raw {
  return parseDateTime(text, null, roundTripKind)
}
