import { makeArray } from '../../../types/arrays.ts'
import { hashOf } from '../../../types/boxing.ts'
import { lookupType } from '../../../types/registry.ts'
import type { MemberTable } from '../../../types/type.ts'
import type { Value } from '../../../types/values.ts'
import { badArgument, required } from '../errors/argument-errors.ts'
import { StringComparison, toLowerInvariant } from './compare-strings.ts'
import { splitByChars, splitByTexts, trim } from './string-edit.ts'
import { indexOfText } from './string-search.ts'

type Text = string | null

const many = 0x7fffffff
const text = (unit: number) => String.fromCharCode(unit)
const strings = (parts: string[]) => makeArray(lookupType('System.String'), parts)

const contains = (self: string, value: Text, comparison: number) =>
  indexOfText(self, required(value, 'value'), 0, self.length, comparison) >= 0

/** Every occurrence that the comparison finds; an empty replacement for null. */
function replaceBy(self: string, old: Text, replacement: Text, comparison: number): string {
  const wanted = required(old, 'oldValue')
  if (wanted === '') return badArgument('String cannot be of zero length.', 'oldValue')
  let made = ''
  let from = 0
  for (;;) {
    const at = indexOfText(self, wanted, from, self.length - from, comparison)
    if (at < 0) return made + self.slice(from)
    made += self.slice(from, at) + (replacement ?? '')
    from = at + wanted.length
  }
}

const hashBy = (self: string, comparison: number) =>
  hashOf(comparison === 1 || comparison === 3 || comparison === 5 ? toLowerInvariant(self) : self)

/** Members that later frameworks gave System.String; API Management's newer gateways run on those. */
export const newerStringMembers: MemberTable = {
  'bool Contains(char value)': (self: string, unit: number) => self.includes(text(unit)),
  'bool Contains(string value, StringComparison comparisonType)': contains,
  'bool Contains(char value, StringComparison comparisonType)': (self: string, unit: number, comparison: number) =>
    contains(self, text(unit), comparison),
  'bool StartsWith(char value)': (self: string, unit: number) => self.startsWith(text(unit)),
  'bool EndsWith(char value)': (self: string, unit: number) => self.endsWith(text(unit)),
  'int IndexOf(char value, StringComparison comparisonType)': (self: string, unit: number, comparison: number) =>
    indexOfText(self, text(unit), 0, self.length, comparison),
  'string Replace(string oldValue, string newValue, StringComparison comparisonType)': replaceBy,
  'string Replace(string oldValue, string newValue, bool ignoreCase, CultureInfo culture)': (
    self: string,
    old: Text,
    replacement: Text,
    ignoreCase: boolean,
  ) =>
    replaceBy(self, old, replacement, ignoreCase ? StringComparison.CurrentCultureIgnoreCase : StringComparison.CurrentCulture),
  'string Trim(char trimChar)': (self: string, unit: number) => trim(self, [unit], true, true),
  'string TrimStart()': (self: string) => trim(self, null, true, false),
  'string TrimStart(char trimChar)': (self: string, unit: number) => trim(self, [unit], true, false),
  'string TrimEnd()': (self: string) => trim(self, null, false, true),
  'string TrimEnd(char trimChar)': (self: string, unit: number) => trim(self, [unit], false, true),
  'string[] Split(char separator, StringSplitOptions options)': (self: string, unit: number, options: number) =>
    strings(splitByChars(self, [unit], many, options)),
  'string[] Split(char separator, int count, StringSplitOptions options)': (
    self: string,
    unit: number,
    count: number,
    options: number,
  ) => strings(splitByChars(self, [unit], count, options)),
  'string[] Split(string separator, StringSplitOptions options = 0)': (self: string, separator: Text, options: number) =>
    strings(splitByTexts(self, separator === null ? null : [separator], many, options)),
  'string[] Split(string separator, int count, StringSplitOptions options = 0)': (
    self: string,
    separator: Text,
    count: number,
    options: number,
  ) => strings(splitByTexts(self, separator === null ? null : [separator], count, options)),
  'int GetHashCode(StringComparison comparisonType)': hashBy,
}

/** `string.Join` with a char between, given the members that take a string. */
export function joinByChar(members: MemberTable): MemberTable {
  return Object.fromEntries(
    Object.entries(members).flatMap(([signature, run]) => {
      if (!signature.includes(' Join') || typeof run !== 'function') return []
      const generic = signature.includes('Join<')
      const joined = generic
        ? (types: unknown, unit: number, ...rest: readonly Value[]) => run(types, text(unit), ...rest)
        : (unit: number, ...rest: readonly Value[]) => run(text(unit), ...rest)
      return [[signature.replace('string separator', 'char separator'), joined]]
    }),
  )
}
