import { isUtf8 } from 'node:buffer'
import { hash as hashText } from 'node:crypto'

/** What the first line of a segment is chained to. */
export const chainStart = '0'.repeat(64)

/** A line of a segment as it stands in the file: its number, its record, the hash of the line before, and its own. */
export interface ReadLine {
  readonly seq: number
  readonly recordText: string
  readonly prev: string
  readonly hash: string
}

/** How a line begins: what follows is the record's own text, so that nothing has to be put into a canonical form to check it. */
export const lineStart = (seq: number) => `{"seq":${seq},"record":`

/** What follows the record: the last of a line that is hashed. */
export const linePrev = (prev: string) => `,"prev":"${prev}"`

/** What stands around the line's own hash. */
export const beforeHash = ',"hash":"'
export const lineEnd = '"}\n'

/** SHA-256 over the line's own text up to `,"hash":`, as hexadecimal: so `sha256sum` can tell it too. */
export function hashOf(seq: number, prev: string, recordText: string): string {
  return hashText('sha256', lineStart(seq) + recordText + linePrev(prev), 'hex')
}

/** Whether its hash is that of its text. */
export function isIntact({ seq, prev, recordText, hash }: ReadLine): boolean {
  return hashOf(seq, prev, recordText) === hash
}

/** The parts of a line without its end; undefined for what this format never writes. */
export function parseLine(line: string): ReadLine | undefined {
  const match = /^\{"seq":(0|[1-9]\d{0,14}),"record":(\{.*\}),"prev":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}$/s.exec(line)
  if (match === null) return undefined
  const [, seq = '', recordText = '', prev = '', hash = ''] = match
  return { seq: Number(seq), prev, hash, recordText }
}

/** The same of a line as it came off the disk. What is no UTF-8 is no line either: read leniently, it would stand for another one. */
export function readLine(bytes: Buffer): ReadLine | undefined {
  return isUtf8(bytes) ? parseLine(bytes.toString('utf8')) : undefined
}
