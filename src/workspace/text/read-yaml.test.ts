import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReport } from '../report.ts'
import { readYaml } from './read-yaml.ts'
import { memberOf, textOf } from './text-node.ts'

function read(text: string) {
  const report = createReport()
  const root = readYaml('a.yaml', text, report)
  return { root, faults: report.diagnostics.map(({ line, column, code }) => `${line}:${column} ${code}`) }
}

test('values know their places', () => {
  const { root } = read('a:\n  - b: 1\n    c: x\n')
  const [first] = [memberOf(root, 'a')].flatMap(list => (list?.kind === 'list' ? list.items : []))
  assert.deepEqual(memberOf(first, 'c')?.at, { file: 'a.yaml', line: 3, column: 8 })
})

test('a number where text is meant is read as it was written', () => {
  assert.equal(textOf(memberOf(read('password: 0123').root, 'password')), '0123')
  assert.equal(textOf(memberOf(read('version: 1.10').root, 'version')), '1.10')
})

test('keys that look like numbers are text', () => {
  assert.equal(textOf(memberOf(read('200: fine').root, '200')), 'fine')
})

test('aliases are followed and merge keys fill in what is missing', () => {
  const { root } = read('base: &b {x: one, y: two}\nuse:\n  <<: *b\n  x: mine\nsame: *b\n')
  assert.equal(textOf(memberOf(memberOf(root, 'use'), 'x')), 'mine')
  assert.equal(textOf(memberOf(memberOf(root, 'use'), 'y')), 'two')
  assert.equal(textOf(memberOf(memberOf(root, 'same'), 'x')), 'one')
})

test('syntax faults and double keys are reported with their place', () => {
  assert.deepEqual(read('a: 1\na: 2\n').faults, ['2:1 key.duplicate'])
  assert.deepEqual(read('a: [1, 2\nb: 3\n').faults.slice(0, 1), ['2:1 yaml.syntax'])
})

test('an alias bomb is refused instead of expanded', () => {
  const lines = ['a: &a [x,x,x,x,x,x,x,x,x,x]']
  for (const [index, name] of [...'bcdefgh'].entries()) {
    const below = 'abcdefgh'[index]
    lines.push(`${name}: &${name} [${Array(10).fill(`*${below}`).join(',')}]`)
  }
  assert.match(read(lines.join('\n')).faults[0] ?? '', /document\.tooLarge/)
})

test('an alias that contains itself is refused', () => {
  assert.match(read('a: &a [*a]').faults[0] ?? '', /document\.tooDeep/)
})

test('deep nesting is refused', () => {
  assert.match(read('['.repeat(20_000)).faults[0] ?? '', /document\.tooDeep|yaml\.syntax/)
  assert.deepEqual(read(`${'['.repeat(300)}${']'.repeat(300)}`).faults, ['1:202 document.tooDeep'])
})

test('an empty document is nothing and no fault', () => {
  assert.deepEqual(read('# only a comment\n'), { root: undefined, faults: [] })
})
