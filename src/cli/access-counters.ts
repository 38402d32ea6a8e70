import { relative } from 'node:path'
import type { Catalog } from '../catalog/catalog.ts'
import { counted } from '../catalog/counted.ts'
import { type CounterRow, counterRows } from '../explain/counter-rows.ts'
import type { Io } from './command.ts'
import { paintFor } from './paint.ts'
import { printableTexts } from './printable.ts'

/** `gatehouse access --counters`: every limit and cache, its key, and who counts together. */
export function printCounters(catalog: Catalog, json: boolean, io: Io): void {
  const rows = counterRows(catalog)
  if (json) {
    io.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
    return
  }
  const paint = paintFor(io.stdout, io.env)
  for (const [kind, its] of Map.groupBy(printableTexts(rows), row => row.kind)) {
    io.stdout.write(`${paint.bold(kind)}\n`)
    for (const row of its) {
      const limit = row.limit === '' ? '' : `  ${row.limit}`
      io.stdout.write(`  ${row.policy}  ${row.key}${limit}\n`)
      io.stdout.write(`    ${paint.dim(`${scopeText(row)} at ${shown(row.file, io)}:${row.line}; ${whereText(row)}`)}\n`)
      if (row.sharedWith !== undefined)
        io.stdout.write(`    ${paint.yellow(`shared with ${shown(row.sharedWith, io)}: the key is the same`)}\n`)
    }
  }
  const shared = rows.filter(({ sharedWith }) => sharedWith !== undefined).length
  const sharing = shared === 0 ? '' : `; ${shared} ${shared === 1 ? 'shares' : 'share'} a key with another document's`
  io.stderr.write(`${counted(rows.length, 'limit or cache', 'limits and caches')}${sharing}\n`)
}

const scopeText = ({ scope }: CounterRow) => `scope ${scope}`

function whereText({ where, outlives }: CounterRow): string {
  return `seen by ${where}${outlives ? ', and after a restart' : ''}`
}

function shown(file: string, io: Io): string {
  const near = relative(io.cwd, file)
  return near.startsWith('..') ? file : near
}
