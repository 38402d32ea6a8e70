import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { faultCodes } from './fault-codes.ts'

test('docs/workspace.md lists every diagnostic code with its meaning and its mend, and no other', () => {
  const page = readFileSync(new URL('../../docs/workspace.md', import.meta.url), 'utf8')
  const section = page.split('\n## ').find(part => part.startsWith('Diagnostic codes')) ?? ''
  const rows = [...section.matchAll(/^\| `([^`]+)` \| (.*) \| (.*) \|$/gm)].map(match => [match[1], match[2], match[3]])
  assert.deepEqual(
    rows,
    Object.entries(faultCodes).map(([code, { means, mend }]) => [code, means, mend]),
  )
})
