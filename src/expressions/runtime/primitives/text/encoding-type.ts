import { makeArray } from '../../../types/arrays.ts'
import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { lookupType } from '../../../types/registry.ts'
import type { NamedType } from '../../../types/type.ts'
import { netType, type Value } from '../../../types/values.ts'
import { badArgument, outOfRange, required } from '../errors/argument-errors.ts'
import { type Codec, codecNamed, codecNumbered, codecs, decodeBytes, encodeText } from './encoding.ts'

/** System.Text.Encoding and what derives from it; which class it is decides `type`. */
export class Encoding {
  readonly codec: Codec
  readonly [netType]: NamedType

  constructor(codec: Codec, type: NamedType) {
    this.codec = codec
    this[netType] = type
  }

  netEquals(other: Value): boolean {
    return (
      other instanceof Encoding &&
      other.codec.codePage === this.codec.codePage &&
      other.codec.preamble.length === this.codec.preamble.length
    )
  }

  netHashCode(): number {
    return this.codec.codePage
  }

  netToString(): string {
    return this[netType].fullName
  }
}

function part(bytes: Uint8Array | null, index: number, count: number): Uint8Array {
  const given = required(bytes, 'bytes')
  if (index < 0 || count < 0) return outOfRange(index < 0 ? 'index' : 'count', 'Non-negative number required.')
  if (given.length - index < count) return outOfRange('bytes', 'Index and count must refer to a location within the buffer.')
  return given.subarray(index, index + count)
}

const charsOf = (chars: readonly number[] | null) => String.fromCharCode(...required(chars, 'chars'))
const toChars = (text: string) =>
  makeArray(
    lookupType('System.Char'),
    Array.from(text.split(''), unit => unit.charCodeAt(0)),
  )
const bytesOf = (self: Encoding, text: string | null) => encodeText(self.codec, required(text, 's'))
const textOf = (self: Encoding, bytes: Uint8Array | null) => decodeBytes(self.codec, required(bytes, 'bytes'))

/** Mail and news name Windows-1252 as the standard it extends. */
const bodyName = (codec: Codec) => (codec.codePage === 1252 ? 'iso-8859-1' : codec.webName)

export const encodingType: DefinedType = defineType('class System.Text.Encoding', {
  'static Encoding UTF8 { get; }': () => made.utf8,
  'static Encoding ASCII { get; }': () => made.ascii,
  'static Encoding Unicode { get; }': () => made.unicode,
  'static Encoding BigEndianUnicode { get; }': () => made.bigEndianUnicode,
  'static Encoding UTF32 { get; }': () => made.utf32,
  'static Encoding Default { get; }': () => made.windows1252,
  'static Encoding GetEncoding(string name)': (name: string | null) => encodingOf(codecNamed(required(name, 'name'))),
  'static Encoding GetEncoding(int codepage)': (codePage: number) => encodingOf(codecNumbered(codePage)),
  'static byte[] Convert(Encoding srcEncoding, Encoding dstEncoding, byte[] bytes)': (
    from: Encoding | null,
    to: Encoding | null,
    bytes: Uint8Array | null,
  ) => encodeText(required(to, 'dstEncoding').codec, decodeBytes(required(from, 'srcEncoding').codec, required(bytes, 'bytes'))),
  'string WebName { get; }': (self: Encoding) => self.codec.webName,
  'string BodyName { get; }': (self: Encoding) => bodyName(self.codec),
  'string HeaderName { get; }': (self: Encoding) => self.codec.webName,
  'string EncodingName { get; }': (self: Encoding) => self.codec.name,
  'int CodePage { get; }': (self: Encoding) => self.codec.codePage,
  'bool IsSingleByte { get; }': (self: Encoding) => self.codec.isSingleByte,
  'byte[] GetPreamble()': (self: Encoding) => Uint8Array.from(self.codec.preamble),
  'byte[] GetBytes(string s)': bytesOf,
  'byte[] GetBytes(char[] chars)': (self: Encoding, chars: readonly number[] | null) => bytesOf(self, charsOf(chars)),
  'byte[] GetBytes(char[] chars, int index, int count)': (
    self: Encoding,
    chars: readonly number[] | null,
    index: number,
    count: number,
  ) => bytesOf(self, charsOf(chars).slice(index, index + count)),
  'string GetString(byte[] bytes)': textOf,
  'string GetString(byte[] bytes, int index, int count)': (
    self: Encoding,
    bytes: Uint8Array | null,
    index: number,
    count: number,
  ) => textOf(self, part(bytes, index, count)),
  'char[] GetChars(byte[] bytes)': (self: Encoding, bytes: Uint8Array | null) => toChars(textOf(self, bytes)),
  'char[] GetChars(byte[] bytes, int index, int count)': (
    self: Encoding,
    bytes: Uint8Array | null,
    index: number,
    count: number,
  ) => toChars(textOf(self, part(bytes, index, count))),
  'int GetByteCount(string s)': (self: Encoding, text: string | null) => bytesOf(self, text).length,
  'int GetByteCount(char[] chars)': (self: Encoding, chars: readonly number[] | null) => bytesOf(self, charsOf(chars)).length,
  'int GetCharCount(byte[] bytes)': (self: Encoding, bytes: Uint8Array | null) => textOf(self, bytes).length,
  'int GetByteCount(char[] chars, int index, int count)': (
    self: Encoding,
    chars: readonly number[] | null,
    index: number,
    count: number,
  ) => bytesOf(self, charsOf(chars).slice(index, index + count)).length,
  'int GetCharCount(byte[] bytes, int index, int count)': (
    self: Encoding,
    bytes: Uint8Array | null,
    index: number,
    count: number,
  ) => textOf(self, part(bytes, index, count)).length,
  'byte[] GetBytes(string s, int index, int count)': (self: Encoding, text: string | null, index: number, count: number) =>
    bytesOf(self, required(text, 's').slice(index, index + count)),
  'int GetBytes(string s, int charIndex, int charCount, byte[] bytes, int byteIndex)': (
    self: Encoding,
    text: string | null,
    index: number,
    count: number,
    target: Uint8Array | null,
    at: number,
  ) => copied(bytesOf(self, required(text, 's').slice(index, index + count)), required(target, 'bytes'), at),
  'int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex)': (
    self: Encoding,
    chars: readonly number[] | null,
    index: number,
    count: number,
    target: Uint8Array | null,
    at: number,
  ) => copied(bytesOf(self, charsOf(chars).slice(index, index + count)), required(target, 'bytes'), at),
  'int GetMaxByteCount(int charCount)': (self: Encoding, count: number) => {
    if (count < 0) return outOfRange('charCount', 'Non-negative number required.')
    return self.codec.isSingleByte ? count + 1 : self.codec.webName === 'utf-8' ? (count + 1) * 3 : (count + 1) * 2
  },
  'int GetMaxCharCount(int byteCount)': (self: Encoding, count: number) => {
    if (count < 0) return outOfRange('byteCount', 'Non-negative number required.')
    return self.codec.isSingleByte ? count : self.codec.webName === 'utf-8' ? count + 1 : (count >> 1) + (count & 1) + 1
  },
  'bool IsReadOnly { get; }': () => true,
  'bool IsAlwaysNormalized()': () => false,
  'bool Equals(object value)': (self: Encoding, other: Value) => self.netEquals(other),
  'int GetHashCode()': (self: Encoding) => self.netHashCode(),
})

