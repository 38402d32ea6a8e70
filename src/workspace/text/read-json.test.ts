import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReport } from '../report.ts'
import { readJson } from './read-json.ts'
import { memberOf, textOf } from './text-node.ts'

function read(text: string) {
  const report = createReport()
  const root = readJson('a.json', text, report)
  return { root, faults: report.diagnostics.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`) }
}

test('a value knows its line and column, counted from one', () => {
  const { root, faults } = read('{\r\n  "a": [1, "x"],\n\t"b": {"c": true}\n}\n')
  assert.deepEqual(faults, [])
  const list = memberOf(root, 'a')
  assert.deepEqual(list?.at, { file: 'a.json', line: 2, column: 8 })
  assert.deepEqual(list?.kind === 'list' && list.items[1]?.at, { file: 'a.json', line: 2, column: 12 })
  assert.deepEqual(memberOf(memberOf(root, 'b'), 'c')?.at, { file: 'a.json', line: 3, column: 13 })
})

test('texts are unescaped as JSON says', () => {
  assert.equal(textOf(read(String.raw`"a\"\\\u00e9\n/\/"`).root), 'a"\\é\n//')
})

test('numbers, true, false and null are read', () => {
  const { root } = read('[-0.5e2, true, false, null, 0]')
  assert.deepEqual(root?.kind === 'list' && root.items.map(item => item.kind === 'scalar' && item.value), [
    -50,
    true,
    false,
    null,
    0,
  ])
})

const broken: readonly [string, string][] = [
  ['{"a": 1,}', "1:9 json.syntax expected a key in double quotes, found '}'"],
  ['{"a" 1}', "1:6 json.syntax expected ':', found '1'"],
  ['[1 2]', "1:4 json.syntax expected ',' or ']', found '2'"],
  ['{"a": tru}', "1:7 json.syntax expected a value, found 't'"],
  ['{"a": "x', '1:7 json.syntax this string does not end'],
  ['{\n  "a": "x\ny"}', '2:10 json.syntax a control character stands in a string; write it as an escape'],
  [String.raw`["a\x"]`, '1:4 json.syntax this is no escape that JSON knows'],
  ['01', "1:2 json.syntax expected the end of the document, found '1'"],
  ['', '1:1 json.syntax expected a value, found the end of the text'],
  ['// a comment\n{}', "1:1 json.syntax expected a value, found '/'"],
]
for (const [text, fault] of broken) {
  test(`${JSON.stringify(text)} is refused at its place`, () => {
    const { root, faults } = read(text)
    assert.equal(root, undefined)
    assert.deepEqual(faults, [fault])
  })
}

test('a key that stands twice is reported where it stands the second time', () => {
  assert.deepEqual(read('{"a": 1,\n "a": 2}').faults, ["2:2 key.duplicate the key 'a' stands twice in this object"])
})

test('a document that nests without end is refused, not followed', () => {
  assert.match(read('['.repeat(100_000)).faults[0] ?? '', /document\.tooDeep/)
})

test('a key named __proto__ is a key like any other', () => {
  assert.equal(textOf(memberOf(read('{"__proto__": "x"}').root, '__proto__')), 'x')
})
