import type { Grant } from '../../access/grant.ts'
import type { PostgresSettings } from '../../catalog/settings.ts'
import { type AccessGrants, maxGrants, replaceable } from '../access-grants.ts'
import { type GrantNames, grantNames, prepareGrants } from './grant-layout.ts'
import { PostgresConnection, type PostgresTiming } from './postgres-connection.ts'

/** Grants in one table of PostgreSQL, for gateways with state folders of their own. Rejects with `StoreAway` when it cannot be asked. */
export class PostgresGrants implements AccessGrants {
  readonly #db: PostgresConnection
  readonly #names: GrantNames
  readonly #max: number
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(db: PostgresConnection, names: GrantNames, max: number) {
    this.#db = db
    this.#names = names
    this.#max = max
  }

  static async open(
    settings: PostgresSettings,
    { timing = {}, max = maxGrants }: { readonly timing?: Partial<PostgresTiming>; readonly max?: number } = {},
  ): Promise<PostgresGrants> {
    const db = await PostgresConnection.open(settings, timing)
    try {
      await prepareGrants(db, settings.schema)
      return new PostgresGrants(db, grantNames(settings.schema), max)
    } catch (error) {
      db.close()
      throw error
    }
  }

  all(): Promise<readonly Grant[]> {
    return this.#inTurn(() => this.#read())
  }

  add(grant: Grant): Promise<boolean> {
    const { table } = this.#names
    return this.#inTransaction(async () => {
      // one adds at a time, or two could both find the last place free; readers and deciders go on
      await this.#db.query(`LOCK TABLE ${table} IN SHARE UPDATE EXCLUSIVE MODE`)
      const [row] = await this.#db.query(`SELECT count(*) AS n FROM ${table}`)
      if (Number(row?.n) >= this.#max && !(await this.#makeRoom())) return false
      const values = [grant.id, grant.state, JSON.stringify(grant)]
      await this.#db.query(`INSERT INTO ${table} (id, state, value) VALUES ($1, $2, $3)`, values)
      await this.#announce()
      return true
    })
  }

  change<Refusal extends string>(id: string, change: (grant: Grant) => Grant | Refusal): Promise<Grant | Refusal | undefined> {
    const { table } = this.#names
    return this.#inTransaction(async () => {
      const [row] = await this.#db.query(`SELECT value FROM ${table} WHERE id = $1 FOR UPDATE`, [id])
      if (row === undefined) return undefined
      const changed = change(grantOf(row))
      if (typeof changed === 'string') return changed
      const values = [id, changed.state, JSON.stringify(changed)]
      await this.#db.query(`UPDATE ${table} SET state = $2, value = $3 WHERE id = $1`, values)
      await this.#announce()
      return changed
    })
  }

  async close(): Promise<void> {
    this.#db.close()
  }

  async #read(): Promise<readonly Grant[]> {
    return (await this.#db.query(`SELECT value FROM ${this.#names.table} ORDER BY place`)).map(grantOf)
  }

  async #makeRoom(): Promise<boolean> {
    const ids = replaceable(await this.#read(), this.#max, Date.now())
    for (const id of ids) await this.#db.query(`DELETE FROM ${this.#names.table} WHERE id = $1`, [id])
    return ids.length > 0
  }

  /** Heard when the transaction is committed, and not otherwise. */
  async #announce(): Promise<void> {
    await this.#db.query(`NOTIFY ${this.#names.channel}`)
  }

  #inTransaction<T>(work: () => Promise<T>): Promise<T> {
    return this.#inTurn(() => this.#db.inTransaction(work))
  }

  /** There is one connection: what is asked for meanwhile waits, or it would be part of another's transaction. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => {})
    return result
  }
}

/** The column is this file's own JSON. */
export function grantOf({ value }: Readonly<Record<string, unknown>>): Grant {
  return JSON.parse(String(value)) as Grant
}
