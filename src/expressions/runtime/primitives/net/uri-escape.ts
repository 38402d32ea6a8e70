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

/** `Uri.UnescapeDataString`: proper UTF-8 sequences; what is none stays as it is. */
export function unescapeData(text: string): string {
  spend(text.length)
  return text.replace(/(?:%[0-9a-f]{2})+/gi, run => unescapeRun(run, () => true))
}

/** Decodes the sequences of a run of `%XX` whose character passes; others keep their spelling. */
function unescapeRun(run: string, passes: (char: string) => boolean): string {
  const bytes = Buffer.from(run.replaceAll('%', ''), 'hex')
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at)
    const char = length === 0 ? '' : bytes.toString('utf8', at, at + length)
    const taken = length === 0 ? 1 : length
    text += length > 0 && passes(char) ? char : run.slice(at * 3, (at + taken) * 3)
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

/** A part as `AbsoluteUri` has it: unsafe characters escaped, needlessly escaped ones (unreserved) plain, `%` alone as `%25`. */
export function canonicalPart(text: string): string {
  spend(text.length)
  return text
    .toWellFormed()
    .replace(/%(?![0-9a-f]{2})/gi, '%25')
    .replace(/(?:%[0-9a-f]{2})+/gi, run =>
      unescapeRun(run, char => char.length === 1 && unreserved.test(char)).replace(/%[0-9a-f]{2}/gi, hex => hex.toUpperCase()),
    )
    .replace(/[^A-Za-z0-9\-_.~:/?#[\]@!$&'()*+,;=%]/gu, percent)
}

/** A part as `ToString()` shows it: readable, but for what would change its meaning. */
export function readablePart(canonical: string): string {
  return canonical.replace(/(?:%[0-9A-F]{2})+/g, run =>
    unescapeRun(run, char => !/[%#?/\\@:\u0000-\u001f\u007f-\u009f]/u.test(char)),
  )
}

/** A part with every sequence decoded, as `LocalPath` and `UriFormat.Unescaped` give it. */
export const plainPart = (canonical: string) => canonical.replace(/(?:%[0-9A-F]{2})+/gi, run => unescapeRun(run, () => true))
