import { randomUUID } from 'node:crypto'
import { defineType } from '../../types/define-type.ts'
import { fail } from '../../types/exceptions.ts'
import { netType, type Ref, type Value } from '../../types/values.ts'
import { badArgument, badFormat, required } from './errors/argument-errors.ts'

/** System.Guid, as its 32 hexadecimal digits in lower case: in that order GUIDs compare as in .NET. */
export class Guid {
  readonly digits: string

  constructor(digits: string) {
    this.digits = digits
  }

  static readonly empty = new Guid('0'.repeat(32))

  static fromBytes(bytes: Uint8Array): Guid {
    if (bytes.length !== 16) badArgument('Byte array for GUID must be exactly 16 bytes long.')
    return new Guid(Buffer.from(swapped(bytes)).toString('hex'))
  }

  /** The first three groups little-endian, as .NET lays them out. */
  toBytes(): Uint8Array {
    return swapped(Buffer.from(this.digits, 'hex'))
  }

  get dashed(): string {
    const d = this.digits
    return `${d.slice(0, 8)}-${d.slice(8, 12)}-${d.slice(12, 16)}-${d.slice(16, 20)}-${d.slice(20)}`
  }

  netToString(format: string | null = null): string {
    return formatGuid(this, format)
  }

  netEquals(other: Value): boolean {
    return other instanceof Guid && other.digits === this.digits
  }

  netHashCode(): number {
    const part = (from: number, length: number) => Number.parseInt(this.digits.slice(from, from + length), 16)
    return part(0, 8) ^ ((part(8, 4) << 16) | part(12, 4)) ^ ((part(20, 2) << 24) | part(30, 2))
  }

  netCompare(other: Value): number {
    if (other === null) return 1
    if (!(other instanceof Guid)) return badArgument('Object must be of type GUID.', 'value')
    return this.digits < other.digits ? -1 : this.digits > other.digits ? 1 : 0
  }
}

const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]

function swapped(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(order, at => bytes[at] ?? 0)
}

function formatGuid(guid: Guid, format: string | null): string {
  switch (format === null || format === '' ? 'D' : format.toUpperCase()) {
    case 'D':
      return guid.dashed
    case 'N':
      return guid.digits
    case 'B':
      return `{${guid.dashed}}`
    case 'P':
      return `(${guid.dashed})`
    case 'X':
      return hexadecimal(guid.digits)
    default:
      return badFormat('Format String can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".')
  }
}

function hexadecimal(d: string): string {
  const rest = d.slice(16).match(/../g) ?? []
  return `{0x${d.slice(0, 8)},0x${d.slice(8, 12)},0x${d.slice(12, 16)},{${rest.map(byte => `0x${byte}`).join(',')}}}`
}

