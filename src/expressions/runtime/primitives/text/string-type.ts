import { makeArray } from '../../../types/arrays.ts'
import { box, hashOf } from '../../../types/boxing.ts'
import { spend } from '../../../types/budget.ts'
import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import type { MemberTable, Type } from '../../../types/type.ts'
import type { Raw, Value } from '../../../types/values.ts'
import { walk } from '../../collections/walk.ts'
import { badArgument, outOfRange, required } from '../errors/argument-errors.ts'
import {
  compareBy,
  compareInvariant,
  compareOrdinal,
  compareUnits,
  equalsBy,
  StringComparison,
  toLowerInvariant,
  toUpperInvariant,
} from './compare-strings.ts'
import { formatComposite } from './composite-format.ts'
import { toText } from './format-value.ts'
import {
  insert,
  join,
  padLeft,
  padRight,
  remove,
  removeFrom,
  replaceText,
  splitByChars,
  splitByTexts,
  trim,
} from './string-edit.ts'
import { joinByChar, newerStringMembers } from './string-newer.ts'
import {
  endsWith,
  indexOfAny,
  indexOfChar,
  indexOfText,
  lastIndexOfAny,
  lastIndexOfChar,
  lastIndexOfText,
  startsWith,
  substring,
} from './string-search.ts'

type Text = string | null
type Units = readonly number[] | null

const many = 0x7fffffff
const current = StringComparison.CurrentCulture

export const charsToText = (units: Iterable<number>): string => {
  let text = ''
  for (const unit of units) text += String.fromCharCode(unit)
  return text
}

const stringArray = (parts: string[]) => makeArray(lookupType('System.String'), parts)
const charArray = (text: string) => {
  spend(text.length)
  return makeArray(
    lookupType('System.Char'),
    Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)),
  )
}

function repeat(unit: number, count: number): string {
  if (count < 0) return outOfRange('count', "'count' must be non-negative.")
  spend(count >> 3)
  return String.fromCharCode(unit).repeat(count)
}

function charsBetween(units: Units, start: number, length: number): string {
  const all = required(units, 'value')
  if (start < 0) return outOfRange('startIndex', 'StartIndex cannot be less than zero.')
  if (length < 0) return outOfRange('length', 'Length cannot be less than zero.')
  if (start > all.length - length)
    return outOfRange('startIndex', 'Index was out of range. Must be non-negative and less than the size of the collection.')
  spend(length)
  return charsToText(all.slice(start, start + length))
}

const making: MemberTable = {
  'new(char[] value)': (units: Units) => charsToText(units ?? []),
  'new(char[] value, int startIndex, int length)': charsBetween,
  'new(char c, int count)': repeat,
  'static readonly string Empty { get; }': () => '',
  'static bool IsNullOrEmpty(string value)': (value: Text) => value === null || value === '',
  'static bool IsNullOrWhiteSpace(string value)': (value: Text) => value === null || trim(value, null, true, false) === '',
  'static string Intern(string str)': (value: Text) => required(value, 'str'),
  'static string IsInterned(string str)': (value: Text) => required(value, 'str'),
  'static string Copy(string str)': (value: Text) => required(value, 'str'),
}

const format = (provider: Value, text: Text, args: readonly Value[]) => formatComposite(provider, required(text, 'format'), args)

const formatting: MemberTable = {
  'static string Format(string format, object arg0)': (text: Text, a: Value) => format(null, text, [a]),
  'static string Format(string format, object arg0, object arg1)': (text: Text, a: Value, b: Value) => format(null, text, [a, b]),
  'static string Format(string format, object arg0, object arg1, object arg2)': (text: Text, a: Value, b: Value, c: Value) =>
    format(null, text, [a, b, c]),
  'static string Format(string format, params object[] args)': (text: Text, args: readonly Value[] | null) =>
    format(null, text, required(args, 'args')),
  'static string Format(IFormatProvider provider, string format, object arg0)': (provider: Value, text: Text, a: Value) =>
    format(provider, text, [a]),
  'static string Format(IFormatProvider provider, string format, object arg0, object arg1)': (
    provider: Value,
    text: Text,
    a: Value,
    b: Value,
  ) => format(provider, text, [a, b]),
  'static string Format(IFormatProvider provider, string format, object arg0, object arg1, object arg2)': (
    provider: Value,
    text: Text,
    a: Value,
    b: Value,
    c: Value,
  ) => format(provider, text, [a, b, c]),
  'static string Format(IFormatProvider provider, string format, params object[] args)': (
    provider: Value,
    text: Text,
    args: readonly Value[] | null,
  ) => format(provider, text, required(args, 'args')),
}

