import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Grant } from '../access/grant.ts'
import { type AccessGrants, maxGrants, replaceable } from './access-grants.ts'
import { inStoreFile, openStoreFile, StoreUnusable } from './store-file.ts'

/** Changes of this layout get a new number; a newer file than this program knows is refused. */
const layout = 1

/** The file of grants in a state folder. */
export const grantsFile = (state: string) => join(state, 'grants.db')

/**
 * Grants in one SQLite file that only its owner can read; the gateway and the command line use it side by side. Whatever is asked of it throws
 * StoreUnusable when the file cannot be used.
 */
export class SqliteGrants implements AccessGrants {
  readonly #file: string
  readonly #db: DatabaseSync
  readonly #max: number

  /** Opens or makes the file. */
  constructor(file: string, max = maxGrants) {
    this.#file = file
    this.#max = max
    this.#db = openStoreFile(file, db => prepare(db, file))
  }

  /** A number that changes whenever another process has written. */
  get dataVersion(): number {
    return inStoreFile(this.#file, () => Number(this.#db.prepare('PRAGMA data_version').get()?.data_version))
  }

  /** `all`, for who looks ten times a second. */
  read(): readonly Grant[] {
    const rows = inStoreFile(this.#file, () => this.#db.prepare('SELECT value FROM access_grant ORDER BY rowid').all())
    return rows.map(({ value }) => JSON.parse(String(value)) as Grant) // written by this class alone
  }

  async all(): Promise<readonly Grant[]> {
    return this.read()
  }

  async add(grant: Grant): Promise<boolean> {
    return this.#inTransaction(() => {
      const count = Number(this.#db.prepare('SELECT count(*) AS n FROM access_grant').get()?.n)
      if (count >= this.#max && !this.#makeRoom()) return false
      this.#db.prepare('INSERT INTO access_grant (id, value) VALUES (?, ?)').run(grant.id, JSON.stringify(grant))
      return true
    })
  }

  async change<Refusal extends string>(
    id: string,
    change: (grant: Grant) => Grant | Refusal,
  ): Promise<Grant | Refusal | undefined> {
    return this.#inTransaction(() => {
      const row = this.#db.prepare('SELECT value FROM access_grant WHERE id = ?').get(id)
      if (row === undefined) return undefined
      const changed = change(JSON.parse(String(row.value)) as Grant) // written by this class alone
      if (typeof changed !== 'string')
        this.#db.prepare('UPDATE access_grant SET value = ? WHERE id = ?').run(JSON.stringify(changed), id)
      return changed
    })
  }

  async close(): Promise<void> {
    this.#db.close()
  }

  #makeRoom(): boolean {
    const ids = replaceable(this.read(), this.#max, Date.now())
    for (const id of ids) this.#db.prepare('DELETE FROM access_grant WHERE id = ?').run(id)
    return ids.length > 0
  }

  #inTransaction<T>(work: () => T): T {
    return inStoreFile(this.#file, () => {
      this.#db.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        this.#db.exec('COMMIT')
        return result
      } catch (error) {
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
        throw error
      }
    })
  }
}

function prepare(db: DatabaseSync, file: string): void {
  db.exec('PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version)
  if (version > layout) throw new StoreUnusable(`${file} was written by a newer version of Gatehouse: run that one`)
  db.exec(`CREATE TABLE IF NOT EXISTS access_grant (id TEXT PRIMARY KEY, value TEXT NOT NULL); PRAGMA user_version = ${layout}`)
}
