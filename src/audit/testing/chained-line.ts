import { beforeHash, hashOf, lineEnd, linePrev, lineStart, parseLine } from '../chain.ts'

/** A line as anybody can make it who may write into the folder: its hash fits. */
export function chainedLine(seq: number, prev: string, recordText: string): { readonly text: string; readonly hash: string } {
  const hash = hashOf(seq, prev, recordText)
  return { text: lineStart(seq) + recordText + linePrev(prev) + beforeHash + hash + lineEnd, hash }
}

/** A segment's text with its records made anew, and hashes that fit. */
export function remade(segment: string, made: (recordText: string) => string): string {
  let last: string | undefined
  const lines = segment.split('\n').slice(0, -1)
  return lines
    .map(line => {
      const { seq = 0, recordText = '', prev = '' } = parseLine(line) ?? {}
      const { text, hash } = chainedLine(seq, last ?? prev, made(recordText))
      last = hash
      return text
    })
    .join('')
}