const concat = (...parts: readonly Text[]) => join('', parts)
const concatValues = (...parts: readonly Value[]) => join('', parts.map(toText))
const boxedItems = (types: readonly Type[], items: unknown) => {
  const element = types[0] as Type // the method has one type parameter
  return collect(items, item => toText(box(element, item)))
}

/** The texts of a sequence, which may be endless: each costs its place and its length. */
function collect(items: unknown, textOfItem: (item: Raw) => Text): Text[] {
  const texts: Text[] = []
  walk(required(items, 'values'), item => {
    const text = textOfItem(item)
    spend(4 + ((text?.length ?? 0) >> 4))
    texts.push(text)
    return true
  })
  return texts
}

/** A sequence of strings holds them as they are. */
const asText = (item: Raw) => item as Text

/** .NET Framework's Join of objects gives the empty string when the first of them is null (its reference says so). */
function joinValues(separator: Text, values: readonly Value[] | null): string {
  const all = required(values, 'values')
  return all.length === 0 || all[0] === null ? '' : join(separator, all.map(toText))
}

function joinRange(separator: Text, values: readonly Text[] | null, start: number, count: number): string {
  const all = required(values, 'value')
  if (start < 0) return outOfRange('startIndex', 'StartIndex cannot be less than zero.')
  if (count < 0) return outOfRange('count', 'Count cannot be less than zero.')
  if (start > all.length - count) return outOfRange('startIndex', 'Index and count must refer to a location within the buffer.')
  return join(separator, all.slice(start, start + count))
}

const joining: MemberTable = {
  'static string Concat(object arg0)': concatValues,
  'static string Concat(object arg0, object arg1)': concatValues,
  'static string Concat(object arg0, object arg1, object arg2)': concatValues,
  'static string Concat(object arg0, object arg1, object arg2, object arg3)': concatValues,
  'static string Concat(params object[] args)': (args: readonly Value[] | null) => concatValues(...required(args, 'args')),
  'static string Concat(string str0, string str1)': concat,
  'static string Concat(string str0, string str1, string str2)': concat,
  'static string Concat(string str0, string str1, string str2, string str3)': concat,
  'static string Concat(params string[] values)': (values: readonly Text[] | null) => concat(...required(values, 'values')),
  'static string Concat(IEnumerable<string> values)': (values: unknown) => join('', collect(values, asText)),
  'static string Concat<T>(IEnumerable<T> values)': (types: readonly Type[], values: unknown) =>
    join('', boxedItems(types, values)),
  'static string Join(string separator, params string[] value)': (separator: Text, values: readonly Text[] | null) =>
    join(separator, required(values, 'value')),
  'static string Join(string separator, string[] value, int startIndex, int count)': joinRange,
  'static string Join(string separator, params object[] values)': joinValues,
  'static string Join(string separator, IEnumerable<string> values)': (separator: Text, values: unknown) =>
    join(separator, collect(values, asText)),
  'static string Join<T>(string separator, IEnumerable<T> values)': (types: readonly Type[], separator: Text, values: unknown) =>
    join(separator, boxedItems(types, values)),
}

const partOf = (text: Text, start: number, length: number) =>
  text === null ? null : text.slice(start, start + Math.min(length, text.length - start))

function compareParts(a: Text, startA: number, b: Text, startB: number, length: number, comparison: number): number {
  if (length < 0) return outOfRange('length', 'Length cannot be less than zero.')
  if (startA < 0 || startB < 0)
    return outOfRange(
      startA < 0 ? 'indexA' : 'indexB',
      'Index was out of range. Must be non-negative and less than the size of the collection.',
    )
  if (startA > (a?.length ?? 0))
    return outOfRange('length1', 'Index was out of range. Must be non-negative and less than the size of the collection.')
  if (startB > (b?.length ?? 0))
    return outOfRange('length2', 'Index was out of range. Must be non-negative and less than the size of the collection.')
  const [x, y] = [partOf(a, startA, length), partOf(b, startB, length)]
  return comparison === StringComparison.Ordinal && x !== null && y !== null ? compareUnits(x, y) : compareBy(comparison, x, y)
}

// CompareOptions: IgnoreCase, OrdinalIgnoreCase, Ordinal
function compareWithOptions(a: Text, b: Text, options: number): number {
  if (options === 0x40000000) return compareOrdinal(a, b)
  if (options === 0x10000000) return compareBy(StringComparison.OrdinalIgnoreCase, a, b)
  return compareInvariant(a, b, (options & 1) !== 0)
}

