import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { printDiagnostics } from './print-diagnostics.ts'

test('what an author hid in a line is seen, and the mark stays below its column', t => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'policy.xml')
  writeFileSync(file, '\t<a b="\u202e" c="\u001b" />\n')
  let text = ''
  const out = { write: (part: string) => (text += part) }
  const place = { file, line: 1, severity: 'error', code: 'x' } as const
  printDiagnostics([{ ...place, column: 11, message: 'c is\nno\u001b' }], out, {})
  assert.equal(
    text,
    [`${file}:1:11: error x: c is\\nno\\u001b`, '  1 |  <a b="\\u202e" c="\\u001b" />', '    |                ^', '', ''].join(
      '\n',
    ),
  )
  text = ''
  printDiagnostics([{ ...place, column: 20, message: 'behind' }], out, {})
  assert.match(text, / \| {30}\^\n/)
})
