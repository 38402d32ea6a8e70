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

/** Operators that note what they are asked, so that the order of it shows. */
const steps = [
  '.Where(x => Note("w", x) && x % 3 != 1)',
  '.Where((x, i) => Note("W", x) && i % 2 == 0)',
  '.Select(x => Note("s", x) ? x * 2 : 0)',
  '.Select((x, i) => Note("S", x) ? x - i : 0)',
  '.SelectMany(x => Enumerable.Repeat(x, x & 3).Where(y => Note("m", y)))',
  '.Take(3)',
  '.Take(0)',
  '.Skip(2)',
  '.TakeWhile(x => Note("t", x) && x < 9)',
  '.SkipWhile(x => Note("k", x) && x < 3)',
  '.Concat(Enumerable.Range(4, 3).Where(x => Note("c", x)))',
  '.Distinct()',
  '.OrderBy(x => Note("o", x) ? -x : 0)',
  '.Reverse()',
  '.Cast<int>()',
  '.OfType<int>()',
  '.DefaultIfEmpty(7)',
  '.GroupBy(x => Note("g", x) ? x % 3 : 0).Select(g => g.Sum())',
  '.Select(x => 100 / (x - 4))',
]

/** The steps of a chain by its number, in base `steps.length`. */
const chainOf = (number: number) =>
  `${steps[number % steps.length]}${steps[Math.floor(number / steps.length) % steps.length]}${steps[Math.floor(number / steps.length ** 2) % steps.length]}`

const noting = (chain: string, read: string) => `@{
  var log = new StringBuilder();
  bool Note(string what, int x) { log.Append(what + x + " "); return true; }
  try { var q = new[] { 5, 1, 9, 3, 3, 6, 12 }.AsEnumerable()${chain}; log.Append("| "); ${read} }
  catch (Exception e) { log.Append(e.GetType().Name); }
  return log.ToString();
}`

test('a chain does the same in the same order, whether it is asked for each element or hands them over', () => {
  for (let number = 0; number < steps.length ** 3; number += 31) {
    const chain = chainOf(number)
    for (const [asked, handed] of [
      ['foreach (var x in q) log.Append("=" + x + " ");', 'q.Aggregate(0, (a, x) => { log.Append("=" + x + " "); return 0; });'],
      [
        'foreach (var x in q) if (x > 5) { log.Append(x); break; }',
        'var f = q.FirstOrDefault(x => x > 5); if (f > 5) log.Append(f);',
      ],
    ] as const)
      assert.equal(evaluate(noting(chain, handed)), evaluate(noting(chain, asked)), chain)
  }
})
