import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCompiler, type Watcher } from './expressions.ts'
import type { Span } from './syntax/nodes.ts'
import { textOf } from './types/boxing.ts'
import { NetException } from './types/exceptions.ts'

const compiler = createCompiler({ types: [], globals: { a: 'int', s: 'string', o: 'object', n: 'int?' } })
const globals = { a: 3, s: 'red', o: 'box', n: null }

/** What was told of a condition: each text of the source with its value, in order; and what it gave. */
function watched(source: string) {
  const condition = compiler.watch(source)
  assert.ok(condition !== undefined, source)
  const told: string[] = []
  const result = condition.evaluate(globals, {
    begins: () => {},
    gives: ({ start, end }, value) => told.push(`${source.slice(start, end)} = ${value === null ? 'null' : textOf(value)}`),
  })
  const compiled = compiler.compile(source, 'bool')
  assert.ok(compiled.ok)
  assert.equal(result, compiled.compiled.evaluate(globals))
  return told
}

test('a comparison tells what stood on its sides, and what came of it', () => {
  assert.deepEqual(watched('@(a + 1 == s.Length)'), ['a + 1 = 4', 's.Length = 3', 'a + 1 == s.Length = False'])
  assert.deepEqual(watched('@(n < a)'), ['n = null', 'a = 3', 'n < a = False'])
  assert.deepEqual(watched('@(o == null)'), ['o = box', 'o == null = False'])
  assert.deepEqual(watched('@((double)a / 2 >= 1.5)'), ['(double)a / 2 = 1.5', '(double)a / 2 >= 1.5 = True'])
})

test('what && and || do not reach is not told', () => {
  assert.deepEqual(watched('@(a == 4 && s == "red")'), ['a = 3', 'a == 4 = False'])
  assert.deepEqual(watched('@(!(a == 3) || (s != "red" || s.StartsWith("r")))'), [
    'a = 3',
    'a == 3 = True',
    's = red',
    's != "red" = False',
    's = red',
    's.StartsWith("r") = True',
  ])
})

test('a variable of a pattern is there for the parts behind it', () => {
  assert.deepEqual(watched('@(o is string t && t == "box")'), ['o = box', 'o is string t = True', 't = box', 't == "box" = True'])
})

test('of a block the values that it returns are told, not those of its functions', () => {
  const source = '@{ Func<int, bool> big = x => { return x > 9; }; if (big(a)) { return s == "x"; } return a < 9; }'
  assert.deepEqual(watched(source), ['a = 3', 'a < 9 = True'])
})

test('a condition that throws has told what it had come to, and what it had begun', () => {
  const source = '@(a == 4 && s == "x" || a == 3 && int.Parse(s) == 1 || s == "y")'
  const told: string[] = []
  const at = ({ start, end }: Span) => source.slice(start, end)
  const watcher: Watcher = {
    begins: what => told.push(`${at(what)} begins`),
    gives: what => told.push(`${at(what)} gives`),
  }
  assert.throws(() => compiler.watch(source)?.evaluate(globals, watcher), NetException)
  const passed = (part: string) => [`${part} begins`, 'a begins', 'a gives', `${part} gives`]
  assert.deepEqual(told, [...passed('a == 4'), ...passed('a == 3'), 'int.Parse(s) == 1 begins', 'int.Parse(s) begins'])
})

test('what does not compile cannot be watched', () => {
  assert.equal(compiler.watch('@(a ==)'), undefined)
  assert.equal(compiler.watch('@("text")'), undefined)
})
