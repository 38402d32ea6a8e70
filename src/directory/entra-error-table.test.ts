import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { errorTable } from './entra-error-table.ts'

const page = new URL('../../docs/directory-errors.md', import.meta.url)

/** The page's line of each refusal; `{0}` stands for what is named there. */
const expected = Object.entries(errorTable)
  .map(
    ([number, { error, mend }]) =>
      `| AADSTS${number} | \`${error}\` | ${mend.replaceAll(/\{\d\}/g, '…').replaceAll('|', '\\|')} |`,
  )
  .sort((a, b) => Number(/\d+/.exec(a)?.[0]) - Number(/\d+/.exec(b)?.[0]))

test('docs/directory-errors.md has every refusal of the directory with its mend, and no other', () => {
  const lines = readFileSync(page, 'utf8')
    .split('\n')
    .filter(line => line.startsWith('| AADSTS'))
  assert.deepEqual(lines, expected)
})

test('every refusal has a mend in plain words, and a text that does not repeat its number', () => {
  for (const [number, { mend, text }] of Object.entries(errorTable)) {
    assert.match(mend, /^\S.*\.$/, number)
    assert.ok(!text.includes('AADSTS'), number)
  }
})
