import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { reasonCodes } from '../catalog/reason.ts'
import { policyDiagnostics } from './diagnostic-codes.ts'

test('every diagnostic code that policies give is in the catalogue, and nothing else is', () => {
  const folder = import.meta.dirname
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    name => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'diagnostic-codes.ts',
  )
  const reasons = new Set<string>(reasonCodes)
  const used = new Set<string>()
  for (const name of sources) {
    for (const [, code] of readFileSync(join(folder, name), 'utf8').matchAll(/'(policy\.[a-z-]+)'/g)) {
      if (code !== undefined && !reasons.has(code)) used.add(code)
    }
  }
  assert.deepEqual([...used].sort(), [...policyDiagnostics.keys()])
})
