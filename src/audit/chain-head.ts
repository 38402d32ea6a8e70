import { type FileHandle, open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { parseLine } from './chain.ts'
import { linesHolding } from './scan-lines.ts'
import { readSegment, type Segment } from './segments.ts'

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

/** The end of a writer's chain as it stands on the disk; undefined when it holds no line. What the answer names outlives a crash of the machine. */
export async function readHead(segments: readonly Segment[]): Promise<ChainHead | undefined> {
  for (const segment of [...segments].reverse()) {
    const last = await lastLineOf(segment)
    if (last !== undefined) return { writer: segment.writer, seq: last.seq, hash: last.hash }
  }
  return undefined
}

/** The last line of a segment, which the disk then has; undefined when there is none. */
export async function lastLineOf(segment: Segment): Promise<ReturnType<typeof parseLine>> {
  const line = segment.compressed ? await lastOfStream(readSegment(segment)) : await lastOfFile(segment.path)
  return line === undefined ? undefined : parseLine(line)
}

async function lastOfStream(stream: Readable): Promise<string | undefined> {
  let last: Buffer | undefined
  for await (const line of linesHolding(stream, [])) last = line
  return last?.toString('utf8')
}

async function lastOfFile(path: string): Promise<string | undefined> {
  const file = await open(path, 'r+') // some systems sync only what may be written
  try {
    await file.sync()
    return await lastLine(file)
  } finally {
    await file.close()
  }
}

/** The last line that is there to its end: a process that was killed may have left half of one behind it. */
async function lastLine(file: FileHandle): Promise<string | undefined> {
  const { size } = await file.stat()
  for (let length = 64 * 1024; ; length *= 2) {
    const from = Math.max(0, size - length)
    const bytes = Buffer.alloc(size - from)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from)
    const end = bytes.lastIndexOf(0x0a, bytesRead - 1)
    const start = end <= 0 ? -1 : bytes.lastIndexOf(0x0a, end - 1)
    if (end >= 0 && (start >= 0 || from === 0)) return bytes.toString('utf8', start + 1, end)
    if (from === 0) return undefined
  }
}
