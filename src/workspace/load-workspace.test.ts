import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadWorkspace } from './load-workspace.ts'

const examples = fileURLToPath(new URL('../../examples', import.meta.url))

for (const name of existsSync(examples) ? readdirSync(examples) : []) {
  test(`the example '${name}' loads without a fault`, async () => {
    const { diagnostics, catalog } = await loadWorkspace({ folder: `${examples}/${name}`, env: {} })
    assert.deepEqual(diagnostics, [])
    assert.ok(catalog.apis.length > 0)
    // A catalog goes to every thread, so it must survive being copied.
    assert.deepEqual(structuredClone(catalog), catalog)
  })
}
