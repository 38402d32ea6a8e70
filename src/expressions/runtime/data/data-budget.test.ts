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
