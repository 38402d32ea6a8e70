import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Faults } from './faults.ts'
import { tokenize } from './lexer.ts'

function tokens(source: string) {
  const faults = new Faults()
  const list = tokenize(source, 0, source.length, faults)
  return { list, codes: faults.list.map(fault => fault.code) }
}

const literals = (source: string) => tokens(source).list.flatMap(token => (token.kind === 'literal' ? [token.value] : []))

test('a whole number takes the first type that holds it', () => {
  assert.deepEqual(literals('1 2147483648 4294967296 9223372036854775808 1u 1L 1UL'), [
    { type: 'int', value: 1 },
    { type: 'uint', value: 2147483648 },
    { type: 'long', value: 4294967296n },
    { type: 'ulong', value: 9223372036854775808n },
    { type: 'uint', value: 1 },
    { type: 'long', value: 1n },
    { type: 'ulong', value: 1n },
  ])
})

test('hexadecimal, binary, separators, exponents and real suffixes', () => {
  assert.deepEqual(literals('0xFd 0b1_01 1_000 1e3 .5 2f 3d 4.50m'), [
    { type: 'int', value: 253 },
    { type: 'int', value: 5 },
    { type: 'int', value: 1000 },
    { type: 'double', value: 1000 },
    { type: 'double', value: 0.5 },
    { type: 'float', value: 2 },
    { type: 'double', value: 3 },
    { type: 'decimal', value: '4.50' },
  ])
})

test('a member of a number is no fraction', () => {
  assert.deepEqual(
    tokens('1.ToString').list.map(token => token.text),
    ['1', '.', 'ToString', ''],
  )
})

test('escapes, verbatim strings and chars', () => {
  assert.deepEqual(literals(String.raw`"a\tA\x0041B" @"c:\d ""e""" '\n' '\''`), [
    { type: 'string', value: 'a\tAAB' },
    { type: 'string', value: 'c:\\d "e"' },
    { type: 'char', value: 10 },
    { type: 'char', value: 39 },
  ])
})

test('an interpolated string splits into text and holes, with strings and brackets inside the holes', () => {
  const source = '$"a{{{d["x}"]}:{(b ? "c" : "d"),-5:N2}"'
  const [token] = tokens(source).list
  assert.ok(token?.kind === 'interpolated')
  const parts = token.parts.map(part =>
    part.kind === 'text' ? part.text : source.slice(part.expression.start, part.expression.end),
  )
  assert.deepEqual(parts, ['a{', 'd["x}"]', ':', '(b ? "c" : "d")'])
  const last = token.parts.at(-1)
  assert.ok(last?.kind === 'hole')
  assert.equal(last.format, 'N2')
})

test('comments are skipped and quotes inside them mean nothing', () => {
  assert.deepEqual(
    tokens('a /* " */ + // it\'s\n b').list.map(token => token.text),
    ['a', '+', 'b', ''],
  )
})

test('broken literals are faults with the codes of the C# compiler', () => {
  assert.deepEqual(tokens('"abc').codes, ['CS1010'])
  assert.deepEqual(tokens('@"abc').codes, ['CS1039'])
  assert.deepEqual(tokens("'ab'").codes, ['CS1012'])
  assert.deepEqual(tokens("''").codes, ['CS1011'])
  assert.deepEqual(tokens('"\\q"').codes, ['CS1009'])
  assert.deepEqual(tokens('/* x').codes, ['CS1035'])
  assert.deepEqual(tokens('99999999999999999999').codes, ['CS1021'])
  assert.deepEqual(tokens('#').codes, ['CS1056'])
})
