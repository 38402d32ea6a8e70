import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCompiler } from '../expressions.ts'
import { textOf } from '../types/boxing.ts'
import { BudgetExceeded } from '../types/budget.ts'
import { defineType } from '../types/define-type.ts'
import { NetException } from '../types/exceptions.ts'

const compiler = createCompiler({ types: [], globals: {} })

function text(source: string): string {
  const result = compiler.compile(source)
  assert.ok(result.ok, `${source}: ${result.diagnostics.map(each => each.message).join('; ')}`)
  return textOf(result.compiled.evaluate({}))
}

const code = (source: string) => compiler.compile(source).diagnostics[0]?.code

test('no name reaches the globals or prototypes of JavaScript', () => {
  for (const name of [
    'globalThis',
    'process',
    'require',
    'eval',
    'Function',
    'arguments',
    '__proto__',
    'constructor',
    'undefined',
    'k',
    'k_0',
  ]) {
    assert.equal(code(`@(${name})`), 'CS0103', name)
  }
  for (const name of [
    'constructor',
    '__proto__',
    'prototype',
    '__defineGetter__',
    'hasOwnProperty',
    'valueOf',
    'toString',
    'call',
    'apply',
    'netToString',
  ]) {
    assert.equal(code(`@("x".${name})`), 'CS1061', name)
    assert.equal(code(`@(new { A = 1 }.${name})`), 'CS1061', name)
    assert.equal(code(`@(string.${name})`), 'CS0117', name)
  }
})

test("an author's names may be words of JavaScript", () => {
  assert.equal(
    text(
      '@{ int let = 1, function = 2, arguments = 3, eval = 4, undefined = 5, NaN = 6; return let + function + arguments + eval + undefined + NaN; }',
    ),
    '21',
  )
  assert.equal(
    text('@{ int Math = 5, BigInt = 6, Number = 7, String_ = 8; long x = 3; return Math + BigInt + Number + x * 2; }'),
    '24',
  )
  assert.equal(text('@{ int k_0 = 1, v_0 = 2, t_0 = 3, g_0 = 4; return k_0 + v_0 + t_0 + g_0; }'), '10')
  assert.equal(text('@(new { __proto__ = 1, constructor = 2 }.constructor)'), '2')
})

test('JSON keys that are special to JavaScript are plain keys', () => {
  assert.equal(text(`@((string)JObject.Parse("{\\"__proto__\\":\\"a\\"}")["__proto__"])`), 'a')
  assert.equal(text('@((string)JObject.Parse("{}")["constructor"] ?? "none")'), 'none')
  assert.equal(text('@(new Dictionary<string, int> { ["__proto__"] = 1, ["constructor"] = 2 }.Count)'), '2')
  assert.equal(text('@(new Dictionary<string, int>().ContainsKey("toString"))'), 'False')
  assert.equal(text('@{ dynamic d = JObject.Parse("{}"); return d.constructor == null; }'), 'True')
})

test('a literal cannot leave its quotes', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text is meant to look like a template
  const hostile = ['"); throw 1; ("', '\\"', "'", '`${1}`', '\u2028\u2029', '</script>', '*/', '\0', '😀\ud800']
  for (const value of hostile) {
    const literal = `"${[...value]
      .flatMap(each => each.split(''))
      .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join('')}"`
    assert.equal(text(`@(${literal})`), value)
    assert.equal(text(`@(new Dictionary<string, string> { [${literal}] = ${literal} }[${literal}])`), value)
  }
})

test('a dynamic value leads nowhere that its type does not', () => {
  for (const name of ['constructor', '__proto__', 'netEquals', 'items']) {
    const result = compiler.compile(`@{ dynamic d = new List<int>(); return d.${name}; }`)
    assert.ok(result.ok)
    assert.throws(
      () => result.compiled.evaluate({}),
      (error: unknown) =>
        error instanceof NetException && error.fullName === 'Microsoft.CSharp.RuntimeBinder.RuntimeBinderException',
    )
  }
})

test('a host sees which of its members an expression may touch', () => {
  const request = defineType('interface Sample.IRequest', {
    'string Method { get; }': () => 'GET',
    'string Path { get; }': () => '/',
  })
  const context = defineType('interface Sample.IContext', { 'IRequest Request { get; }': () => ({}) })
  const host = createCompiler({ types: [request, context], globals: { context: 'Sample.IContext' } })
  const result = host.compile('@(context.Request.Method == "GET")', 'bool')
  assert.ok(result.ok)
  assert.deepEqual([...result.compiled.uses].sort(), ['IContext.Request', 'IRequest.Method'])
  assert.equal(result.compiled.evaluate({ context: {} }), true)
  assert.equal(result.compiled.type, 'bool')
})

test('an evaluation that ran out of steps leaves none of that to the next compilation', () => {
  const endless = compiler.compile('@{ while (true) { } }')
  assert.ok(endless.ok)
  assert.throws(() => endless.compiled.evaluate({}), BudgetExceeded)
  assert.equal(text('@(1.5m + 2m)'), '3.5')
})
