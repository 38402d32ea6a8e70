import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { reasonCodes } from '../catalog/reason.ts'
import { mends } from './mends.ts'

const docs = new URL('../../docs/errors/', import.meta.url)

/** What the code's page says of its mend, before who can do it. */
function documented(code: string): string {
  const page = readFileSync(new URL(`${code}.md`, docs), 'utf8')
  const mend = /^## The mend\n\n(.*)$/m.exec(page)?.[1] ?? ''
  return mend === 'Nothing to mend.' ? '' : mend
}

test('every reason code has its mend, in the words of its page', () => {
  assert.deepEqual(Object.keys(mends).sort(), [...reasonCodes].sort())
  for (const code of reasonCodes) assert.equal(mends[code], documented(code), code)
})
