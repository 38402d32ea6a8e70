import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCompiler } from '../../expressions.ts'
import { BudgetExceeded } from '../../types/budget.ts'

const compiler = createCompiler({ types: [], globals: {} })

const endless: readonly string[] = [
  'var l = new List<JObject>(); for (;;) l.Add(new JObject());',
  'var l = new JArray(); for (;;) l.Add("x");',
  'var x = new XElement("a"); for (;;) x.Add(new XElement("b"));',
  'var m = SHA256.Create(); for (;;) m.ComputeHash(new byte[0]);',
  'var b = new byte[1000000]; for (;;) new HMACSHA256(b).ComputeHash(b);',
  'var a = SymmetricAlgorithm.Create("Aes"); for (;;) a.CreateEncryptor().TransformFinalBlock(new byte[1000], 0, 1000);',
]

for (const body of endless) {
  test(`an evaluation that never ends is ended: ${body}`, () => {
    const result = compiler.compile(`@{ ${body} return 1; }`)
    assert.ok(result.ok, JSON.stringify(result.diagnostics))
    assert.throws(() => result.compiled.evaluate({}), BudgetExceeded)
  })
}

/** Many names, then the last of them again and again. */
const repeating = `var s = "{" + string.Concat(Enumerable.Range(0, 60000).Select(i => "\\"k" + i + "\\":1,"))
  + string.Concat(Enumerable.Repeat("\\"k59999\\":1,", 60000)) + "\\"z\\":1}";`

function evaluate(body: string) {
  const result = compiler.compile(`@{ ${body} }`)
  assert.ok(result.ok, JSON.stringify(result.diagnostics))
  return result.compiled.evaluate({})
}

test('a name that comes again keeps its place at no cost', () => {
  assert.equal(evaluate(`${repeating} return JObject.Parse(s).Count;`), 60_001)
})

test('moving a name that comes again is paid for by how many there are', () => {
  assert.throws(() => evaluate(`${repeating} return JsonConvert.DeserializeObject<JObject>(s).Count;`), BudgetExceeded)
})

test('looking for the place of each of many items is paid for', () => {
  const paths = 'new JArray(Enumerable.Range(0, 60000)).Select(t => t.Path.Length).Sum()'
  assert.throws(() => evaluate(`return ${paths};`), BudgetExceeded)
})
