import { StoreAway } from '../store-away.ts'
import type { PostgresConnection } from './postgres-connection.ts'

/** Changes of this layout get a new number; a newer one than this program knows is refused. */
const layout = 1

/** The names that grants have in one schema. The schema is of letters, digits and `_` alone: quoted, it is safe in any statement. */
export interface GrantNames {
  readonly table: string
  readonly layout: string
  /** Where every change is announced. */
  readonly channel: string
}

export function grantNames(schema: string): GrantNames {
  return { table: `"${schema}".access_grant`, layout: `"${schema}".access_grant_layout`, channel: `"${schema}.access_grant"` }
}

/** Makes the tables where they are missing. Where they are there, it takes no more than the right to read them. */
export async function prepareGrants(db: PostgresConnection, schema: string): Promise<void> {
  const names = grantNames(schema)
  const found = (await layoutIn(db, schema, names)) ?? (await db.inTransaction(() => make(db, schema, names)))
  if (found > layout) throw new StoreAway(`the grants in schema ${schema} were written by a newer version of Gatehouse`)
}

async function layoutIn(db: PostgresConnection, schema: string, names: GrantNames): Promise<number | undefined> {
  // the catalogue's tables, not to_regclass: that may answer from before a lock was waited for
  const isThere = `SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = 'access_grant_layout'`
  if ((await db.query(isThere, [schema])).length === 0) return undefined
  const [row] = await db.query(`SELECT number FROM ${names.layout}`)
  return Number(row?.number)
}

/** Several gateways may start at once: the first makes everything, the others wait for it and find it. */
async function make(db: PostgresConnection, schema: string, names: GrantNames): Promise<number> {
  await db.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`gatehouse ${schema}`])
  const found = await layoutIn(db, schema, names)
  if (found !== undefined) return found
  // asked first: IF NOT EXISTS wants the right to make one even where there is one
  const schemas = await db.query('SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1', [schema])
  if (schemas.length === 0) await db.query(`CREATE SCHEMA "${schema}"`)
  await db.query(
    `CREATE TABLE ${names.table} (id text PRIMARY KEY, place bigint GENERATED ALWAYS AS IDENTITY, state text NOT NULL, value text NOT NULL)`,
  )
  await db.query(`CREATE TABLE ${names.layout} (number integer NOT NULL)`)
  await db.query(`INSERT INTO ${names.layout} (number) VALUES (${layout})`)
  return layout
}
