import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { openPrompt } from './eval-prompt.ts'
import { isOpen } from './eval-typed.ts'

/** Types the lines into a prompt without a terminal; what came out of it, and what it said beside. */
async function typed(lines: readonly string[], cwd = tmpdir()): Promise<{ out: string; said: string }> {
  const written = { out: '', said: '' }
  await openPrompt(
    {},
    {
      stdin: Readable.from([`${lines.join('\n')}\n`]),
      stdout: { write: text => (written.out += text) },
      stderr: { write: text => (written.said += text) },
      env: {},
      cwd,
    },
  )
  return written
}

test('a line is an expression, statements end with a semicolon, an open bracket goes on', async () => {
  const lines = ['1 + 1', 'var x = 2; return x * 3;', 'new[] { 1,', '  2 }.Sum()', '@{', 'return "b";', '', '}']
  const { out } = await typed(lines)
  assert.equal(out, '2   (System.Int32)\n6   (System.Int32)\n3   (System.Int32)\nb   (System.String)\n')
})

test('a fault stands under its place in what was typed', async () => {
  const { out } = await typed(['"abc".Foo()', '@{ var a = 1;', 'return b; }'])
  const lines = out.split('\n')
  assert.equal(lines[0], '    "abc".Foo()')
  assert.match(lines[1] ?? '', /^ {10}\^ CS1061: /)
  assert.equal(lines[2], '    return b; }')
  assert.match(lines[3] ?? '', /^ {11}\^ CS0103: /)
})

test('a context is loaded by name; one that cannot be is told and changes nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eval-'))
  try {
    writeFileSync(join(folder, 'call.json'), '{"request":{"method":"PUT"}}')
    writeFileSync(join(folder, 'odd.json'), '[1]')
    const lines = [
      ':context call.json',
      ':context odd.json',
      ':context none.json',
      'context.Request.Method',
      ':context',
      'context.Request.Method',
    ]
    const { out, said } = await typed(lines, folder)
    assert.equal(out, 'PUT   (System.String)\nGET   (System.String)\n')
    assert.match(
      said,
      /context is now call\.json\ncannot load odd\.json: .+\ncannot load none\.json: .+\ncontext is empty again\n/,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test(':quit leaves, any other command shows what there is', async () => {
  const { out, said } = await typed([':nope', ':quit', '1'])
  assert.equal(out, '')
  assert.match(said, /:context FILE/)
})

test('brackets in strings and comments do not count, an open verbatim string does', () => {
  for (const whole of ['"("', "'{'", '$"{a["x"]}"', '@"a""(" + 1', '1 /* ( */', '1 // (', 'f(1)'])
    assert.equal(isOpen(whole), false, whole)
  for (const open of ['f(', '@"a', '$@"{x}', '1 /* a', 'new[] {', 'f("(", ']) assert.equal(isOpen(open), true, open)
})
