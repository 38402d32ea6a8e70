import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Grant } from '../access/grant.ts'

/** Changes of this layout get a new number; a newer file than this program knows is refused. */
const layout = 1
/** Grants that are kept, the oldest that are decided go first; requests past that are refused. */
const maxGrants = 10_000

/** Time-boxed grants in one SQLite file that only its owner can read; the gateway and the command line use it side by side. */
export class AccessGrants {
  readonly #db: DatabaseSync

  /** Opens or makes the file. Throws when it cannot, or when the file is no database of grants. */
  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    closeSync(openSync(file, 'a', 0o600)) // made for its owner alone before anything is in it
    chmodSync(file, 0o600)
    this.#db = new DatabaseSync(file)
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000')
    const version = Number(this.#db.prepare('PRAGMA user_version').get()?.user_version)
    if (version > layout) throw new Error(`${file} was written by a newer version`)
    this.#db.exec(
      `CREATE TABLE IF NOT EXISTS access_grant (id TEXT PRIMARY KEY, value TEXT NOT NULL); PRAGMA user_version = ${layout}`,
    )
  }

  /** A number that changes whenever another process has written. */
  get dataVersion(): number {
    return Number(this.#db.prepare('PRAGMA data_version').get()?.data_version)
  }

  /** In the order they were asked for. */
  all(): readonly Grant[] {
    return this.#db
      .prepare('SELECT value FROM access_grant ORDER BY rowid')
      .all()
      .map(({ value }) => JSON.parse(String(value)) as Grant) // written by this class alone
  }

  /** Throws RangeError when too many wait for an answer. */
  add(grant: Grant): void {
    this.#inTransaction(() => {
      const count = Number(this.#db.prepare('SELECT count(*) AS n FROM access_grant').get()?.n)
      if (count >= maxGrants) this.#dropDecided()
      this.#db.prepare('INSERT INTO access_grant (id, value) VALUES (?, ?)').run(grant.id, JSON.stringify(grant))
    })
  }

  /** Changes one grant as it is at that moment, whoever else writes; `change` gives the new one, or why not. Undefined: there is none by that id. */
  change<Refusal extends string>(id: string, change: (grant: Grant) => Grant | Refusal): Grant | Refusal | undefined {
    return this.#inTransaction(() => {
      const row = this.#db.prepare('SELECT value FROM access_grant WHERE id = ?').get(id)
      if (row === undefined) return undefined
      const changed = change(JSON.parse(String(row.value)) as Grant) // written by this class alone
      if (typeof changed !== 'string')
        this.#db.prepare('UPDATE access_grant SET value = ? WHERE id = ?').run(JSON.stringify(changed), id)
      return changed
    })
  }

  close(): void {
    this.#db.close()
  }

  #dropDecided(): void {
    const done = this.all().filter(
      ({ state, until }) => state === 'denied' || state === 'revoked' || (until ?? Infinity) < Date.now(),
    )
    if (done.length === 0) throw new RangeError(`${maxGrants} requests and grants are open already`)
    for (const { id } of done.slice(0, maxGrants / 10)) this.#db.prepare('DELETE FROM access_grant WHERE id = ?').run(id)
  }

  #inTransaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#db.exec('COMMIT')
      return result
    } catch (error) {
      this.#db.exec('ROLLBACK')
      throw error
    }
  }
}
