import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { SqliteGrants } from './sqlite-grants.ts'
import { requested, testAccessGrants } from './testing/access-grants-cases.ts'

describe('grants in SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-grants-'))
  after(() => rmSync(folder, { recursive: true }))

  testAccessGrants(async (place, max) => new SqliteGrants(join(folder, `${place}.db`), max))

  test('lie in a file of their owner’s alone, and a file of a newer layout is refused', async () => {
    const file = join(folder, 'layout', 'grants.db')
    const grants = new SqliteGrants(file)
    await grants.add(requested('one'))
    await grants.close()
    assert.equal(statSync(file).mode & 0o777, 0o600)
    const db = new DatabaseSync(file)
    db.exec('PRAGMA user_version = 2')
    db.close()
    assert.throws(() => new SqliteGrants(file), /newer version/)
  })
})
