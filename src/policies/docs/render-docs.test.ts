import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { judgedOnly } from '../compose/registry.ts'
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
  assert.equal(pages.size, policies.length + judgedOnly.length + 2)
})

test('a policy that does not run is listed as such, with its facts', () => {
  const pages = renderPolicyDocs()
  assert.match(pages.get('README.md') ?? '', /\| \[`llm-token-limit`\]\(llm-token-limit\.md\) \| no \| inbound \|/)
  assert.match(pages.get('llm-token-limit.md') ?? '', /\*\*Does not run here\*\*[\s\S]*\| `tokens-per-minute` \|/)
})

test('each row links to a test that is there, and has every difference with its reason', () => {
  const pages = renderPolicyDocs()
  const rows = (pages.get('README.md') ?? '').split('\n').filter(line => line.startsWith('| ['))
  assert.equal(rows.length, policies.length + judgedOnly.length)
  for (const row of rows) {
    const test = /\[test\]\(\.\.\/\.\.\/(.*?)\)/.exec(row)?.[1] ?? ''
    assert.ok(existsSync(new URL(`../../../${test}`, import.meta.url)), test)
  }
  const text = pages.get('README.md') ?? ''
  for (const { differences = [], pagesDisagree = [] } of policies)
    for (const one of [...differences, ...pagesDisagree]) assert.ok(text.includes(one.replaceAll('|', '\\|')), one)
})
