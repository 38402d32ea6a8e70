import { spend } from '../../../types/budget.ts'
import { fail } from '../../../types/exceptions.ts'

/** A character encoding: bytes of UTF-16 text and back; what does not fit becomes `?` or U+FFFD, as .NET's replacement fallback does. */
export interface Codec {
  readonly webName: string
  readonly name: string
  readonly codePage: number
  readonly preamble: readonly number[]
  readonly isSingleByte: boolean
  encode(text: string): Uint8Array
  decode(bytes: Uint8Array): string
}

const utf8Decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function decodeUtf8(bytes: Uint8Array): string {
  const text = utf8Decoder.decode(bytes)
  return text.includes('\ufffd') ? utf8Decoder.decode(withPairedFaults(bytes)) : text
}

/**
 * Where the second byte of a sequence makes it overlong, a surrogate or too large, .NET replaces the first two bytes by one U+FFFD, the
 * Encoding Standard each of them by its own: so the two become one that is never good.
 */
function withPairedFaults(bytes: Uint8Array): Uint8Array {
  const kept = new Uint8Array(bytes.length)
  let length = 0
  for (let i = 0; i < bytes.length; i++) {
    const faulty = isFaultyPair(bytes[i] ?? 0, bytes[i + 1] ?? 0)
    kept[length++] = faulty ? 0xff : (bytes[i] ?? 0)
    if (faulty) i++
  }
  return kept.subarray(0, length)
}

function isFaultyPair(first: number, second: number): boolean {
  if (second < 0x80 || second > 0xbf) return false
  if (first === 0xe0) return second < 0xa0
  if (first === 0xed) return second > 0x9f
  return first === 0xf0 ? second < 0x90 : first === 0xf4 && second > 0x8f
}

function utf8(bom: boolean): Codec {
  return {
    webName: 'utf-8',
    name: 'Unicode (UTF-8)',
    codePage: 65001,
    preamble: bom ? [0xef, 0xbb, 0xbf] : [],
    isSingleByte: false,
    // a lone surrogate becomes U+FFFD in both
    encode: text => new Uint8Array(Buffer.from(text.toWellFormed(), 'utf8')),
    decode: decodeUtf8,
  }
}

function utf16(bigEndian: boolean): Codec {
  return {
    webName: bigEndian ? 'utf-16BE' : 'utf-16',
    name: bigEndian ? 'Unicode (Big-Endian)' : 'Unicode',
    codePage: bigEndian ? 1201 : 1200,
    preamble: bigEndian ? [0xfe, 0xff] : [0xff, 0xfe],
    isSingleByte: false,
    encode: text => {
      const bytes = Buffer.from(text.toWellFormed(), 'utf16le')
      return new Uint8Array(bigEndian ? bytes.swap16() : bytes)
    },
    decode(bytes) {
      const decoder = new TextDecoder(bigEndian ? 'utf-16be' : 'utf-16le', { ignoreBOM: true })
      const half = bytes.length % 2
      // an odd byte is a character of its own that cannot be read, also behind a lone surrogate
      return decoder.decode(bytes.subarray(0, bytes.length - half)) + (half === 1 ? '\ufffd' : '')
    },
  }
}

function utf32(): Codec {
  return {
    webName: 'utf-32',
    name: 'Unicode (UTF-32)',
    codePage: 12000,
    preamble: [0xff, 0xfe, 0, 0],
    isSingleByte: false,
    encode(text) {
      const points = Array.from(text.toWellFormed(), char => char.codePointAt(0) ?? 0)
      const bytes = Buffer.alloc(points.length * 4)
      points.forEach((point, i) => {
        bytes.writeUInt32LE(point, i * 4)
      })
      return new Uint8Array(bytes)
    },
    decode(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      let text = ''
      for (let at = 0; at + 4 <= bytes.length; at += 4) {
        const point = view.getUint32(at, true)
        text += point > 0x10ffff || (point >= 0xd800 && point < 0xe000) ? '\ufffd' : String.fromCodePoint(point)
      }
      return bytes.length % 4 === 0 ? text : `${text}\ufffd`
    },
  }
}

/** One byte a character; `table` has the characters of the upper half. */
function singleByte(webName: string, name: string, codePage: number, upper: string, replacement: string): Codec {
  const bytesOf = new Map<string, number>()
  for (let byte = 0; byte < 128; byte++) bytesOf.set(String.fromCharCode(byte), byte)
  ;[...upper].forEach((char, i) => {
    bytesOf.set(char, 128 + i)
  })
  return {
    webName,
    name,
    codePage,
    preamble: [],
    isSingleByte: true,
    // unit by unit: a surrogate pair becomes two question marks
    encode: text => Uint8Array.from(text.split(''), unit => bytesOf.get(unit) ?? 0x3f),
    decode: bytes =>
      Array.from(bytes, byte => (byte < 128 ? String.fromCharCode(byte) : (upper[byte - 128] ?? replacement))).join(''),
  }
}

const latin1Upper = Array.from({ length: 128 }, (_, i) => String.fromCharCode(128 + i)).join('')
/** Windows-1252 differs from Latin-1 in 0x80 to 0x9F only; bytes without a character stand for the control of that number. */
const windows1252Upper =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178' +
  latin1Upper.slice(32)

export const codecs = {
  utf8: utf8(true),
  utf8WithoutMark: utf8(false),
  ascii: singleByte('us-ascii', 'US-ASCII', 20127, '', '?'),
  unicode: utf16(false),
  bigEndianUnicode: utf16(true),
  utf32: utf32(),
  latin1: singleByte('iso-8859-1', 'Western European (ISO)', 28591, latin1Upper, '?'),
  windows1252: singleByte('Windows-1252', 'Western European (Windows)', 1252, windows1252Upper, '?'),
} as const

const names: ReadonlyMap<string, Codec> = new Map([
  ['utf-8', codecs.utf8],
  ['utf8', codecs.utf8],
  ['unicode-1-1-utf-8', codecs.utf8],
  ['us-ascii', codecs.ascii],
  ['ascii', codecs.ascii],
  ['utf-16', codecs.unicode],
  ['utf-16le', codecs.unicode],
  ['unicode', codecs.unicode],
  ['ucs-2', codecs.unicode],
  ['utf-16be', codecs.bigEndianUnicode],
  ['unicodefffe', codecs.bigEndianUnicode],
  ['utf-32', codecs.utf32],
  ['utf-32le', codecs.utf32],
  ['iso-8859-1', codecs.latin1],
  ['latin1', codecs.latin1],
  ['l1', codecs.latin1],
  ['windows-1252', codecs.windows1252],
])

export function codecNamed(name: string): Codec {
  const found = names.get(name.toLowerCase())
  if (found !== undefined) return found
  return fail(
    'System.ArgumentException',
    `'${name}' is not a supported encoding name. For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method.\r\nParameter name: name`,
  )
}

export function codecNumbered(codePage: number): Codec {
  const found = codePage === 0 ? codecs.windows1252 : [...names.values()].find(codec => codec.codePage === codePage)
  return (
    found ??
    fail(
      'System.NotSupportedException',
      `No data is available for encoding ${codePage}. For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method.`,
    )
  )
}

/** Encodes, at the price of what is made. */
export function encodeText(codec: Codec, text: string): Uint8Array {
  spend(text.length)
  return codec.encode(text)
}

export function decodeBytes(codec: Codec, bytes: Uint8Array): string {
  spend(bytes.length)
  return codec.decode(bytes)
}
