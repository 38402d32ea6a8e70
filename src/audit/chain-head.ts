import { type FileHandle, open } from 'node:fs/promises'
import { isIntact, type ReadLine, readLine } from './chain.ts'
import { linesHolding } from './scan-lines.ts'
import { isGone, readSegment, type Segment } from './segments.ts'

/** How far a chain goes: the number and the hash of a line. Whoever knows it can tell whether the chain still goes as far. */
export interface ChainHead {
  readonly writer: string
  readonly seq: number
  readonly hash: string
}

/** `WRITER/NUMBER/HASH`. */
export const headText = ({ writer, seq, hash }: ChainHead): string => `${writer}/${seq}/${hash}`

export function parseHead(text: string): ChainHead | undefined {
  const [, writer, seq, hash] = /^([\w-]+)\/(\d{1,15})\/([0-9a-f]{64})$/.exec(text) ?? []
  return writer === undefined || hash === undefined ? undefined : { writer, seq: Number(seq), hash }
}

/** The end of a chain, or of a segment. */
export interface ChainTail {
  readonly segment: Segment
  readonly line: ReadLine
  /** Why no more could be read: what was read before it counts all the same. */
  readonly damage?: Error
}

/** The end of a writer's chain as it stands on the disk; without a tail when its files are empty. What the answer names outlives a crash of the machine. */
export async function readTail(
  segments: readonly Segment[],
): Promise<{ readonly tail?: ChainTail; readonly damage?: Error | undefined }> {
  let damage: Error | undefined
  for (const segment of segments.toReversed()) {
    try {
      const tail = await tailOf(segment)
      if (tail !== undefined) return { tail, damage: damage ?? tail.damage }
    } catch (error) {
      if (!(error instanceof Error)) throw error
      damage ??= error
    }
  }
  return isGone(damage) ? {} : { damage }
}

/** The last line of a segment that can be read, which the disk then has; undefined when its writer did not come to write one. */
export async function tailOf(segment: Segment): Promise<ChainTail | undefined> {
  const ending = segment.compressed ? undefined : await endingOf(segment.path)
  if (ending !== undefined) {
    const line = wholeLine(ending.rest) ?? readLine(ending.last)
    if (line !== undefined) return { segment, line }
    if (ending.last.length === 0 && ending.isAll) return undefined
  }
  // what somebody put behind the last line must not hide it
  return { segment, ...(await lastThatParses(segment)) }
}

async function lastThatParses(segment: Segment): Promise<Pick<ChainTail, 'line' | 'damage'>> {
  let line: ReadLine | undefined
  try {
    for await (const bytes of linesHolding(readSegment(segment), [])) line = readLine(bytes) ?? line
  } catch (error) {
    if (line === undefined || !(error instanceof Error)) throw error
    return { line, damage: error }
  }
  if (line === undefined) throw new Error('it holds no line of a trail')
  return { line }
}

/** A process that was killed may have left half a line, so only its hash says that it is one. */
function wholeLine(bytes: Buffer): ReadLine | undefined {
  const line = readLine(bytes)
  return line !== undefined && isIntact(line) ? line : undefined
}

interface Ending {
  /** The last line that has an end, and what stands behind it. */
  readonly last: Buffer
  readonly rest: Buffer
  /** Nothing stands before that. */
  readonly isAll: boolean
}

async function endingOf(path: string): Promise<Ending> {
  const file = await open(path, 'r+') // some systems sync only what may be written
  try {
    await file.sync()
    return await readEnding(file)
  } finally {
    await file.close()
  }
}

async function readEnding(file: FileHandle): Promise<Ending> {
  const { size } = await file.stat()
  for (let length = 64 * 1024; ; length *= 2) {
    const from = Math.max(0, size - length)
    const room = Buffer.alloc(size - from)
    const { bytesRead } = await file.read(room, 0, room.length, from)
    const bytes = room.subarray(0, bytesRead)
    const end = bytes.lastIndexOf(0x0a)
    const start = end <= 0 ? -1 : bytes.lastIndexOf(0x0a, end - 1)
    if (start < 0 && from > 0) continue
    return { last: bytes.subarray(start + 1, Math.max(0, end)), rest: bytes.subarray(end + 1), isAll: start < 0 }
  }
}
