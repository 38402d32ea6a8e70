import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { policies } from './index.ts'

test('every policy file is in the list, in alphabetical order, with its test beside it', () => {
  const files = readdirSync(import.meta.dirname).filter(name => name !== 'index.ts' && name !== 'index.test.ts')
  const sources = files.filter(name => !name.endsWith('.test.ts')).map(name => name.slice(0, -'.ts'.length))
  assert.deepEqual(
    policies.map(one => one.element),
    sources.sort(),
  )
  assert.deepEqual(
    sources.filter(name => !files.includes(`${name}.test.ts`)),
    [],
  )
})
