import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { acceptableWarnings, lintRules } from '../../catalog/lint-rules.ts'
import { checkPolicyFile } from '../../policies/check-policy-file.ts'
import { lintWorkspace } from './lint.ts'
import { inbound, token, workspace } from './testing/workspace.ts'

const docs = new URL('../../../docs/', import.meta.url)
const pageOf = (code: string) => readFileSync(new URL(`lint/${code}.md`, docs), 'utf8')
const codes = [...Object.keys(lintRules), ...acceptableWarnings].sort()
/** Found in more than one document, or in none. */
const elsewhere = new Set(['lint.accepted-nothing', 'policy.shared-counter'])

test('every rule, and every warning that may be accepted, has its page, which the index names, and nothing else has one', () => {
  assert.deepEqual(readdirSync(new URL('lint/', docs)).sort(), codes.map(code => `${code}.md`).sort())
  const index = readFileSync(new URL('lint.md', docs), 'utf8')
  assert.deepEqual([...index.matchAll(/^\| \[`([\w.-]+)`\]\(lint\/\1\.md\)/gm)].map(([, code]) => code).sort(), codes)
  for (const code of codes) assert.ok(pageOf(code).startsWith(`# ${code}\n`), code)
  for (const [code, { mend }] of Object.entries(lintRules)) assert.ok(pageOf(code).includes(mend), code)
})

test('what a page shows as found is, and what it shows as mended is not', () => {
  for (const code of codes.filter(one => !elsewhere.has(one))) {
    const [found = '', mended = ''] = [...pageOf(code).matchAll(/```xml\n([\s\S]*?)```/g)].map(([, text = '']) => text)
    assert.ok(codesIn(found).includes(code), `${code}: ${codesIn(found)}`)
    assert.deepEqual(codesIn(mended), [], code)
  }
})

test('every page says how its finding is accepted: by name, file and reason', () => {
  for (const code of codes.filter(one => one !== 'lint.accepted-nothing')) {
    const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(pageOf(code)) ?? []
    const { lint } = parse(text) as { lint: { accept: { rule: string; file: string; reason: string }[] } } // the project's own page
    assert.deepEqual(
      lint.accept.map(({ rule, ...more }) => [rule, Object.keys(more)]),
      [[code, ['file', 'reason']]],
    )
  }
})

/** In the policy of an operation, whose API checks the token where the operation's own policy is about something else. */
function codesIn(policy: string): readonly string[] {
  const wider = /token|jwt|cache/i.test(policy) ? inbound('<base />') : inbound('<base />', token)
  const found = lintWorkspace(workspace(wider, policy)).map(({ code }) => code)
  const compiled = checkPolicyFile('p.xml', policy).map(({ code }) => code)
  return [...found, ...compiled.filter(code => acceptableWarnings.includes(code))]
}
