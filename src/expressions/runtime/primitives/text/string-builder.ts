import { box } from '../../../types/boxing.ts'
import { spend } from '../../../types/budget.ts'
import { defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import type { MemberTable, Type } from '../../../types/type.ts'
import { netType, type Raw, type Value } from '../../../types/values.ts'
import { elementsOf } from '../../collections/elements.ts'
import { invariantNumberFormat } from '../culture/number-format.ts'
import { newLine } from '../environment.ts'
import { badArgument, indexOutOfRange, outOfRange, required } from '../errors/argument-errors.ts'
import type { Decimal } from '../numbers/decimal.ts'
import { formatDouble, formatSingle } from '../numbers/format-number.ts'
import { formatComposite } from './composite-format.ts'
import { toText } from './format-value.ts'

type Text = string | null
type Units = readonly number[] | null

/** System.Text.StringBuilder. Pieces are joined by the engine's own ropes; the length is what `spend` counts. */
export class StringBuilder {
  text: string
  readonly maxCapacity: number
  #capacity: number

  constructor(text = '', capacity = 16, maxCapacity = 0x7fffffff) {
    this.text = text
    this.maxCapacity = maxCapacity
    this.#capacity = Math.max(capacity === 0 ? 16 : capacity, text.length)
  }

  get capacity(): number {
    // grows by doubling, as .NET reports it
    while (this.#capacity < this.text.length) this.#capacity = Math.max(this.#capacity * 2, 16)
    return this.#capacity
  }

  set capacity(value: number) {
    if (value < this.text.length) outOfRange('value', 'capacity was less than the current size.')
    this.#capacity = value
  }

  append(text: Text): this {
    if (text === null || text === '') return this
    if (this.text.length + text.length > this.maxCapacity)
      outOfRange('requiredLength', 'capacity was less than the current size.')
    spend(1 + (text.length >> 4))
    this.text += text
    return this
  }

  insert(index: number, text: Text): this {
    if (index < 0 || index > this.text.length) return indexOutOfRange('index')
    spend(1 + (this.text.length >> 6) + ((text?.length ?? 0) >> 4))
    this.text = this.text.slice(0, index) + (text ?? '') + this.text.slice(index)
    return this
  }

  netToString(): string {
    return this.text
  }

  netEquals(other: Value): boolean {
    return this === other || (other instanceof StringBuilder && other.text === this.text)
  }
}

function make(text: Text, start: number, length: number, capacity: number): StringBuilder {
  if (capacity < 0) return outOfRange('capacity', "'capacity' must be greater than zero.")
  if (length < 0) return outOfRange('length', "'length' must be non-negative.")
  if (start < 0) return outOfRange('startIndex', 'StartIndex cannot be less than zero.')
  if (start > (text?.length ?? 0) - length)
    return outOfRange('length', 'Index and length must refer to a location within the string.')
  return new StringBuilder((text ?? '').slice(start, start + length), capacity)
}

const withCapacity = (capacity: number) =>
  capacity < 0 ? outOfRange('capacity', "'capacity' must be greater than zero.") : new StringBuilder('', capacity)
const charsOf = (units: Units) => (units === null ? null : String.fromCharCode(...units))

function repeated(unit: number, count: number): string {
  if (count < 0) return outOfRange('repeatCount', "'repeatCount' must be non-negative.")
  spend(count >> 3)
  return String.fromCharCode(unit).repeat(count)
}

function charsPart(units: Units, start: number, count: number): Text {
  if (units === null) return start === 0 && count === 0 ? null : required(units, 'value')
  if (count < 0) return outOfRange('charCount', 'Value must be positive.')
  if (start < 0 || start > units.length - count) return indexOutOfRange(start < 0 ? 'startIndex' : 'charCount')
  return charsOf(units.slice(start, start + count))
}

function textPart(text: Text, start: number, count: number): Text {
  if (text === null) return start === 0 && count === 0 ? null : required(text, 'value')
  if (count < 0) return outOfRange('count', 'Value must be positive.')
  if (start < 0 || start > text.length - count) return indexOutOfRange('startIndex')
  return text.slice(start, start + count)
}

/** How Append and Insert write a value of each type that has an overload of its own. */
const writers: Readonly<Record<string, (value: never) => Text>> = {
  string: (value: Text) => value,
  bool: (value: boolean) => (value ? 'True' : 'False'),
  char: (value: number) => String.fromCharCode(value),
  double: (value: number) => formatDouble(value, null, invariantNumberFormat),
  float: (value: number) => formatSingle(value, null, invariantNumberFormat),
  decimal: (value: Decimal) => value.netToString(),
  object: (value: Value) => toText(value),
  'char[]': charsOf,
}
for (const keyword of ['sbyte', 'byte', 'short', 'ushort', 'int', 'uint', 'long', 'ulong'])
  Object.assign(writers, { [keyword]: String })

function overloads(): MemberTable {
  const table: Record<string, MemberTable[string]> = {}
  for (const [keyword, write] of Object.entries(writers)) {
    table[`StringBuilder Append(${keyword} value)`] = (self: StringBuilder, value: never) => self.append(write(value))
    table[`StringBuilder Insert(int index, ${keyword} value)`] = (self: StringBuilder, index: number, value: never) =>
      self.insert(index, write(value))
  }
  return table
}

const format = (self: StringBuilder, provider: Value, text: Text, args: readonly Value[]) =>
  self.append(formatComposite(provider, required(text, 'format'), args))

function itemText(type: Type, item: Raw): string {
  const text = toText(box(type, item))
  spend(4 + (text.length >> 4))
  return text
}

const appending: MemberTable = {
  ...overloads(),
  'StringBuilder Append(char value, int repeatCount)': (self: StringBuilder, unit: number, count: number) =>
    self.append(repeated(unit, count)),
  'StringBuilder Append(char[] value, int startIndex, int charCount)': (
    self: StringBuilder,
    units: Units,
    start: number,
    count: number,
  ) => self.append(charsPart(units, start, count)),
  'StringBuilder Append(string value, int startIndex, int count)': (
    self: StringBuilder,
    text: Text,
    start: number,
    count: number,
  ) => self.append(textPart(text, start, count)),
  'StringBuilder Append(StringBuilder value, int startIndex, int count)': (
    self: StringBuilder,
    other: StringBuilder | null,
    start: number,
    count: number,
  ) => self.append(textPart(other?.text ?? null, start, count)),
  'StringBuilder AppendFormat(IFormatProvider provider, string format, object arg0, object arg1, object arg2)': (
    self: StringBuilder,
    provider: Value,
    text: Text,
    a: Value,
    b: Value,
    c: Value,
  ) => format(self, provider, text, [a, b, c]),
  'StringBuilder AppendJoin(char separator, params object[] values)': (
    self: StringBuilder,
    separator: number,
    values: readonly Value[] | null,
  ) => self.append(required(values, 'values').map(toText).join(String.fromCharCode(separator))),
  'StringBuilder AppendJoin(char separator, params string[] values)': (
    self: StringBuilder,
    separator: number,
    values: readonly Text[] | null,
  ) =>
    self.append(
      required(values, 'values')
        .map(each => each ?? '')
        .join(String.fromCharCode(separator)),
    ),
  'StringBuilder AppendJoin<T>(char separator, IEnumerable<T> values)': (
    [type]: readonly [Type],
    self: StringBuilder,
    separator: number,
    values: Value,
  ) => self.append(Array.from(elementsOf(values), each => itemText(type, each)).join(String.fromCharCode(separator))),
  'StringBuilder Append(StringBuilder value)': (self: StringBuilder, other: StringBuilder | null) =>
    self.append(other?.text ?? null),
  'StringBuilder AppendJoin(string separator, params object[] values)': (
    self: StringBuilder,
    separator: Text,
    values: readonly Value[] | null,
  ) =>
    self.append(
      required(values, 'values')
        .map(toText)
        .join(separator ?? ''),
    ),
  'StringBuilder AppendJoin(string separator, params string[] values)': (
    self: StringBuilder,
    separator: Text,
    values: readonly Text[] | null,
  ) =>
    self.append(
      required(values, 'values')
        .map(each => each ?? '')
        .join(separator ?? ''),
    ),
  'StringBuilder AppendJoin<T>(string separator, IEnumerable<T> values)': (
    [type]: readonly [Type],
    self: StringBuilder,
    separator: Text,
    values: Value,
  ) => self.append(Array.from(elementsOf(values), each => itemText(type, each)).join(separator ?? '')),
  'StringBuilder AppendFormat(IFormatProvider provider, string format, object arg0)': (
    self: StringBuilder,
    provider: Value,
    text: Text,
    a: Value,
  ) => format(self, provider, text, [a]),
  'StringBuilder AppendFormat(IFormatProvider provider, string format, object arg0, object arg1)': (
    self: StringBuilder,
    provider: Value,
    text: Text,
    a: Value,
    b: Value,
  ) => format(self, provider, text, [a, b]),
  'StringBuilder Insert(int index, char[] value, int startIndex, int charCount)': (
    self: StringBuilder,
    index: number,
    units: Units,
    start: number,
    count: number,
  ) => self.insert(index, charsPart(units, start, count) ?? ''),
  'StringBuilder AppendLine()': (self: StringBuilder) => self.append(newLine),
  'StringBuilder AppendLine(string value)': (self: StringBuilder, text: Text) => self.append(text).append(newLine),
  'StringBuilder AppendFormat(string format, object arg0)': (self: StringBuilder, text: Text, a: Value) =>
    format(self, null, text, [a]),
  'StringBuilder AppendFormat(string format, object arg0, object arg1)': (self: StringBuilder, text: Text, a: Value, b: Value) =>
    format(self, null, text, [a, b]),
  'StringBuilder AppendFormat(string format, object arg0, object arg1, object arg2)': (
    self: StringBuilder,
    text: Text,
    a: Value,
    b: Value,
    c: Value,
  ) => format(self, null, text, [a, b, c]),
  'StringBuilder AppendFormat(string format, params object[] args)': (
    self: StringBuilder,
    text: Text,
    args: readonly Value[] | null,
  ) => format(self, null, text, required(args, 'args')),
  'StringBuilder AppendFormat(IFormatProvider provider, string format, params object[] args)': (
    self: StringBuilder,
    provider: Value,
    text: Text,
    args: readonly Value[] | null,
  ) => format(self, provider, text, required(args, 'args')),
  'StringBuilder Insert(int index, string value, int count)': (self: StringBuilder, index: number, text: Text, count: number) => {
    if (count < 0) return outOfRange('count', 'Non-negative number required.')
    spend(((text?.length ?? 0) * count) >> 3)
    return self.insert(index, (text ?? '').repeat(count))
  },
}

function remove(self: StringBuilder, start: number, length: number): StringBuilder {
  if (length < 0) return outOfRange('length', 'Length cannot be less than zero.')
  if (start < 0) return outOfRange('startIndex', 'StartIndex cannot be less than zero.')
  if (length > self.text.length - start) return indexOutOfRange('index')
  spend(1 + (self.text.length >> 6))
  self.text = self.text.slice(0, start) + self.text.slice(start + length)
  return self
}

function replace(self: StringBuilder, from: Text, to: Text, start: number, count: number): StringBuilder {
  const old = required(from, 'oldValue')
  if (start < 0 || start > self.text.length) return indexOutOfRange('startIndex')
  if (count < 0 || start > self.text.length - count) return indexOutOfRange('count')
  if (old === '') return badArgument('Empty name is not legal.', 'oldValue')
  spend(1 + (self.text.length >> 4) + Math.trunc(count / old.length))
  const middle = self.text.slice(start, start + count).replaceAll(old, (to ?? '').replaceAll('$', '$$$$'))
  spend(middle.length >> 4)
  self.text = self.text.slice(0, start) + middle + self.text.slice(start + count)
  return self
}

const charText = (unit: number) => String.fromCharCode(unit)

function setLength(self: StringBuilder, length: number): void {
  if (length < 0) outOfRange('value', 'Length cannot be less than zero.')
  spend(length >> 4)
  self.text = self.text.slice(0, length).padEnd(length, '\0')
}

function setChar(self: StringBuilder, index: number, unit: number): void {
  if (index < 0 || index >= self.text.length)
    outOfRange('index', 'Index was out of range. Must be non-negative and less than the size of the collection.')
  spend(1 + (self.text.length >> 6))
  self.text = self.text.slice(0, index) + charText(unit) + self.text.slice(index + 1)
}

function charAt(self: StringBuilder, index: number): number {
  if (index < 0 || index >= self.text.length)
    return fail('System.IndexOutOfRangeException', 'Index was outside the bounds of the array.')
  return self.text.charCodeAt(index)
}

function copyTo(self: StringBuilder, from: number, destination: Raw[] | null, to: number, count: number): void {
  const target = required(destination, 'destination')
  if (count < 0) outOfRange('count', 'Non-negative number required.')
  if (from < 0 || from > self.text.length)
    outOfRange('sourceIndex', 'Index was out of range. Must be non-negative and less than the size of the collection.')
  if (from > self.text.length - count || to < 0 || to > target.length - count)
    badArgument(
      'Either offset did not refer to a position in the string, or there is an insufficient length of destination character array.',
    )
  spend(count)
  for (let i = 0; i < count; i++) target[to + i] = self.text.charCodeAt(from + i)
}

const editing: MemberTable = {
  'StringBuilder Remove(int startIndex, int length)': remove,
  'StringBuilder Replace(string oldValue, string newValue)': (self: StringBuilder, from: Text, to: Text) =>
    replace(self, from, to, 0, self.text.length),
  'StringBuilder Replace(string oldValue, string newValue, int startIndex, int count)': replace,
  'StringBuilder Replace(char oldChar, char newChar)': (self: StringBuilder, from: number, to: number) =>
    replace(self, charText(from), charText(to), 0, self.text.length),
  'StringBuilder Replace(char oldChar, char newChar, int startIndex, int count)': (
    self: StringBuilder,
    from: number,
    to: number,
    start: number,
    count: number,
  ) => replace(self, charText(from), charText(to), start, count),
  'StringBuilder Clear()': (self: StringBuilder) => {
    self.text = ''
    return self
  },
  'void CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)': copyTo,
}

export const stringBuilderType = defineType('class System.Text.StringBuilder', {
  'new()': () => new StringBuilder(),
  'new(int capacity)': withCapacity,
  'new(int capacity, int maxCapacity)': (capacity: number, most: number) =>
    capacity > most ? outOfRange('capacity', 'Capacity exceeds maximum capacity.') : new StringBuilder('', capacity, most),
  'new(string value)': (text: Text) => new StringBuilder(text ?? ''),
  'new(string value, int capacity)': (text: Text, capacity: number) => make(text, 0, text?.length ?? 0, capacity),
  'new(string value, int startIndex, int length, int capacity)': make,
  'int Length { get; set; }': { get: (self: StringBuilder) => self.text.length, set: setLength },
  'int Capacity { get; set; }': {
    get: (self: StringBuilder) => self.capacity,
    set: (self: StringBuilder, value: number) => {
      self.capacity = value
    },
  },
  'int MaxCapacity { get; }': (self: StringBuilder) => self.maxCapacity,
  'char this[int index] { get; set; }': { get: charAt, set: setChar },
  ...appending,
  ...editing,
  'int EnsureCapacity(int capacity)': (self: StringBuilder, capacity: number) => {
    if (capacity < 0) return outOfRange('capacity', 'Value must be positive.')
    if (self.capacity < capacity) self.capacity = capacity
    return self.capacity
  },
  'bool Equals(StringBuilder sb)': (self: StringBuilder, other: StringBuilder | null) => other !== null && self.netEquals(other),
  'string ToString()': (self: StringBuilder) => self.text,
  'string ToString(int startIndex, int length)': (self: StringBuilder, start: number, length: number) => {
    if (start < 0) return outOfRange('startIndex', 'StartIndex cannot be less than zero.')
    if (start > self.text.length) return outOfRange('startIndex', 'startIndex cannot be larger than length of string.')
    if (length < 0) return outOfRange('length', 'Length cannot be less than zero.')
    if (start > self.text.length - length)
      return outOfRange('length', 'Index and length must refer to a location within the string.')
    return self.text.slice(start, start + length)
  },
})

Object.defineProperty(StringBuilder.prototype, netType, { value: stringBuilderType.of() })
