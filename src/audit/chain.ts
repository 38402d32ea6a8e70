import { hash as hashText } from 'node:crypto'

/** What the first line of a segment is chained to. */
export const chainStart = '0'.repeat(64)

/** A line of a segment: its number, the hash of the line before, and its own over both and the record's text. */
export interface ChainLink {
  readonly seq: number
  readonly prev: string
  readonly hash: string
}

/** A line as it stands in the file. */
export interface ReadLine extends ChainLink {
  readonly recordText: string
}

/** What is hashed before the record's text. */
export const hashInput = (seq: number, prev: string) => `${seq}\n${prev}\n`

/** SHA-256 over number, previous hash and the record as it is written, as hexadecimal. */
export function hashOf(seq: number, prev: string, recordText: string): string {
  return hashText('sha256', hashInput(seq, prev) + recordText, 'hex')
}

/** The line as it is written is this, the record's own text, so that nothing has to be put into a canonical form to check it, and the suffix. */
export const linePrefix = (seq: number, prev: string, hash: string) => `{"seq":${seq},"prev":"${prev}","hash":"${hash}","record":`

export const lineSuffix = '}\n'

/** The parts of a line; undefined for what this format never writes. */
export function parseLine(line: string): ReadLine | undefined {
  const match = /^\{"seq":(\d{1,15}),"prev":"([0-9a-f]{64})","hash":"([0-9a-f]{64})","record":(\{.*\})\}$/s.exec(line)
  if (match === null) return undefined
  const [, seq = '', prev = '', hash = '', recordText = ''] = match
  return { seq: Number(seq), prev, hash, recordText }
}
