import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { chainStart, hashOf, parseLine } from './chain.ts'
import { segmentFiles } from './query-audit.ts'

export interface AuditFault {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly message: string
}

export interface AuditVerdict {
  readonly segments: number
  readonly records: number
  readonly faults: readonly AuditFault[]
}

/**
 * Follows the chain of every writer through its segments: a record that was changed, removed, inserted or moved breaks it there. What no
 * chain can tell by itself is whether the newest records of a writer were cut off.
 */
export async function verifyAudit(folder: string): Promise<AuditVerdict> {
  const faults: AuditFault[] = []
  const files = segmentFiles(folder)
  let records = 0
  for (const segments of byWriter(files)) {
    let link = { seq: 0, hash: chainStart }
    let expected = 1
    for (const file of segments) {
      const number = segmentNumber(file)
      if (number !== expected) faults.push({ file, line: 1, message: `segment ${expected} of this writer is missing` })
      expected = number + 1
      const followed = await follow(file, link, faults)
      records += followed.records
      link = followed.link
    }
  }
  return { segments: files.length, records, faults }
}

interface Link {
  readonly seq: number
  readonly hash: string
}

async function follow(
  file: string,
  start: Link,
  faults: AuditFault[],
): Promise<{ readonly link: Link; readonly records: number }> {
  let link = start
  let line = 0
  for await (const text of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })) {
    line++
    const parsed = parseLine(text)
    if (parsed === undefined) {
      faults.push({ file, line, message: 'this line is no record, or was cut off' })
      continue
    }
    if (hashOf(parsed.seq, parsed.prev, parsed.recordText) !== parsed.hash)
      faults.push({ file, line, message: 'this record was changed' })
    else if (parsed.seq !== link.seq)
      faults.push({
        file,
        line,
        message: `records ${link.seq} to ${parsed.seq - 1} before this one are missing, or it was moved`,
      })
    else if (parsed.prev !== link.hash) faults.push({ file, line, message: 'the record before this one was changed or replaced' })
    link = { seq: parsed.seq + 1, hash: parsed.hash }
  }
  return { link, records: line }
}

function byWriter(files: readonly string[]): string[][] {
  const groups = Map.groupBy(files, file => basename(file).replace(/-\d+\.jsonl$/, ''))
  return [...groups.values()]
}

function segmentNumber(file: string): number {
  return Number(/-(\d+)\.jsonl$/.exec(file)?.[1] ?? 0)
}
