import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createCompiler } from '../expressions.ts'

/** Faulty expressions with the code and place that the C# compiler reports; a `note` says where it points elsewhere. */
interface Case {
  readonly expression: string
  readonly code: string
  readonly line: number
  readonly column: number
}

const cases = JSON.parse(readFileSync(new URL('diagnostics.json', import.meta.url), 'utf8')) as readonly Case[]
const compiler = createCompiler({ types: [], globals: {} })

test(`${cases.length} faulty expressions get the C# compiler's code at its place`, async t => {
  for (const { expression, code, line, column } of cases) {
    await t.test(expression, () => {
      const result = compiler.compile(expression)
      assert.equal(result.ok, false)
      const found = result.diagnostics.map(each => ({ code: each.code, line: each.line, column: each.column }))
      assert.ok(
        found.some(each => each.code === code && each.line === line && each.column === column),
        `expected ${code} at ${line}:${column}, got ${JSON.stringify(found)}`,
      )
    })
  }
})

test('a fault in a later line is reported with its line and column', () => {
  const result = compiler.compile('@{\r\n  var x = 1;\r\n  return x.Foo;\r\n}')
  assert.deepEqual(
    result.diagnostics.map(({ line, column, code, offset }) => ({ line, column, code, offset })),
    [{ line: 3, column: 12, code: 'CS1061', offset: 29 }],
  )
})

test('several faults are reported at once', () => {
  const result = compiler.compile('@{ int x = "a"; string s = 5; return foo + bar; }')
  assert.deepEqual(
    result.diagnostics.map(each => each.code),
    ['CS0029', 'CS0029', 'CS0103', 'CS0103'],
  )
})

test('a type that .NET has and policy expressions may not use says so', () => {
  const result = compiler.compile('@(System.IO.File.ReadAllText("x"))')
  assert.match(result.diagnostics[0]?.message ?? '', /is not among the types that policy expressions may use/)
})

test('what a place expects is checked', () => {
  assert.equal(compiler.compile('@(1)', 'bool').diagnostics[0]?.code, 'CS0029')
  assert.equal(compiler.compile('@{ return "a"; }', 'int').diagnostics[0]?.code, 'CS0029')
  assert.equal(compiler.compile('@((object)true)', 'bool').diagnostics[0]?.code, 'CS0266')
  assert.equal(compiler.compile('@(1 < 2)', 'bool').ok, true)
})

test('text that is no policy expression is refused', () => {
  for (const source of ['', '1 + 1', '@', '@(', '@()', '@{ }', '@(1', '@{ return 1; )'])
    assert.equal(compiler.compile(source).ok, false, source)
})

test('a comparison of an object with a string is a warning, not an error', () => {
  const result = compiler.compile('@{ object o = "a"; return o == "a"; }')
  assert.ok(result.ok)
  assert.deepEqual(
    result.diagnostics.map(({ code, severity, column }) => ({ code, severity, column })),
    [{ code: 'CS0252', severity: 'warning', column: 27 }],
  )
})