const forms: ReadonlyMap<string, RegExp> = new Map([
  ['N', /^[0-9a-f]{32}$/i],
  ['D', /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i],
  ['B', /^\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/i],
  ['P', /^\([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\)$/i],
])
const hexForm = /^\{0x([0-9a-f]{1,8}),0x([0-9a-f]{1,4}),0x([0-9a-f]{1,4}),\{((?:0x[0-9a-f]{1,2},){7}0x[0-9a-f]{1,2})\}\}$/i

/** The GUID that a text holds, in any form or the one that `format` names; undefined when it does not. */
function read(text: string, format?: string): Guid | undefined {
  const trimmed = text.trim()
  for (const [name, form] of forms)
    if ((format === undefined || format === name) && form.test(trimmed))
      return new Guid(trimmed.replace(/[^0-9a-f]/gi, '').toLowerCase())
  const hex = format === undefined || format === 'X' ? hexForm.exec(trimmed.replace(/\s/g, '')) : null
  if (hex === null) return undefined
  const [, a = '', b = '', c = '', rest = ''] = hex
  const bytes = rest.split(',').map(byte => byte.slice(2).padStart(2, '0'))
  return new Guid(`${a.padStart(8, '0')}${b.padStart(4, '0')}${c.padStart(4, '0')}${bytes.join('')}`.toLowerCase())
}

function parse(text: string | null, name: string): Guid {
  const given = required(text, name)
  const found = read(given)
  if (found !== undefined) return found
  if (given.trim() === '') return badFormat('Unrecognized Guid format.')
  return badFormat('Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).')
}

function exactFormat(format: string | null): string {
  const upper = required(format, 'format').toUpperCase()
  if (upper === 'X' || forms.has(upper)) return upper
  return badFormat('Format String can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".')
}

function parseExact(text: string | null, format: string | null): Guid {
  const given = required(text, 'input')
  return (
    read(given, exactFormat(format)) ??
    fail('System.FormatException', 'Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).')
  )
}

function tryInto(result: Ref, found: Guid | undefined): boolean {
  result.value = found ?? Guid.empty
  return found !== undefined
}

const hex = (value: number, digits: number) => (value >>> 0).toString(16).padStart(digits, '0').slice(-digits)

function fromParts(a: number, b: number, c: number, rest: readonly number[]): Guid {
  return new Guid(hex(a, 8) + hex(b & 0xffff, 4) + hex(c & 0xffff, 4) + rest.map(byte => hex(byte, 2)).join(''))
}

export const guidType = defineType(
  'struct System.Guid : IFormattable, IComparable, IComparable<Guid>, IEquatable<Guid>',
  {
    'static readonly Guid Empty { get; }': () => Guid.empty,
    'static Guid NewGuid()': () => new Guid(randomUUID().replaceAll('-', '')),
    'static Guid Parse(string input)': (text: string | null) => parse(text, 'input'),
    'static Guid ParseExact(string input, string format)': parseExact,
    'static bool TryParse(string input, out Guid result)': (text: string | null, result: Ref) =>
      tryInto(result, text === null ? undefined : read(text)),
    'static bool TryParseExact(string input, string format, out Guid result)': (
      text: string | null,
      format: string | null,
      result: Ref,
    ) => tryInto(result, text === null || format === null ? undefined : read(text, format.toUpperCase())),
    'new()': () => Guid.empty,
    'new(string g)': (text: string | null) => parse(text, 'g'),
    'new(byte[] b)': (bytes: Uint8Array | null) => Guid.fromBytes(required(bytes, 'b')),
    'new(int a, short b, short c, byte[] d)': (a: number, b: number, c: number, d: Uint8Array | null) => {
      const rest = required(d, 'd')
      if (rest.length !== 8) badArgument('Byte array for GUID must be exactly 8 bytes long.')
      return fromParts(a, b, c, [...rest])
    },
    'new(int a, short b, short c, byte d, byte e, byte f, byte g, byte h, byte i, byte j, byte k)': (
      a: number,
      b: number,
      c: number,
      ...rest: number[]
    ) => fromParts(a, b, c, rest),
    'new(uint a, ushort b, ushort c, byte d, byte e, byte f, byte g, byte h, byte i, byte j, byte k)': (
      a: number,
      b: number,
      c: number,
      ...rest: number[]
    ) => fromParts(a | 0, b, c, rest),
    'byte[] ToByteArray()': (self: Guid) => self.toBytes(),
    'string ToString()': (self: Guid) => self.dashed,
    'string ToString(string format)': formatGuid,
    'string ToString(string format, IFormatProvider provider)': formatGuid,
    'bool Equals(object o)': (self: Guid, other: Value) => self.netEquals(other),
    'bool Equals(Guid g)': (self: Guid, other: Guid) => self.netEquals(other),
    'int CompareTo(object value)': (self: Guid, other: Value) => self.netCompare(other),
    'int CompareTo(Guid value)': (self: Guid, other: Guid) => self.netCompare(other),
    'int GetHashCode()': (self: Guid) => self.netHashCode(),
    'static bool operator ==(Guid a, Guid b)': (a: Guid, b: Guid) => a.digits === b.digits,
    'static bool operator !=(Guid a, Guid b)': (a: Guid, b: Guid) => a.digits !== b.digits,
  },
  { default: () => Guid.empty },
)

Object.defineProperty(Guid.prototype, netType, { value: guidType.of() })
