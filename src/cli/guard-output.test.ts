import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guardOutput } from './guard-output.ts'
import { paintFor } from './paint.ts'
import { printable, printableTexts } from './printable.ts'

function written(text: string, isTTY = false): string {
  let all = ''
  guardOutput({
    isTTY,
    write: part => {
      all += part
    },
  }).write(text)
  return all
}

const tag = String.fromCodePoint(0xe0041)

test('controls, format characters and strange line ends are written as JSON would', () => {
  const text = `a\u0000\u001b[2J\u007f\u009b\u00ad\u061c\u200d\u202e\u2028\u2029\u2066\ufeff${tag}é漢`
  const shown = 'a\\u0000\\u001b[2J\\u007f\\u009b\\u00ad\\u061c\\u200d\\u202e\\u2028\\u2029\\u2066\\ufeff\\udb40\\udc41é漢'
  assert.equal(written(text), shown)
  assert.equal(printable(text), shown)
  assert.equal(JSON.parse(written(JSON.stringify(text))), text)
})

test('line ends and tabs of a command pass, a single carriage return does not', () => {
  assert.equal(written('a\tb\r\nc\nd\re\n'), 'a\tb\r\nc\nd\\re\n')
  assert.equal(printable('a\tb\r\nc\n'), 'a\\tb\\r\\nc\\n')
})

test('colours reach a terminal and nothing else does', () => {
  const paint = paintFor({ write() {}, isTTY: true }, {})
  for (const colour of Object.values(paint)) assert.equal(written(colour('x'), true), colour('x'))
  assert.equal(written(paint.red('x')), '\\u001b[31mx\\u001b[0m')
  for (const code of ['[8m', '[7m', '[38;5;1m', '[2J', '[1;1H', ']0;x\u0007', 'c', '[30m'])
    assert.equal(written(`\u001b${code}`, true), printable(`\u001b${code}`))
  assert.equal(written('\u202e', true), '\\u202e')
})

test('all texts of a value become printable, and the rest stays', () => {
  const value = { a: '\u001b', b: ['\n', 1, null, { c: '\u202e' }], d: undefined, e: true }
  assert.deepEqual(printableTexts(value), { a: '\\u001b', b: ['\\n', 1, null, { c: '\\u202e' }], d: undefined, e: true })
})
