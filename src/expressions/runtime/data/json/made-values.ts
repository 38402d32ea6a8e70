import { textOf, typeNameOf } from '../../../types/boxing.ts'
import type { Type } from '../../../types/type.ts'
import type { Raw, Value } from '../../../types/values.ts'
import { DateTime } from '../../primitives/dates/date-time.ts'
import { convertValue, staticMethod } from './convert-value.ts'

/** What makes dates, GUIDs, time spans and addresses, found in their types' tables once. */
const makers = new Map<string, (...args: readonly unknown[]) => Raw>()

function call(type: string, signature: RegExp, ...args: readonly unknown[]): Raw {
  const key = `${type} ${signature.source}`
  const known = makers.get(key) ?? staticMethod(type, signature)
  makers.set(key, known)
  return known(...args)
}

/** A DateTime of what a Date or text token holds. */
export function makeDate(value: Value): Raw {
  if (typeNameOf(value) === 'System.DateTimeOffset') return call('System.DateTimeOffset', /^DateTime DateTime \{ get; \}$/, value)
  return convertValue(value, 'DateTime')
}

export function makeOffset(value: Value): Raw {
  if (typeNameOf(value) === 'System.DateTimeOffset') return value
  if (typeof value === 'string') return call('System.DateTimeOffset', /^static DateTimeOffset Parse\(string \w+\)$/, value)
  return call('System.DateTimeOffset', /^new\(DateTime \w+\)$/, value)
}

export function makeGuid(value: Value): Raw {
  if (typeNameOf(value) === 'System.Guid') return value
  if (value instanceof Uint8Array) return call('System.Guid', /^new\(byte\[\] \w+\)$/, value)
  return call('System.Guid', /^new\(string \w+\)$/, textOf(value))
}

export function makeTimeSpan(value: Value): Raw {
  return typeNameOf(value) === 'System.TimeSpan'
    ? value
    : call('System.TimeSpan', /^static TimeSpan Parse\(string \w+\)$/, textOf(value))
}

export function makeUri(value: Value): Raw {
  return typeNameOf(value) === 'System.Uri' ? value : call('System.Uri', /^new\(string \w+\)$/, textOf(value))
}

/** A DateTime by ticks; kind 0 Unspecified, 1 Utc, 2 Local. */
export function dateByTicks(ticks: bigint, kind: 0 | 1 | 2): Value {
  return new DateTime(ticks, kind)
}

/** A HashSet<T> of raw items. */
export function makeSet(element: Type, items: readonly Raw[]): Raw {
  const set = call('System.Collections.Generic.HashSet', /^new\(\)$/, [element]) as { add(item: Raw): unknown } // a SetLike (collections/protocol.ts)
  for (const item of items) set.add(item)
  return set
}

/** `DateTime.Parse(text, InvariantCulture, DateTimeStyles.RoundtripKind)` */
export function parseRoundTrip(text: string): Raw {
  return call(
    'System.DateTime',
    /^static DateTime Parse\(string \w+, IFormatProvider \w+, ([\w.]+\.)?DateTimeStyles \w+\)$/,
    text,
    null,
    128,
  )
}