const comparing: MemberTable = {
  'static int Compare(string strA, string strB)': (a: Text, b: Text) => compareInvariant(a, b),
  'static int Compare(string strA, string strB, bool ignoreCase)': compareInvariant,
  'static int Compare(string strA, string strB, StringComparison comparisonType)': (a: Text, b: Text, comparison: number) =>
    compareBy(comparison, a, b),
  'static int Compare(string strA, string strB, bool ignoreCase, CultureInfo culture)': (
    a: Text,
    b: Text,
    ignoreCase: boolean,
    culture: Value,
  ) => {
    required(culture, 'culture')
    return compareInvariant(a, b, ignoreCase)
  },
  'static int Compare(string strA, string strB, CultureInfo culture, CompareOptions options)': (
    a: Text,
    b: Text,
    culture: Value,
    options: number,
  ) => {
    required(culture, 'culture')
    return compareWithOptions(a, b, options)
  },
  'static int Compare(string strA, int indexA, string strB, int indexB, int length)': (
    a: Text,
    i: number,
    b: Text,
    j: number,
    length: number,
  ) => compareParts(a, i, b, j, length, current),
  'static int Compare(string strA, int indexA, string strB, int indexB, int length, bool ignoreCase)': (
    a: Text,
    i: number,
    b: Text,
    j: number,
    length: number,
    ignoreCase: boolean,
  ) => compareParts(a, i, b, j, length, ignoreCase ? StringComparison.CurrentCultureIgnoreCase : current),
  'static int Compare(string strA, int indexA, string strB, int indexB, int length, StringComparison comparisonType)':
    compareParts,
  'static int Compare(string strA, int indexA, string strB, int indexB, int length, bool ignoreCase, CultureInfo culture)': (
    a: Text,
    i: number,
    b: Text,
    j: number,
    length: number,
    ignoreCase: boolean,
    culture: Value,
  ) => {
    required(culture, 'culture')
    return compareParts(a, i, b, j, length, ignoreCase ? StringComparison.CurrentCultureIgnoreCase : current)
  },
  'static int CompareOrdinal(string strA, string strB)': compareOrdinal,
  'static int CompareOrdinal(string strA, int indexA, string strB, int indexB, int length)': (
    a: Text,
    i: number,
    b: Text,
    j: number,
    length: number,
  ) => compareParts(a, i, b, j, length, StringComparison.Ordinal),
  'static bool Equals(string a, string b)': (a: Text, b: Text) => a === b,
  'static bool Equals(string a, string b, StringComparison comparisonType)': (a: Text, b: Text, comparison: number) =>
    equalsBy(comparison, a, b),
  'static bool operator ==(string a, string b)': (a: Text, b: Text) => a === b,
  'static bool operator !=(string a, string b)': (a: Text, b: Text) => a !== b,
  'int CompareTo(object value)': (self: string, other: Value) =>
    other === null
      ? 1
      : typeof other === 'string'
        ? compareInvariant(self, other)
        : badArgument('Object must be of type String.'),
  'int CompareTo(string strB)': (self: string, other: Text) => compareInvariant(self, other),
  'bool Equals(object obj)': (self: string, other: Value) => self === other,
  'bool Equals(string value)': (self: string, other: Text) => self === other,
  'bool Equals(string value, StringComparison comparisonType)': (self: string, other: Text, comparison: number) =>
    equalsBy(comparison, self, other),
  'int GetHashCode()': (self: string) => hashOf(self),
  'TypeCode GetTypeCode()': () => 18,
}

