import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExportSink } from './export-sink.ts'
import type { ExportedRecord } from './read-trail.ts'

const newline = 0x0a

/** Files of JSON lines in a folder, one for each day (UTC) of the records: `audit-2026-11-25.jsonl`. For their owner alone, as the trail is. */
export function folderSink(folder: string): ExportSink {
  return {
    kind: 'folder',
    place: folder,
    limits: { records: 5000, bytes: 1024 * 1024 },
    async send(records) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      for (const [day, ofDay] of Map.groupBy(records, dayOf)) {
        const text = ofDay.map(record => `${record.text}\n`).join('')
        await append(join(folder, `audit-${day}.jsonl`), Buffer.from(text, 'utf8'))
      }
      return 0
    },
  }
}

/** The trail's own times are ISO 8601; whatever else is there must not become a path. */
function dayOf({ record }: ExportedRecord): string {
  return /^\d{4}-\d\d-\d\d/.exec(record.time)?.[0] ?? 'undated'
}

/** On the disk when it resolves. What a killed process or a full disk left half is cut off first: it is in this batch again. */
async function append(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'a+', 0o600)
  try {
    const { size } = await file.stat()
    const whole = await endOfLines(file, size)
    if (whole < size) await file.truncate(whole)
    try {
      await file.appendFile(bytes)
      await file.sync()
    } catch (error) {
      await file.truncate(whole)
      throw error
    }
  } finally {
    await file.close()
  }
}

/** Bytes up to the last end of a line. */
async function endOfLines(file: Awaited<ReturnType<typeof open>>, size: number): Promise<number> {
  const block = Buffer.alloc(64 * 1024)
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - block.length)
    const { bytesRead } = await file.read(block, 0, end - start, start)
    const found = block.subarray(0, bytesRead).lastIndexOf(newline)
    if (found >= 0) return start + found + 1
    end = start
  }
  return 0
}
