import { spend } from '../../../types/budget.ts'

const unreserved = /[A-Za-z0-9\-_.~]/
const unreservedOrReserved = /[A-Za-z0-9\-_.~:/?#[\]@!$&'()*+,;=]/

function escapeBut(text: string, kept: RegExp): string {
  spend(text.length)
  let escaped = ''
  for (const char of text.toWellFormed()) escaped += char.length === 1 && kept.test(char) ? char : percent(char)
  return escaped
}

function percent(char: string): string {
  return Array.from(Buffer.from(char, 'utf8'), byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

/** `Uri.EscapeDataString`: all but RFC 3986's unreserved characters. */
export const escapeData = (text: string) => escapeBut(text, unreserved)

/** `Uri.EscapeUriString`: all but unreserved and reserved characters; a `%` is escaped too. */
export const escapeUri = (text: string) => escapeBut(text, unreservedOrReserved)

/** `Uri.UnescapeDataString`: proper UTF-8 sequences; what is none stays escaped. */
export function unescapeData(text: string): string {
  spend(text.length)
  return plainPart(text)
}

/** Rewrites each sequence of a run of `%XX` by what it stands for (empty: it is no UTF-8) and how it was written. */
function rewriteRun(run: string, rewrite: (char: string, written: string) => string): string {
  const bytes = Buffer.from(run.replaceAll('%', ''), 'hex')
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at)
    const taken = length === 0 ? 1 : length
    text += rewrite(length === 0 ? '' : bytes.toString('utf8', at, at + length), run.slice(at * 3, (at + taken) * 3))
    at += taken
  }
  return text
}

/** Bytes of the UTF-8 sequence that begins here; 0 when none does. */
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0
  const length =
    first < 0x80
      ? 1
      : first >= 0xc2 && first < 0xe0
        ? 2
        : first >= 0xe0 && first < 0xf0
          ? 3
          : first >= 0xf0 && first < 0xf5
            ? 4
            : 0
  if (length === 0 || at + length > bytes.length) return 0
  const text = bytes.toString('utf8', at, at + length)
  return text.includes('\ufffd') || Array.from(text).length !== 1 ? 0 : length
}

/** What .NET leaves escaped, since it may mean something else when it is plain. */
const unsafePlain = /[;=?@#$%&+,/\\\u0000-\u001f\u007f-\u009f]/

/** A part with what is unsafe escaped, and `%` alone as `%25`; what is escaped stays as it is written. */
export function escapedPart(text: string): string {
  spend(text.length)
  return text
    .toWellFormed()
    .replace(/%(?![0-9a-f]{2})/gi, '%25')
    .replace(/[^A-Za-z0-9\-_.~:/?#[\]@!$&'()*+,;=%]/gu, percent)
}

export type Canonical = (part: string) => string

/**
 * How the parts of a URI become those of `AbsoluteUri`. As soon as it holds a character beyond ASCII or a needlessly escaped one, .NET
 * decodes all of it but what may mean something else when it is plain; any other URI keeps its escapes.
 */
export function canonicalFor(uri: string): Canonical {
  if (!decodes(uri)) return escapedPart
  return part => escapedPart(part.replace(escapes, run => rewriteRun(run, canonicalSequence)))
}

const escapes = /(?:%[0-9a-f]{2})+/gi

function decodes(uri: string): boolean {
  spend(uri.length >> 2)
  if (/[^\0-\x7f]/.test(uri)) return true
  for (const [run] of uri.matchAll(escapes)) {
    let found = false
    rewriteRun(run, char => {
      found ||= char !== '' && (unreserved.test(char) || char > '\x7f')
      return ''
    })
    if (found) return true
  }
  return false
}

const canonicalSequence = (char: string, written: string) =>
  char === '' || unsafePlain.test(char) || char === '[' || char === ']' ? written : char

/** A part as `ToString()` shows it: readable, but for what would change its meaning. */
export function readablePart(canonical: string): string {
  return canonical.replace(/(?:%[0-9a-f]{2})+/gi, run =>
    rewriteRun(run, (char, written) => (char === '' ? written.toUpperCase() : unsafePlain.test(char) ? written : char)),
  )
}

/** A part with every sequence decoded, as `LocalPath` and `UriFormat.Unescaped` give it; what is none is in upper case. */
export const plainPart = (canonical: string) =>
  canonical.replace(/(?:%[0-9a-f]{2})+/gi, run => rewriteRun(run, (char, written) => char || written.toUpperCase()))
