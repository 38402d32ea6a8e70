import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** How far one writer's part of the trail was exported: everything before this place. */
export interface WriterPosition {
  /** Number of the segment. */
  readonly segment: number
  /** Bytes of its text, as it was before compression. */
  readonly offset: number
}

export type TrailPosition = Map<string, WriterPosition>

/** What was kept; nothing when there is none yet, or when it cannot be read: then all is exported once more, and nothing is left out. */
export async function readPosition(file: string): Promise<TrailPosition> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (typeof parsed !== 'object' || parsed === null) return new Map()
    return new Map(Object.entries(parsed).flatMap(([writer, at]) => (isPosition(at) ? [[writer, at] as const] : [])))
  } catch {
    return new Map()
  }
}

function isPosition(at: unknown): at is WriterPosition {
  if (typeof at !== 'object' || at === null || !('segment' in at) || !('offset' in at)) return false
  return Number.isSafeInteger(at.segment) && Number.isSafeInteger(at.offset)
}

/** All of it or the one before: a process that is killed meanwhile leaves no half. */
export async function keepPosition(file: string, position: TrailPosition): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const half = `${file}.part`
  const handle = await open(half, 'w', 0o600)
  try {
    await handle.writeFile(JSON.stringify(Object.fromEntries(position)))
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(half, file)
}
