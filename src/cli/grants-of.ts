import { existsSync } from 'node:fs'
import { ActiveGrants } from '../access/grant.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { AccessGrants } from '../store/access-grants.ts'
import { grantsFile, SqliteGrants } from '../store/sqlite-grants.ts'

/** Opens the workspace's grants for one piece of work. */
export async function withGrants<T>({ settings }: Catalog, work: (grants: AccessGrants) => Promise<T>): Promise<T> {
  const grants = new SqliteGrants(grantsFile(settings.state))
  try {
    return await work(grants)
  } finally {
    await grants.close()
  }
}

/** What is granted at this moment. */
export async function grantsInForce(catalog: Catalog): Promise<ActiveGrants> {
  // looking does not make the file
  if (!existsSync(grantsFile(catalog.settings.state))) return new ActiveGrants([])
  return withGrants(catalog, async grants => new ActiveGrants(await grants.all()))
}
