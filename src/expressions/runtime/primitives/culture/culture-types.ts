import { makeArray } from '../../../types/arrays.ts'
import { defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import type { Implementation, MemberTable } from '../../../types/type.ts'
import { netType, type Value } from '../../../types/values.ts'
import { required } from '../errors/argument-errors.ts'
import { compareBy, compareInvariant, compareOrdinal, toLowerInvariant, toUpperInvariant } from '../text/compare-strings.ts'
import { endsWith, indexOfText, startsWith } from '../text/string-search.ts'
import { Culture, dateTimeFormatOf, findCulture, invariantCulture, numberFormatOf } from './culture.ts'
import { DateTimeFormat, invariantDateTimeFormat, rfc1123Pattern, sortablePattern, universalPattern } from './date-time-format.ts'
import { invariantNumberFormat, NumberFormat } from './number-format.ts'
import { TextInfo, toTitleCase } from './text-info.ts'

function readOnly(): never {
  return fail('System.InvalidOperationException', 'Instance is read-only.')
}

type Info = NumberFormat | DateTimeFormat

/** A property that reads and writes the field of the same name in lower camel case. */
function fields(type: string, names: readonly string[]): MemberTable {
  const table: Record<string, { get: Implementation; set: Implementation }> = {}
  for (const name of names) {
    const field = name[0]?.toLowerCase() + name.slice(1)
    table[`${type} ${name} { get; set; }`] = {
      get: (self: Info) => pick(type, Reflect.get(self, field)),
      set: (self: Info, value: unknown) => {
        if (self.readOnly) readOnly()
        Reflect.set(self, field, required(value, 'value'))
      },
    }
  }
  return table
}

function pick(type: string, value: unknown): unknown {
  if (!Array.isArray(value)) return value
  return makeArray(lookupType(type === 'int[]' ? 'System.Int32' : 'System.String'), [...value])
}

const numberFormatType = defineType('class System.Globalization.NumberFormatInfo : ICloneable, IFormatProvider', {
  'new()': () => new NumberFormat(),
  'static NumberFormatInfo InvariantInfo { get; }': () => invariantNumberFormat,
  'static NumberFormatInfo CurrentInfo { get; }': () => invariantNumberFormat,
  'static NumberFormatInfo GetInstance(IFormatProvider formatProvider)': numberFormatOf,
  'bool IsReadOnly { get; }': (self: NumberFormat) => self.readOnly,
  'object Clone()': (self: NumberFormat) => self.clone(),
  ...fields('int', [
    'CurrencyDecimalDigits',
    'CurrencyNegativePattern',
    'CurrencyPositivePattern',
    'NumberDecimalDigits',
    'NumberNegativePattern',
    'PercentDecimalDigits',
    'PercentNegativePattern',
    'PercentPositivePattern',
  ]),
  ...fields('string', [
    'CurrencyDecimalSeparator',
    'CurrencyGroupSeparator',
    'CurrencySymbol',
    'NaNSymbol',
    'NegativeInfinitySymbol',
    'NegativeSign',
    'NumberDecimalSeparator',
    'NumberGroupSeparator',
    'PercentDecimalSeparator',
    'PercentGroupSeparator',
    'PercentSymbol',
    'PerMilleSymbol',
    'PositiveInfinitySymbol',
    'PositiveSign',
  ]),
  ...fields('int[]', ['CurrencyGroupSizes', 'NumberGroupSizes', 'PercentGroupSizes']),
})

const nameAt = (names: readonly string[], index: number, first: number, parameter: string) =>
  names[index - first] ??
  fail(
    'System.ArgumentOutOfRangeException',
    `Valid values are between ${first} and ${names.length - 1 + first}, inclusive.\r\nParameter name: ${parameter}`,
  )

const dateTimeFormatType = defineType('class System.Globalization.DateTimeFormatInfo : ICloneable, IFormatProvider', {
  'new()': () => new DateTimeFormat(),
  'static DateTimeFormatInfo InvariantInfo { get; }': () => invariantDateTimeFormat,
  'static DateTimeFormatInfo CurrentInfo { get; }': () => invariantDateTimeFormat,
  'static DateTimeFormatInfo GetInstance(IFormatProvider provider)': dateTimeFormatOf,
  'bool IsReadOnly { get; }': (self: DateTimeFormat) => self.readOnly,
  'object Clone()': (self: DateTimeFormat) => self.clone(),
  'string RFC1123Pattern { get; }': () => rfc1123Pattern,
  'string SortableDateTimePattern { get; }': () => sortablePattern,
  'string UniversalSortableDateTimePattern { get; }': () => universalPattern,
  'string GetDayName(DayOfWeek dayofweek)': (self: DateTimeFormat, day: number) => nameAt(self.dayNames, day, 0, 'dayofweek'),
  'string GetAbbreviatedDayName(DayOfWeek dayofweek)': (self: DateTimeFormat, day: number) =>
    nameAt(self.abbreviatedDayNames, day, 0, 'dayofweek'),
  'string GetMonthName(int month)': (self: DateTimeFormat, month: number) => nameAt(self.monthNames, month, 1, 'month'),
  'string GetAbbreviatedMonthName(int month)': (self: DateTimeFormat, month: number) =>
    nameAt(self.abbreviatedMonthNames, month, 1, 'month'),
  ...fields('string', [
    'DateSeparator',
    'TimeSeparator',
    'ShortDatePattern',
    'LongDatePattern',
    'ShortTimePattern',
    'LongTimePattern',
    'FullDateTimePattern',
    'MonthDayPattern',
    'YearMonthPattern',
  ]),
  'string AMDesignator { get; }': (self: DateTimeFormat) => self.amDesignator,
  'string PMDesignator { get; }': (self: DateTimeFormat) => self.pmDesignator,
  'DayOfWeek FirstDayOfWeek { get; }': (self: DateTimeFormat) => self.firstDayOfWeek,
  ...fields('string[]', ['DayNames', 'AbbreviatedDayNames', 'MonthNames', 'AbbreviatedMonthNames']),
})

const textInfoType = defineType('class System.Globalization.TextInfo', {
  'string CultureName { get; }': (self: TextInfo) => self.culture.name,
  'string ListSeparator { get; }': () => ',',
  'char ToLower(char c)': (_self: TextInfo, unit: number) => toLowerInvariant(String.fromCharCode(unit)).charCodeAt(0),
  'string ToLower(string str)': (_self: TextInfo, text: string | null) => toLowerInvariant(required(text, 'str')),
  'char ToUpper(char c)': (_self: TextInfo, unit: number) => toUpperInvariant(String.fromCharCode(unit)).charCodeAt(0),
  'string ToUpper(string str)': (_self: TextInfo, text: string | null) => toUpperInvariant(required(text, 'str')),
  'string ToTitleCase(string str)': (_self: TextInfo, text: string | null) => toTitleCase(required(text, 'str')),
})

type Text = string | null

/** The comparisons of a culture; CompareOptions: IgnoreCase is 1. */
const compareInfoType = defineType('class System.Globalization.CompareInfo', {
  'string Name { get; }': (self: CompareInfo) => self.culture.name,
  'int Compare(string string1, string string2)': (_self: CompareInfo, a: Text, b: Text) => compareInvariant(a, b),
  'int Compare(string string1, string string2, CompareOptions options)': (
    _self: CompareInfo,
    a: Text,
    b: Text,
    options: number,
  ) =>
    options === 0x40000000
      ? compareOrdinal(a, b)
      : options === 0x10000000
        ? compareBy(5, a, b)
        : compareInvariant(a, b, (options & 1) !== 0),
  'int IndexOf(string source, string value)': (_self: CompareInfo, source: Text, value: Text) => search(source, value, 0),
  'int IndexOf(string source, string value, CompareOptions options)': (
    _self: CompareInfo,
    source: Text,
    value: Text,
    options: number,
  ) => search(source, value, options),
  'bool IsPrefix(string source, string prefix)': (_self: CompareInfo, source: Text, value: Text) =>
    startsWith(required(source, 'source'), value),
  'bool IsPrefix(string source, string prefix, CompareOptions options)': (
    _self: CompareInfo,
    source: Text,
    value: Text,
    options: number,
  ) => startsWith(required(source, 'source'), value, foldingOf(options)),
  'bool IsSuffix(string source, string suffix)': (_self: CompareInfo, source: Text, value: Text) =>
    endsWith(required(source, 'source'), value),
  'bool IsSuffix(string source, string suffix, CompareOptions options)': (
    _self: CompareInfo,
    source: Text,
    value: Text,
    options: number,
  ) => endsWith(required(source, 'source'), value, foldingOf(options)),
})

class CompareInfo {
  readonly culture: Culture

  constructor(culture: Culture) {
    this.culture = culture
  }
}

const foldingOf = (options: number) => ((options & 1) !== 0 || options === 0x10000000 ? 5 : 4)

function search(source: Text, value: Text, options: number): number {
  const text = required(source, 'source')
  return indexOfText(text, value, 0, text.length, foldingOf(options))
}

const cultureType = defineType('class System.Globalization.CultureInfo : ICloneable, IFormatProvider', {
  'new(string name)': (name: Text) => findCulture(required(name, 'name')),
  'new(string name, bool useUserOverride)': (name: Text) => findCulture(required(name, 'name')),
  'static CultureInfo InvariantCulture { get; }': () => invariantCulture,
  'static CultureInfo CurrentCulture { get; }': () => invariantCulture,
  'static CultureInfo CurrentUICulture { get; }': () => invariantCulture,
  'static CultureInfo GetCultureInfo(string name)': (name: Text) => findCulture(required(name, 'name')),
  'static CultureInfo CreateSpecificCulture(string name)': (name: Text) =>
    findCulture(required(name, 'name') === 'en' ? 'en-US' : required(name, 'name')),
  'string Name { get; }': (self: Culture) => self.name,
  'int LCID { get; }': (self: Culture) => self.lcid,
  'string DisplayName { get; }': (self: Culture) => self.englishName,
  'string EnglishName { get; }': (self: Culture) => self.englishName,
  'string TwoLetterISOLanguageName { get; }': (self: Culture) => (self.isInvariant ? 'iv' : self.name.slice(0, 2)),
  'bool IsReadOnly { get; }': (self: Culture) => self.numberFormat.readOnly,
  'bool IsNeutralCulture { get; }': (self: Culture) => !self.isInvariant && !self.name.includes('-'),
  'NumberFormatInfo NumberFormat { get; set; }': {
    get: (self: Culture) => self.numberFormat,
    set: (self: Culture, value: NumberFormat | null) => {
      if (self.numberFormat.readOnly) readOnly()
      self.numberFormat = required(value, 'value')
    },
  },
  'DateTimeFormatInfo DateTimeFormat { get; set; }': {
    get: (self: Culture) => self.dateTimeFormat,
    set: (self: Culture, value: DateTimeFormat | null) => {
      if (self.dateTimeFormat.readOnly) readOnly()
      self.dateTimeFormat = required(value, 'value')
    },
  },
  'TextInfo TextInfo { get; }': (self: Culture) => new TextInfo(self),
  'CompareInfo CompareInfo { get; }': (self: Culture) => new CompareInfo(self),
  'object Clone()': (self: Culture) =>
    new Culture(self.name, self.englishName, self.lcid, self.numberFormat.clone(), self.dateTimeFormat.clone()),
  'string ToString()': (self: Culture) => self.name,
  'bool Equals(object value)': (self: Culture, other: Value) => self.netEquals(other),
  'int GetHashCode()': (self: Culture) => self.netHashCode(),
})

const stamp = (prototype: object, type: ReturnType<typeof defineType>) =>
  Object.defineProperty(prototype, netType, { value: type.of() })
stamp(NumberFormat.prototype, numberFormatType)
stamp(DateTimeFormat.prototype, dateTimeFormatType)
stamp(TextInfo.prototype, textInfoType)
stamp(CompareInfo.prototype, compareInfoType)
stamp(Culture.prototype, cultureType)

export const cultureTypes = [numberFormatType, dateTimeFormatType, textInfoType, compareInfoType, cultureType]
