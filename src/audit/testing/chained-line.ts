import { beforeHash, hashOf, lineEnd, linePrev, lineStart } from '../chain.ts'

/** A line as anybody can make it who may write into the folder: its hash fits. */
export function chainedLine(seq: number, prev: string, recordText: string): { readonly text: string; readonly hash: string } {
  const hash = hashOf(seq, prev, recordText)
  return { text: lineStart(seq) + recordText + linePrev(prev) + beforeHash + hash + lineEnd, hash }
}
