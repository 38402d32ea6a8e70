import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policies } from '../elements/index.ts'
import { renderPolicyDocs } from './render-docs.ts'

test('every policy has a page that names each of its attributes, and a row in the table', () => {
  const pages = renderPolicyDocs()
  for (const { element, schema, summary } of policies) {
    const page = pages.get(`${element}.md`) ?? ''
    assert.ok(page.startsWith(`# ${element}\n\n${summary}\n`), element)
    for (const name of Object.keys(schema.attributes ?? {})) assert.ok(page.includes(`| \`${name}\` |`), `${element} ${name}`)
    assert.ok(pages.get('README.md')?.includes(`[\`${element}\`](${element}.md)`), element)
  }
  assert.equal(pages.size, policies.length + 2)
})

test('a policy that does not run is listed as such', () => {
  assert.match(renderPolicyDocs().get('README.md') ?? '', /\| `llm-token-limit` \|/)
})
