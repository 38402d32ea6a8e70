import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { reasonCodes } from '../../../src/catalog/reason.ts'
import { allCases } from './all-cases.ts'
import { toldApart } from './told-apart.ts'

const textOf = (file: URL) => readFileSync(file, 'utf8')

test('every reason code has a case that provokes it, and none has two', async () => {
  const covered = new Set<string>((await allCases()).map(({ code }) => code))
  for (const [code, { file }] of toldApart) {
    assert.ok(!covered.has(code), `${code} is covered twice`)
    assert.match(
      textOf(new URL(file, import.meta.url)),
      new RegExp(`test\\(\\s*'[^']*\\b${code.replace('.', '\\.')}`),
      `${code} in ${file}`,
    )
    covered.add(code)
  }
  assert.deepEqual([...covered].sort(), [...reasonCodes].sort())
})

test('every case that needs a mend says which, and applies it', async () => {
  for (const { code, mend, mended } of await allCases()) assert.equal(mend === '', mended === undefined, code)
})