function copied(bytes: Uint8Array, target: Uint8Array, at: number): number {
  if (at < 0 || at > target.length)
    return outOfRange('byteIndex', 'Index was out of range. Must be non-negative and less than the size of the collection.')
  if (target.length - at < bytes.length)
    return badArgument('The output byte buffer is too small to contain the encoded data.', 'bytes')
  target.set(bytes, at)
  return bytes.length
}

const subtype = (name: string, constructors: Parameters<typeof defineType>[1]) =>
  defineType(`class System.Text.${name} : Encoding`, constructors)

export const utf8EncodingType: DefinedType = subtype('UTF8Encoding', {
  'new()': () => new Encoding(codecs.utf8WithoutMark, utf8EncodingType.of()),
  'new(bool encoderShouldEmitUTF8Identifier)': (mark: boolean) =>
    new Encoding(mark ? codecs.utf8 : codecs.utf8WithoutMark, utf8EncodingType.of()),
})
export const asciiEncodingType: DefinedType = subtype('ASCIIEncoding', {
  'new()': () => new Encoding(codecs.ascii, asciiEncodingType.of()),
})
export const unicodeEncodingType: DefinedType = subtype('UnicodeEncoding', {
  'new()': () => new Encoding(codecs.unicode, unicodeEncodingType.of()),
  'new(bool bigEndian, bool byteOrderMark)': (bigEndian: boolean) =>
    new Encoding(bigEndian ? codecs.bigEndianUnicode : codecs.unicode, unicodeEncodingType.of()),
})
export const utf32EncodingType: DefinedType = subtype('UTF32Encoding', {
  'new()': () => new Encoding(codecs.utf32, utf32EncodingType.of()),
})

const made = {
  utf8: new Encoding(codecs.utf8, utf8EncodingType.of()),
  ascii: new Encoding(codecs.ascii, asciiEncodingType.of()),
  unicode: new Encoding(codecs.unicode, unicodeEncodingType.of()),
  bigEndianUnicode: new Encoding(codecs.bigEndianUnicode, unicodeEncodingType.of()),
  utf32: new Encoding(codecs.utf32, utf32EncodingType.of()),
  latin1: new Encoding(codecs.latin1, encodingType.of()),
  windows1252: new Encoding(codecs.windows1252, encodingType.of()),
} as const

function encodingOf(codec: Codec): Encoding {
  return Object.values(made).find(one => one.codec === codec) ?? made.utf8
}

export const encodingTypes: readonly DefinedType[] = [
  encodingType,
  utf8EncodingType,
  asciiEncodingType,
  unicodeEncodingType,
  utf32EncodingType,
]
