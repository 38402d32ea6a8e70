import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { openStoreFile } from './store-file.ts'

/** One counter as it is kept: the digest of its key, and its numbers. */
export interface StoredCounter {
  /** The two halves of the key's digest, signed 32-bit. */
  readonly high: number
  readonly low: number
  readonly values: readonly number[]
}

/** Changes of this layout get a new number; a file with another one is begun anew. */
const layout = 1

/**
 * Quota counters on disk (SQLite), so that a restart does not hand out the period's calls again. Keys are digests made with `secret`, which is
 * kept beside them: whoever reads the file learns no caller's name.
 */
export class QuotaStore {
  readonly #db: DatabaseSync
  readonly #upsert: StatementSync
  readonly #delete: StatementSync

  /** Opens or makes the file, for its owner alone. Throws StoreUnusable when it cannot. */
  constructor(file: string) {
    this.#db = openStoreFile(file, prepare)
    this.#upsert = this.#db.prepare('INSERT OR REPLACE INTO quota (high, low, numbers) VALUES (?, ?, ?)')
    this.#delete = this.#db.prepare('DELETE FROM quota WHERE high = ? AND low = ?')
  }

  /** The secret that keys are digested with: the stored one, or this new one, which is then stored. */
  secret(fresh: Uint8Array): Uint8Array {
    const stored = this.#db.prepare('SELECT bytes FROM secret').get()?.bytes
    if (stored instanceof Uint8Array) return new Uint8Array(stored)
    this.#db.prepare('INSERT INTO secret (bytes) VALUES (?)').run(fresh)
    return fresh
  }

  *load(): Generator<StoredCounter> {
    for (const { high, low, numbers } of this.#db.prepare('SELECT high, low, numbers FROM quota').iterate()) {
      const values: unknown = JSON.parse(String(numbers))
      if (typeof high === 'number' && typeof low === 'number' && isNumbers(values)) yield { high, low, values }
    }
  }

  /** All or nothing. */
  save(changed: readonly StoredCounter[], gone: readonly Pick<StoredCounter, 'high' | 'low'>[]): void {
    if (changed.length === 0 && gone.length === 0) return
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      for (const { high, low } of gone) this.#delete.run(high, low)
      for (const { high, low, values } of changed) this.#upsert.run(high, low, JSON.stringify(values))
      this.#db.exec('COMMIT')
    } catch (error) {
      this.#db.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    this.#db.close()
  }
}

function prepare(db: DatabaseSync): void {
  db.exec('PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  if (db.prepare('PRAGMA user_version').get()?.user_version !== layout)
    db.exec(`
      DROP TABLE IF EXISTS quota; DROP TABLE IF EXISTS secret;
      CREATE TABLE quota (high INTEGER NOT NULL, low INTEGER NOT NULL, numbers TEXT NOT NULL, PRIMARY KEY (high, low)) WITHOUT ROWID;
      CREATE TABLE secret (bytes BLOB NOT NULL);
      PRAGMA user_version = ${layout}`)
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(one => typeof one === 'number')
}
