import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { pageOf, reasonCodes } from '../src/catalog/reason.ts'

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')
const part = page.split('\n## ').find(one => one.startsWith('Reason codes')) ?? ''
const sections = part.split('\n#### ').slice(1)
const heading = /^<a id="(?<anchor>[a-z-]+)"><\/a>`(?<code>[a-z.-]+)`\n/

test('every reason code has its section, which a link finds by its name, and nothing else has one', () => {
  const headings = sections.map(section => heading.exec(section)?.groups ?? {})
  assert.deepEqual(headings.map(({ code }) => code).sort(), [...reasonCodes].sort())
  const anchors = headings.map(({ anchor }) => `docs/errors.md#${anchor}`)
  assert.deepEqual(anchors.sort(), reasonCodes.map(pageOf).sort())
})

test('every section says what the code means, its status and how it comes about; where there is a mend, who can do it', () => {
  for (const section of sections) {
    const code = heading.exec(section)?.groups?.code
    const [, means = ''] = section.split('\n\n')
    assert.match(means, /\.$/, `${code} has a meaning`)
    assert.match(section, /^- Status: \S/m, `${code} has a status`)
    assert.match(section, /^- How it comes about: \S.*\.$/m, `${code} comes about somehow`)
    assert.equal(
      /^- The mend: \S/m.test(section),
      /^- Who: \S.*\.$/m.test(section),
      `${code} has a mend and somebody who can do it`,
    )
  }
})
