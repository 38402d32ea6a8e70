import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { reasonCodes } from '../src/catalog/reason.ts'

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')
const section = page.split('\n## ').find(part => part.startsWith('Reason codes')) ?? ''
const documented = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(match => match[1])

test('every reason code is documented, and nothing else is', () => {
  assert.deepEqual([...documented].sort(), [...reasonCodes].sort())
})
