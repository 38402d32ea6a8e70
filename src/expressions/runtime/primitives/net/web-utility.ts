import { spend } from '../../../types/budget.ts'
import { defineType } from '../../../types/define-type.ts'
import { namedEntities } from './html-entities.ts'

/** `WebUtility.UrlEncode`: form encoding; these stay, a blank becomes `+`. */
export function urlEncode(text: string): string {
  spend(text.length)
  let encoded = ''
  for (const byte of Buffer.from(text.toWellFormed(), 'utf8')) {
    const char = String.fromCharCode(byte)
    if (/[A-Za-z0-9\-_.!*()]/.test(char)) encoded += char
    else encoded += char === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}

/** `WebUtility.UrlDecode`: `+` is a blank; what is not encoded properly stays as it is. */
export function urlDecode(text: string): string {
  spend(text.length)
  return text.replaceAll('+', ' ').replace(/(?:%[0-9a-f]{2})+/gi, run => {
    const bytes = Buffer.from(run.replaceAll('%', ''), 'hex')
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  })
}

/** `WebUtility.HtmlEncode`: markup characters, and everything of Latin-1's upper half and beyond the BMP by number. */
export function htmlEncode(text: string): string {
  spend(text.length)
  let encoded = ''
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0
    const named = markup.get(char)
    if (named !== undefined) encoded += named
    else if ((point >= 160 && point < 256) || point > 0xffff) encoded += `&#${point};`
    else encoded += point >= 0xd800 && point < 0xe000 ? '&#65533;' : char
  }
  return encoded
}

const markup: ReadonlyMap<string, string> = new Map([
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
  ['&', '&amp;'],
])

/** `WebUtility.HtmlDecode`: numbers and HTML 4's names; the semicolon is needed. */
export function htmlDecode(text: string): string {
  spend(text.length)
  return text.replace(
    /&(?:#([0-9]{1,10})|#[xX]([0-9a-fA-F]{1,8})|([A-Za-z][A-Za-z0-9]{1,9}));/g,
    (whole, decimal, hexadecimal, name) => {
      if (name !== undefined) return namedEntities.get(name) ?? whole
      const point = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal)
      const isCharacter = point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point < 0xe000)
      return isCharacter ? String.fromCodePoint(point) : whole
    },
  )
}

const nullable = (convert: (text: string) => string) => (text: string | null) => (text === null ? null : convert(text))

export const webUtilityType = defineType('static class System.Net.WebUtility', {
  'static string UrlEncode(string value)': nullable(urlEncode),
  'static string UrlDecode(string encodedValue)': nullable(urlDecode),
  'static string HtmlEncode(string value)': nullable(htmlEncode),
  'static string HtmlDecode(string value)': nullable(htmlDecode),
  'static byte[] UrlDecodeToBytes(byte[] encodedValue, int offset, int count)': (
    value: Uint8Array | null,
    offset: number,
    count: number,
  ) => (value === null ? null : decodeBytes(value.subarray(offset, offset + count))),
  'static byte[] UrlEncodeToBytes(byte[] value, int offset, int count)': (
    value: Uint8Array | null,
    offset: number,
    count: number,
  ) => (value === null ? null : new Uint8Array(Buffer.from(encodeBytes(value.subarray(offset, offset + count)), 'latin1'))),
})

function decodeBytes(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1').replaceAll('+', ' ')
  return new Uint8Array(
    Buffer.from(
      text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    ),
  )
}

function encodeBytes(bytes: Uint8Array): string {
  return Array.from(bytes, byte => urlEncode(String.fromCharCode(byte))).join('')
}
