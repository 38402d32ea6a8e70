import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { reasonCodes } from '../catalog/reason.ts'
import { mends } from './mends.ts'

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')

/** The last cell of the code's row. */
function documented(code: string): string | undefined {
  return page
    .split('\n')
    .find(line => line.startsWith(`| \`${code}\` |`))
    ?.split('|')
    .at(-2)
    ?.trim()
}

test('every reason code has its mend, in the words of docs/errors.md', () => {
  assert.deepEqual(Object.keys(mends).sort(), [...reasonCodes].sort())
  for (const code of reasonCodes) assert.equal(mends[code], documented(code), code)
})
