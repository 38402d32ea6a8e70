import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCompiler } from '../../expressions.ts'
import { BudgetExceeded } from '../../types/budget.ts'

const compiler = createCompiler({ types: [], globals: {} })

function evaluate(expression: string): unknown {
  const result = compiler.compile(expression)
  assert.ok(result.ok, expression)
  return result.compiled.evaluate({})
}

/** Each would take more memory or time than a gateway has. */
const greedy = [
  '@(Enumerable.Range(0, int.MaxValue).ToList().Count)',
  '@(Enumerable.Range(0, int.MaxValue).ToDictionary(x => x).Count)',
  '@(Enumerable.Range(0, 100000).SelectMany(x => Enumerable.Range(0, 100000)).Count())',
  '@(new List<int>(int.MaxValue).Count)',
  '@(new Dictionary<int, int>(int.MaxValue).Count)',
  '@{ var l = new List<int> { 1 }; while (true) l.AddRange(l); }',
  '@{ IEnumerable<int> q = new[] { 1 }; for (var i = 0; i < 60; i++) q = q.Concat(q); return q.Count(); }',
  '@{ IEnumerable<int> q = new[] { 1 }; for (var i = 0; i < 100000; i++) q = q.Select(x => x); return q.Count(); }',
]

for (const expression of greedy) {
  test(`the budget ends ${expression}`, () => {
    assert.throws(() => evaluate(expression), BudgetExceeded)
  })
}

test('an endless range is enumerated only as far as it is asked for', () => {
  assert.equal(evaluate('@(Enumerable.Range(1, int.MaxValue).Where(x => x % 7 == 0).Take(3).Sum())'), 42)
})
