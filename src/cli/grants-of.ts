import { existsSync } from 'node:fs'
import { ActiveGrants } from '../access/grant.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Settings } from '../catalog/settings.ts'
import type { AccessGrants } from '../store/access-grants.ts'
import { PostgresGrants } from '../store/postgres/postgres-grants.ts'
import { grantsFile, SqliteGrants } from '../store/sqlite-grants.ts'
import { StoreAway } from '../store/store-away.ts'
import { UsageError } from './command.ts'

/** Opens the workspace's grants for one piece of work. Rejects with UsageError while PostgreSQL is away: what it would say is not known. */
export async function withGrants<T>({ settings }: Catalog, work: (grants: AccessGrants) => Promise<T>): Promise<T> {
  try {
    const grants = await open(settings)
    try {
      return await work(grants)
    } finally {
      await grants.close()
    }
  } catch (error) {
    if (!(error instanceof StoreAway)) throw error
    throw new UsageError(`PostgreSQL, where the grants are, is away: ${error.message}`, { cause: error })
  }
}

/** What is granted at this moment. */
export async function grantsInForce(catalog: Catalog): Promise<ActiveGrants> {
  const { state, store } = catalog.settings
  // looking does not make the file
  if (store?.postgres === undefined && !existsSync(grantsFile(state))) return new ActiveGrants([])
  return withGrants(catalog, async grants => new ActiveGrants(await grants.all()))
}

async function open({ state, store }: Settings): Promise<AccessGrants> {
  return store?.postgres === undefined ? new SqliteGrants(grantsFile(state)) : PostgresGrants.open(store.postgres)
}
