import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { openStoreFile } from './store-file.ts'

/** One entry as it is kept. */
export interface StoredEntry {
  readonly key: string
  readonly value: unknown
  /** Milliseconds since 1970; Infinity: no end. */
  readonly until: number
}

/** The entries of one kind; each write is on disk, or wholly not, when it returns. */
export interface EntryStore {
  /** Oldest first; what has ended by `now` is dropped. */
  load(now: number): readonly StoredEntry[]
  put(entry: StoredEntry): void
  remove(key: string): void
}

/** Changes of this layout get a new number; a file with another one is begun anew. */
const layout = 1

function prepare(db: DatabaseSync): void {
  db.exec('PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  if (db.prepare('PRAGMA user_version').get()?.user_version !== layout)
    db.exec(`
      DROP TABLE IF EXISTS entry;
      CREATE TABLE entry (kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, ends REAL, UNIQUE (kind, key));
      PRAGMA user_version = ${layout}`)
}

/** What the local directory must not forget (codes, sign-ins, consents): entries with an end, of several kinds, in one SQLite file that only its owner can read. */
export class DirectoryEntries {
  readonly #db: DatabaseSync
  readonly #put: StatementSync
  readonly #remove: StatementSync

  /** Opens or makes the file. Throws StoreUnusable when it cannot, or when the file is no database. */
  constructor(file: string) {
    this.#db = openStoreFile(file, prepare)
    this.#put = this.#db.prepare('INSERT OR REPLACE INTO entry (kind, key, value, ends) VALUES (?, ?, ?, ?)')
    this.#remove = this.#db.prepare('DELETE FROM entry WHERE kind = ? AND key = ?')
  }

  entries(kind: string): EntryStore {
    return {
      load: now => {
        this.#db.prepare('DELETE FROM entry WHERE kind = ? AND ends <= ?').run(kind, now)
        const rows = this.#db.prepare('SELECT key, value, ends FROM entry WHERE kind = ? ORDER BY rowid').all(kind)
        return rows.map(({ key, value, ends }) => ({
          key: String(key),
          value: JSON.parse(String(value)),
          until: typeof ends === 'number' ? ends : Number.POSITIVE_INFINITY,
        }))
      },
      put: ({ key, value, until }) => void this.#put.run(kind, key, JSON.stringify(value), Number.isFinite(until) ? until : null),
      remove: key => void this.#remove.run(kind, key),
    }
  }

  close(): void {
    this.#db.close()
  }
}