// IndexOf(value), (value, start), (value, start, count), each with and without a comparison
const searching: MemberTable = {
  'bool Contains(string value)': (self: string, value: Text) => {
    spend((self.length >> 4) + 1)
    return self.includes(required(value, 'value'))
  },
  'bool StartsWith(string value)': (self: string, value: Text) => startsWith(self, value),
  'bool StartsWith(string value, StringComparison comparisonType)': startsWith,
  'bool StartsWith(string value, bool ignoreCase, CultureInfo culture)': (self: string, value: Text, ignoreCase: boolean) =>
    startsWith(self, value, ignoreCase ? 3 : 2),
  'bool EndsWith(string value)': (self: string, value: Text) => endsWith(self, value),
  'bool EndsWith(string value, StringComparison comparisonType)': endsWith,
  'bool EndsWith(string value, bool ignoreCase, CultureInfo culture)': (self: string, value: Text, ignoreCase: boolean) =>
    endsWith(self, value, ignoreCase ? 3 : 2),
  'int IndexOf(char value)': (self: string, unit: number) => indexOfChar(self, unit, 0, self.length),
  'int IndexOf(char value, int startIndex)': (self: string, unit: number, start: number) =>
    indexOfChar(self, unit, start, self.length - start),
  'int IndexOf(char value, int startIndex, int count)': indexOfChar,
  'int IndexOf(string value)': (self: string, value: Text) => indexOfText(self, value, 0, self.length, current),
  'int IndexOf(string value, int startIndex)': (self: string, value: Text, start: number) =>
    indexOfText(self, value, start, self.length - start, current),
  'int IndexOf(string value, int startIndex, int count)': (self: string, value: Text, start: number, count: number) =>
    indexOfText(self, value, start, count, current),
  'int IndexOf(string value, StringComparison comparisonType)': (self: string, value: Text, comparison: number) =>
    indexOfText(self, value, 0, self.length, comparison),
  'int IndexOf(string value, int startIndex, StringComparison comparisonType)': (
    self: string,
    value: Text,
    start: number,
    comparison: number,
  ) => indexOfText(self, value, start, self.length - start, comparison),
  'int IndexOf(string value, int startIndex, int count, StringComparison comparisonType)': indexOfText,
  'int IndexOfAny(char[] anyOf)': (self: string, units: Units) => indexOfAny(self, units, 0, self.length),
  'int IndexOfAny(char[] anyOf, int startIndex)': (self: string, units: Units, start: number) =>
    indexOfAny(self, units, start, self.length - start),
  'int IndexOfAny(char[] anyOf, int startIndex, int count)': indexOfAny,
  'int LastIndexOf(char value)': (self: string, unit: number) => lastIndexOfChar(self, unit, self.length - 1, self.length),
  'int LastIndexOf(char value, int startIndex)': (self: string, unit: number, start: number) =>
    lastIndexOfChar(self, unit, start, start + 1),
  'int LastIndexOf(char value, int startIndex, int count)': lastIndexOfChar,
  'int LastIndexOf(string value)': (self: string, value: Text) =>
    lastIndexOfText(self, value, self.length - 1, self.length, current),
  'int LastIndexOf(string value, int startIndex)': (self: string, value: Text, start: number) =>
    lastIndexOfText(self, value, start, start + 1, current),
  'int LastIndexOf(string value, int startIndex, int count)': (self: string, value: Text, start: number, count: number) =>
    lastIndexOfText(self, value, start, count, current),
  'int LastIndexOf(string value, StringComparison comparisonType)': (self: string, value: Text, comparison: number) =>
    lastIndexOfText(self, value, self.length - 1, self.length, comparison),
  'int LastIndexOf(string value, int startIndex, StringComparison comparisonType)': (
    self: string,
    value: Text,
    start: number,
    comparison: number,
  ) => lastIndexOfText(self, value, start, start + 1, comparison),
  'int LastIndexOf(string value, int startIndex, int count, StringComparison comparisonType)': lastIndexOfText,
  'int LastIndexOfAny(char[] anyOf)': (self: string, units: Units) => lastIndexOfAny(self, units, self.length - 1, self.length),
  'int LastIndexOfAny(char[] anyOf, int startIndex)': (self: string, units: Units, start: number) =>
    lastIndexOfAny(self, units, start, start + 1),
  'int LastIndexOfAny(char[] anyOf, int startIndex, int count)': lastIndexOfAny,
}

const editing: MemberTable = {
  'string Substring(int startIndex)': (self: string, start: number) =>
    substring(self, start, start >= 0 && start <= self.length ? self.length - start : 0),
  'string Substring(int startIndex, int length)': substring,
  'string Trim()': (self: string) => trim(self, null, true, true),
  'string Trim(params char[] trimChars)': (self: string, units: Units) => trim(self, units, true, true),
  'string TrimStart(params char[] trimChars)': (self: string, units: Units) => trim(self, units, true, false),
  'string TrimEnd(params char[] trimChars)': (self: string, units: Units) => trim(self, units, false, true),
  'string PadLeft(int totalWidth)': (self: string, width: number) => padLeft(self, width),
  'string PadLeft(int totalWidth, char paddingChar)': padLeft,
  'string PadRight(int totalWidth)': (self: string, width: number) => padRight(self, width),
  'string PadRight(int totalWidth, char paddingChar)': padRight,
  'string Insert(int startIndex, string value)': insert,
  'string Remove(int startIndex)': removeFrom,
  'string Remove(int startIndex, int count)': remove,
  'string Replace(char oldChar, char newChar)': (self: string, from: number, to: number) =>
    replaceText(self, String.fromCharCode(from), String.fromCharCode(to)),
  'string Replace(string oldValue, string newValue)': replaceText,
  'string ToUpper()': toUpperInvariant,
  'string ToUpper(CultureInfo culture)': toUpperInvariant,
  'string ToUpperInvariant()': toUpperInvariant,
  'string ToLower()': toLowerInvariant,
  'string ToLower(CultureInfo culture)': toLowerInvariant,
  'string ToLowerInvariant()': toLowerInvariant,
  'string Normalize()': (self: string) => normalize(self, 1),
  'string Normalize(NormalizationForm normalizationForm)': normalize,
  'bool IsNormalized()': (self: string) => normalize(self, 1) === self,
  'bool IsNormalized(NormalizationForm normalizationForm)': (self: string, form: number) => normalize(self, form) === self,
}

