import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { QuotaStore } from './quota-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-store-'))
after(() => rmSync(folder, { recursive: true }))

test('counters and the secret of their keys are there again after a restart, for the owner alone', () => {
  const file = join(folder, 'state', 'gatehouse.db')
  const first = new QuotaStore(file)
  const secret = first.secret(new Uint8Array([1, 2, 3]))
  first.save(
    [
      { high: -5, low: 7, values: [3600_000, 1_800_000_000_000.5, 4] },
      { high: 1, low: 2, values: [-1, 0, 9] },
    ],
    [],
  )
  first.save([{ high: -5, low: 7, values: [3600_000, 1_800_000_000_000.5, 5] }], [{ high: 1, low: 2 }])
  first.close()
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const second = new QuotaStore(file)
  assert.deepEqual(second.secret(new Uint8Array([9])), secret)
  assert.deepEqual([...second.load()], [{ high: -5, low: 7, values: [3600_000, 1_800_000_000_000.5, 5] }])
  second.close()
})
