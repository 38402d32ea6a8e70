import { NetException } from '../../../types/exceptions.ts'
import type { MemberTable } from '../../../types/type.ts'
import type { Raw } from '../../../types/values.ts'
import { argumentNull } from '../../collections/argument-errors.ts'
import { convertValue, type Target } from '../json/convert-value.ts'
import { makeGuid, makeOffset, makeTimeSpan, parseRoundTrip } from '../json/made-values.ts'
import { durationParts } from './durations.ts'

interface Cast {
  readonly to: string
  readonly convert: (text: string) => Raw
}

/** White space of XML, trimmed. */
const trimmed = (text: string) => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')

function boolean(text: string): boolean {
  const value = trimmed(text.toLowerCase())
  if (value === '1' || value === 'true') return true
  if (value === '0' || value === 'false') return false
  throw new NetException('System.FormatException', `The string '${value}' is not a valid Boolean value.`)
}

/** XmlConvert's numbers take no thousands, and infinity by its XML name. */
function floating(target: 'Double' | 'Single'): (text: string) => Raw {
  return text => {
    const value = trimmed(text)
    if (value === '-INF') return Number.NEGATIVE_INFINITY
    if (value === 'INF') return Number.POSITIVE_INFINITY
    return plainNumber(value, target)
  }
}

function plainNumber(text: string, target: Target): Raw {
  if (text.includes(',')) throw new NetException('System.FormatException', 'Input string was not in a correct format.')
  return convertValue(text, target)
}

const number = (to: string, target: Target): Cast => ({ to, convert: text => plainNumber(text, target) })

/** XmlConvert's unsigned numbers take no sign at all. */
const unsigned = (to: string, target: Target): Cast => ({
  to,
  convert: text => plainNumber(/^\s*[-+]/.test(text) ? ',' : text, target),
})

const casts: readonly Cast[] = [
  { to: 'bool', convert: boolean },
  number('int', 'Int32'),
  unsigned('uint', 'UInt32'),
  number('long', 'Int64'),
  unsigned('ulong', 'UInt64'),
  number('decimal', 'Decimal'),
  { to: 'float', convert: floating('Single') },
  { to: 'double', convert: floating('Double') },
  { to: 'DateTime', convert: parseRoundTrip },
  { to: 'DateTimeOffset', convert: makeOffset },
  { to: 'TimeSpan', convert: text => makeTimeSpan(durationParts(text)) },
  { to: 'Guid', convert: makeGuid },
]

/** The explicit conversions from an element or attribute, by the text of its value. */
export function explicitOperators(type: 'XElement' | 'XAttribute', parameter: string): MemberTable {
  const table: Record<string, (self: { readonly value: string } | null) => Raw> = {}
  table[`static explicit operator string(${type} ${parameter})`] = self => self?.value ?? null
  for (const { to, convert } of casts) {
    table[`static explicit operator ${to}(${type} ${parameter})`] = self => {
      if (self === null) throw argumentNull(parameter)
      return convert(self.value)
    }
    table[`static explicit operator ${to}?(${type} ${parameter})`] = self => (self === null ? null : convert(self.value))
  }
  return table
}