const forms = new Map([
  [1, 'NFC'],
  [2, 'NFD'],
  [5, 'NFKC'],
  [6, 'NFKD'],
])

function normalize(self: string, form: number): string {
  const name = forms.get(form)
  spend(self.length >> 2)
  return name === undefined ? badArgument('Invalid normalization form.', 'normalizationForm') : self.normalize(name)
}

const splitting: MemberTable = {
  'string[] Split(params char[] separator)': (self: string, units: Units) => stringArray(splitByChars(self, units, many, 0)),
  'string[] Split(char[] separator, int count)': (self: string, units: Units, count: number) =>
    stringArray(splitByChars(self, units, count, 0)),
  'string[] Split(char[] separator, StringSplitOptions options)': (self: string, units: Units, options: number) =>
    stringArray(splitByChars(self, units, many, options)),
  'string[] Split(char[] separator, int count, StringSplitOptions options)': (
    self: string,
    units: Units,
    count: number,
    options: number,
  ) => stringArray(splitByChars(self, units, count, options)),
  'string[] Split(string[] separator, StringSplitOptions options)': (
    self: string,
    texts: readonly Text[] | null,
    options: number,
  ) => stringArray(splitByTexts(self, texts, many, options)),
  'string[] Split(string[] separator, int count, StringSplitOptions options)': (
    self: string,
    texts: readonly Text[] | null,
    count: number,
    options: number,
  ) => stringArray(splitByTexts(self, texts, count, options)),
}

function copyTo(self: string, from: number, destination: Raw[] | null, to: number, count: number): void {
  const target = required(destination, 'destination')
  if (count < 0) outOfRange('count', 'Count cannot be less than zero.')
  if (from < 0 || count > self.length - from)
    outOfRange('sourceIndex', 'Index was out of range. Must be non-negative and less than the size of the collection.')
  if (to < 0 || to > target.length - count)
    outOfRange('destinationIndex', 'Index was out of range. Must be non-negative and less than the size of the collection.')
  spend(count)
  for (let i = 0; i < count; i++) target[to + i] = self.charCodeAt(from + i)
}

function charAt(self: string, index: number): number {
  if (index < 0 || index >= self.length)
    return fail('System.IndexOutOfRangeException', 'Index was outside the bounds of the array.')
  return self.charCodeAt(index)
}

const rest: MemberTable = {
  'int Length { get; }': (self: string) => self.length,
  'char this[int index] { get; }': charAt,
  'char[] ToCharArray()': charArray,
  'char[] ToCharArray(int startIndex, int length)': (self: string, start: number, length: number) => {
    if (start < 0 || start > self.length || start > self.length - length)
      return outOfRange('startIndex', 'Index was out of range. Must be non-negative and less than the size of the collection.')
    if (length < 0)
      return outOfRange('length', 'Index was out of range. Must be non-negative and less than the size of the collection.')
    return charArray(self.slice(start, start + length))
  },
  'void CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)': copyTo,
  'object Clone()': (self: string) => self,
  'string ToString()': (self: string) => self,
  'string ToString(IFormatProvider provider)': (self: string) => self,
}

export const stringType: DefinedType = defineType(
  'class System.String : IComparable, ICloneable, IConvertible, IComparable<string>, System.Collections.Generic.IEnumerable<char>, IEquatable<string>',
  {
    ...making,
    ...formatting,
    ...joining,
    ...comparing,
    ...searching,
    ...editing,
    ...splitting,
    ...newerStringMembers,
    ...joinByChar(joining),
    ...rest,
  },
)
