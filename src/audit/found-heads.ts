import { stat } from 'node:fs/promises'
import { type ChainHead, readHead } from './chain-head.ts'
import { readSegment, type Segment, segmentsIn } from './segments.ts'
import { beganAt, isMain } from './writer-name.ts'

/** Milliseconds by which the time of a file may be behind that of the process. */
const clockStep = 1000

/** How the event begins by which a main chain says what it found in the folder. */
export const foundBeginning = '"detail":{"found":['

/**
 * How far the chains of other writers go whose files changed since a time (ms since 1970); undefined: of all. A gateway names them in its own chain, signed, so that
 * none can be shortened or removed without its being noticed.
 */
export async function foundHeads(
  folder: string,
  since: number | undefined,
  isOwn: (writer: string) => boolean,
): Promise<readonly ChainHead[]> {
  const heads: ChainHead[] = []
  for (const [writer, segments] of Map.groupBy(segmentsIn(folder), segment => segment.writer)) {
    const last = segments.at(-1)
    if (last === undefined || isOwn(writer)) continue
    try {
      if (since !== undefined && (await stat(last.path)).mtimeMs < since - clockStep) continue
      const head = await readHead(segments)
      if (head !== undefined) heads.push(head)
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }
  return heads
}

/** Another gateway of the same folder compressed or removed it meanwhile, and says so itself. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** When the newest gateway began that named all chains before it: what did not change since is named already. Undefined: none has. */
export async function lastNaming(folder: string, own: string): Promise<number | undefined> {
  const mains = Map.groupBy(
    segmentsIn(folder).filter(({ writer }) => writer !== own && isMain(writer)),
    ({ writer }) => writer,
  )
  for (const [writer, [first]] of [...mains].reverse()) if (first !== undefined && (await hasNamed(first))) return beganAt(writer)
  return undefined
}

/** It stands among a main chain's first lines. */
async function hasNamed(segment: Segment): Promise<boolean> {
  if (segment.number > 1) return true // its beginning was removed in its time: it was long past its start
  for await (const chunk of readSegment(segment) as AsyncIterable<Buffer>) return chunk.includes(foundBeginning)
  return false
}
