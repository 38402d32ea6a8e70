import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { reasonCodes } from '../catalog/reason.ts'
import { mends } from './mends.ts'

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')

/** What the code's section says of its mend. */
function documented(code: string): string {
  const [, section = ''] = page.split(`</a>\`${code}\`\n`)
  return /^- The mend: (.*)$/m.exec(section.split('\n#', 1)[0] ?? '')?.[1] ?? ''
}

test('every reason code has its mend, in the words of docs/errors.md', () => {
  assert.deepEqual(Object.keys(mends).sort(), [...reasonCodes].sort())
  for (const code of reasonCodes) assert.equal(mends[code], documented(code), code)
})
