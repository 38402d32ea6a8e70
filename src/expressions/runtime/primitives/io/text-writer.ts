import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import type { MemberTable } from '../../../types/type.ts'
import { netType, type Value } from '../../../types/values.ts'
import { invariantNumberFormat } from '../culture/number-format.ts'
import { newLine } from '../environment.ts'
import { required } from '../errors/argument-errors.ts'
import type { Decimal } from '../numbers/decimal.ts'
import { formatDouble, formatSingle } from '../numbers/format-number.ts'
import { formatComposite } from '../text/composite-format.ts'
import { encodingType } from '../text/encoding-type.ts'
import { toText } from '../text/format-value.ts'
import { StringBuilder } from '../text/string-builder.ts'

/** System.IO.StringWriter: writes into a StringBuilder, its own or one that was given. */
export class StringWriter {
  readonly builder: StringBuilder
  newLine = newLine
  #closed = false

  constructor(builder: StringBuilder) {
    this.builder = builder
  }

  write(text: string | null): void {
    if (this.#closed) fail('System.ObjectDisposedException', 'Cannot write to a closed TextWriter.')
    this.builder.append(text)
  }

  dispose(): void {
    this.#closed = true
  }

  netToString(): string {
    return this.builder.text
  }
}

type Units = readonly number[] | null
const charsOf = (units: Units) => (units === null ? null : String.fromCharCode(...units))

const writers: Readonly<Record<string, (value: never) => string | null>> = {
  string: (value: string | null) => value,
  bool: (value: boolean) => (value ? 'True' : 'False'),
  char: (value: number) => String.fromCharCode(value),
  int: String,
  uint: String,
  long: String,
  ulong: String,
  double: (value: number) => formatDouble(value, null, invariantNumberFormat),
  float: (value: number) => formatSingle(value, null, invariantNumberFormat),
  decimal: (value: Decimal) => value.netToString(),
  object: (value: Value) => toText(value),
  'char[]': charsOf,
}

const format = (text: string | null, args: readonly Value[] | null) =>
  formatComposite(null, required(text, 'format'), required(args, 'arg'))

function overloads(): MemberTable {
  const table: Record<string, MemberTable[string]> = {}
  for (const [method, end] of [
    ['Write', false],
    ['WriteLine', true],
  ] as const) {
    const put = (self: StringWriter, text: string | null) => self.write(end ? (text ?? '') + self.newLine : text)
    for (const [keyword, write] of Object.entries(writers)) {
      table[`virtual void ${method}(${keyword} value)`] = (self: StringWriter, value: never) => put(self, write(value))
    }
    table[`virtual void ${method}(string format, object arg0)`] = (self: StringWriter, text: string | null, a: Value) =>
      put(self, format(text, [a]))
    table[`virtual void ${method}(string format, object arg0, object arg1)`] = (
      self: StringWriter,
      text: string | null,
      a: Value,
      b: Value,
    ) => put(self, format(text, [a, b]))
    table[`virtual void ${method}(string format, object arg0, object arg1, object arg2)`] = (
      self: StringWriter,
      text: string | null,
      a: Value,
      b: Value,
      c: Value,
    ) => put(self, format(text, [a, b, c]))
    table[`virtual void ${method}(string format, params object[] arg)`] = (
      self: StringWriter,
      text: string | null,
      args: readonly Value[] | null,
    ) => put(self, format(text, args))
    table[`virtual void ${method}(char[] buffer, int index, int count)`] = (
      self: StringWriter,
      units: Units,
      index: number,
      count: number,
    ) => put(self, charsOf(required(units, 'buffer').slice(index, index + count)))
  }
  return table
}

/** What a StringWriter writes: .NET's strings. */
function utf16(): unknown {
  const unicode = encodingType.table['static Encoding Unicode { get; }']
  return typeof unicode === 'function' ? unicode() : null
}

const writer: DefinedType = defineType('class System.IO.TextWriter : IDisposable', {
  ...overloads(),
  'virtual System.Text.Encoding Encoding { get; }': () => utf16(),
  'virtual void WriteLine()': (self: StringWriter) => self.write(self.newLine),
  'virtual void Flush()': () => undefined,
  'virtual void Close()': (self: StringWriter) => self.dispose(),
  'void Dispose()': (self: StringWriter) => self.dispose(),
  'virtual string NewLine { get; set; }': {
    get: (self: StringWriter) => self.newLine,
    set: (self: StringWriter, value: string | null) => {
      self.newLine = value ?? newLine
    },
  },
})

const stringWriter: DefinedType = defineType('class System.IO.StringWriter : TextWriter', {
  'new()': () => new StringWriter(new StringBuilder()),
  'new(IFormatProvider formatProvider)': () => new StringWriter(new StringBuilder()),
  'new(System.Text.StringBuilder sb)': (builder: StringBuilder | null) => new StringWriter(required(builder, 'sb')),
  'new(System.Text.StringBuilder sb, IFormatProvider formatProvider)': (builder: StringBuilder | null) =>
    new StringWriter(required(builder, 'sb')),
  'virtual System.Text.StringBuilder GetStringBuilder()': (self: StringWriter) => self.builder,
  'string ToString()': (self: StringWriter) => self.builder.text,
})

Object.defineProperty(StringWriter.prototype, netType, { value: stringWriter.of() })

export const writerTypes: readonly DefinedType[] = [writer, stringWriter]
