import { hash as hashText } from 'node:crypto'

/** What the first line of a segment is chained to. */
export const chainStart = '0'.repeat(64)

/** A line of a segment: its number, the hash of the line before, and its own over both and the record's text. */
export interface ChainLink {
  readonly seq: number
  readonly prev: string
  readonly hash: string
}

/** SHA-256 over number, previous hash and the record as it is written, as hexadecimal. */
export function hashOf(seq: number, prev: string, recordText: string): string {
  return hashText('sha256', `${seq}\n${prev}\n${recordText}`, 'hex')
}

/** The line as it is written: the record's own text inside, so that nothing has to be put into a canonical form to check it. */
export function formatLine(seq: number, prev: string, recordText: string): { readonly line: string; readonly hash: string } {
  const hash = hashOf(seq, prev, recordText)
  return { line: `{"seq":${seq},"prev":"${prev}","hash":"${hash}","record":${recordText}}\n`, hash }
}

/** The parts of a line; undefined for what this format never writes. */
export function parseLine(line: string): (ChainLink & { readonly recordText: string }) | undefined {
  const match = /^\{"seq":(\d{1,15}),"prev":"([0-9a-f]{64})","hash":"([0-9a-f]{64})","record":(\{.*\})\}$/s.exec(line)
  if (match === null) return undefined
  const [, seq = '', prev = '', hash = '', recordText = ''] = match
  return { seq: Number(seq), prev, hash, recordText }
}
