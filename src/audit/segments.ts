import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** One file of the trail. */
export interface Segment {
  readonly path: string
  /** As the trail names it: without what compression added. */
  readonly name: string
  readonly writer: string
  /** From 1, in the order of its writer. */
  readonly number: number
  readonly compressed: boolean
}

const form = /^(.+)-(\d{6,})\.jsonl(\.gz)?$/

export function segmentOf(path: string): Segment | undefined {
  const [, writer, number, gz] = form.exec(basename(path)) ?? []
  if (writer === undefined || number === undefined) return undefined
  return { path, name: `${writer}-${number}.jsonl`, writer, number: Number(number), compressed: gz !== undefined }
}

/** The name of a writer's segment. */
export const segmentName = (writer: string, number: number) => `${writer}-${String(number).padStart(6, '0')}.jsonl`

/** The segments of a trail, oldest writers first, each writer's in order. A segment that stands there twice (its compression was cut short) counts once. */
export function segmentsIn(folder: string): readonly Segment[] {
  if (!existsSync(folder)) return []
  const found = new Map<string, Segment>()
  for (const name of readdirSync(folder).sort()) {
    const segment = segmentOf(join(folder, name))
    // sorted, the plain file comes before the compressed one, which may be half written
    if (segment !== undefined && !found.has(segment.name)) found.set(segment.name, segment)
  }
  return [...found.values()]
}

/** Its text, whether it is compressed or not, or was since it was found. */
export function readSegment({ path, compressed }: Segment): Readable {
  if (compressed) return unpack(path)
  return existsSync(path) ? readFile(path) : unpack(`${path}.gz`)
}

function readFile(path: string): Readable {
  if (!statSync(path).isFile()) throw new Error('it is no file') // a pipe would never end
  return createReadStream(path, { highWaterMark: 1 << 20 })
}

function unpack(path: string): Readable {
  const file = readFile(path)
  const text = createGunzip({ chunkSize: 1 << 20 })
  file.on('error', error => text.destroy(error))
  text.on('close', () => file.destroy())
  return file.pipe(text)
}

/** Somebody compressed or removed the file since it was found, and says so itself. */
export function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
