import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { PolicyTest } from '../explain/policy-tests/policy-test.ts'
import { formatSnapshots, parseSnapshots, type Snapshot } from '../explain/policy-tests/snapshots.ts'
import { UsageError } from './command.ts'

export const snapshotEnding = '.snapshots.json'

/** The kept answers, a file beside each file of tests; only new ones are written, unless all shall be kept anew. */
export class SnapshotFiles {
  readonly #update: boolean
  readonly #files = new Map<string, { readonly kept: Map<string, Snapshot>; changed: boolean }>()

  constructor(update: boolean) {
    this.#update = update
  }

  kept({ name, at }: PolicyTest): Snapshot | undefined {
    return this.#update ? undefined : this.#of(at.file).kept.get(name)
  }

  keep({ name, at }: PolicyTest, snapshot: Snapshot): void {
    const file = this.#of(at.file)
    if (file.kept.has(name) && !this.#update) return
    file.kept.set(name, snapshot)
    file.changed = true
  }

  write(): void {
    for (const [file, { kept, changed }] of this.#files) if (changed) writeFileSync(file + snapshotEnding, formatSnapshots(kept))
  }

  #of(file: string) {
    const known = this.#files.get(file)
    if (known !== undefined) return known
    const read = { kept: new Map(readSnapshots(file + snapshotEnding)), changed: false }
    this.#files.set(file, read)
    return read
  }
}

function readSnapshots(file: string): ReadonlyMap<string, Snapshot> {
  if (!existsSync(file)) return new Map()
  try {
    return parseSnapshots(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UsageError(
      `${file} holds no snapshots (${error instanceof Error ? error.message : String(error)}); mend it, or delete it and run with --update`,
    )
  }
}
