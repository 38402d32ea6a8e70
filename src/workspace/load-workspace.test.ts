import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadWorkspace } from './load-workspace.ts'
import { loadFiles, openApi } from './testing/temporary-workspace.ts'

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

test('the files that docs/workspace.md shows load without a fault', async t => {
  const page = readFileSync(new URL('../../docs/workspace.md', import.meta.url), 'utf8')
  const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(match => match[1] ?? '')
  const directory = blocks.find(block => block.startsWith('tenant:')) ?? ''
  const shortForm = blocks.find(block => block.includes('access:')) ?? ''
  const { faults, catalog } = await loadFiles(t, {
    'gatehouse.yaml': `identity: { directory: directory.yaml }\n${shortForm}`,
    'directory.yaml': directory,
    'colors.openapi.yaml': JSON.stringify(openApi('GET /random', 'POST /colors', 'GET /colors/{name}')),
  })
  assert.deepEqual(faults, [])
  assert.equal(catalog.directory?.appRoleAssignments.length, 3)
})
