import { type FuzzCase, Random } from './random.ts'

/** Expressions over collections and LINQ, made from a seed: chains of operators, and collections changed step by step. */
export function generateLinq(seed: number, count: number): FuzzCase[] {
  const random = new Random(seed)
  return Array.from({ length: count }, (_, i) => ({ id: `linq-${seed}-${i}`, expression: expression(random) }))
}

const expression = (random: Random): string =>
  random.pick([numbers, numbers, words, words, aggregated, changedList, changedDictionary, changedSet, sorted])(random)

const digit = (random: Random) => String(random.below(12) - 2)
const list = (random: Random, item: (random: Random) => string, most = 8) =>
  Array.from({ length: random.below(most + 1) }, () => item(random)).join(', ')

const ints = (random: Random) => `new int[] { ${list(random, digit)} }`
const word = (random: Random) =>
  JSON.stringify(Array.from({ length: random.below(4) }, () => random.pick([...'abAB-1 '])).join(''))
const texts = (random: Random) => `new string[] { ${list(random, word)} }`

const numberSteps: readonly ((random: Random) => string)[] = [
  r => `.Where(x => x % ${r.below(3) + 2} == ${r.below(2)})`,
  r => `.Where((x, i) => i % 2 == ${r.below(2)} || x > ${r.below(6)})`,
  r => `.Select(x => x * ${r.below(5)} - ${r.below(4)})`,
  () => '.Select((x, i) => x - i)',
  r => `.Take(${r.below(6) - 1})`,
  r => `.Skip(${r.below(6) - 1})`,
  r => `.TakeWhile(x => x < ${r.below(9)})`,
  r => `.SkipWhile(x => x < ${r.below(6)})`,
  () => '.Distinct()',
  () => '.Reverse()',
  r => `.OrderBy(x => x % ${r.below(4) + 2})`,
  r => `.OrderByDescending(x => x / ${r.below(3) + 1}).ThenBy(x => x)`,
  r => `.Concat(${ints(r)})`,
  r => `.Union(${ints(r)})`,
  r => `.Intersect(${ints(r)})`,
  r => `.Except(${ints(r)})`,
  r => `.Zip(${ints(r)}, (a, b) => a * 10 + b)`,
  r => `.DefaultIfEmpty(${r.below(9)})`,
  r => `.SelectMany(x => Enumerable.Repeat(x, Math.Abs(x) % ${r.below(3) + 1}))`,
  r => `.GroupBy(x => x % ${r.below(3) + 2}).Select(g => g.Key * 100 + g.Count())`,
  r => `.Join(${ints(r)}, a => a % 3, b => b % 3, (a, b) => a * 10 + b)`,
  r => `.GroupJoin(${ints(r)}, a => a, b => b, (a, bs) => a + bs.Sum())`,
  r => `.Append(${digit(r)})`,
  r => `.Prepend(${digit(r)})`,
  () => '.ToList()',
  () => '.ToArray()',
]

const chain = (random: Random, steps: readonly ((random: Random) => string)[]) =>
  Array.from({ length: 1 + random.below(4) }, () => random.pick(steps)(random)).join('')

const numbers = (random: Random) => `@(string.Join(",", ${ints(random)}${chain(random, numberSteps)}))`

const wordSteps: readonly ((random: Random) => string)[] = [
  () => '.OrderBy(s => s, StringComparer.Ordinal)',
  () => '.OrderBy(s => s, StringComparer.OrdinalIgnoreCase)',
  () => '.OrderBy(s => s.Length).ThenByDescending(s => s, StringComparer.Ordinal)',
  () => '.Distinct(StringComparer.OrdinalIgnoreCase)',
  () => '.GroupBy(s => s.ToLowerInvariant()).Select(g => g.Key + g.Count())',
  () => '.Select(s => s.Trim())',
  () => '.SelectMany(s => s).Select(c => c.ToString())',
  r => `.Where(s => s.Length > ${r.below(3)})`,
  r => `.Except(${texts(r)}, StringComparer.OrdinalIgnoreCase)`,
  r => `.Union(${texts(r)})`,
  () => '.Select(s => new string(s.Reverse().ToArray()))',
]

const words = (random: Random) => `@(string.Join("|", ${texts(random)}${chain(random, wordSteps)}))`

const ends: readonly ((random: Random) => string)[] = [
  () => '.Sum()',
  () => '.Average()',
  () => '.Min()',
  () => '.Max(x => x * -1.5)',
  () => '.First()',
  () => '.LastOrDefault()',
  () => '.Single()',
  r => `.ElementAt(${r.below(4)})`,
  r => `.FirstOrDefault(x => x > ${r.below(9)})`,
  () => '.Aggregate((a, b) => a * 3 - b)',
  () => '.Aggregate("", (a, b) => b + "<" + a)',
  r => `.Any(x => x == ${digit(r)})`,
  () => '.All(x => x > 0)',
  r => `.Contains(${digit(r)})`,
  r => `.SequenceEqual(${ints(r)})`,
  () => '.Sum(x => (decimal)x / 4)',
  () => '.ToDictionary(x => x).Count',
  () => '.ToLookup(x => x % 2)[1].Count()',
  () => '.Sum(x => x > 2 ? (int?)x : null)',
]

const aggregated = (random: Random) =>
  `@(${ints(random)}${random.chance(0.5) ? random.pick(numberSteps)(random) : ''}${random.pick(ends)(random)})`

const script = (random: Random, start: string, steps: readonly ((random: Random) => string)[], result: string) =>
  `@{ ${start} ${Array.from({ length: 2 + random.below(6) }, () => random.pick(steps)(random)).join(' ')} return ${result}; }`

const changedList = (random: Random) =>
  script(
    random,
    `var l = new List<int> { ${list(random, digit)} };`,
    [
      r => `l.Add(${digit(r)});`,
      r => `l.Insert(${r.below(4)}, ${digit(r)});`,
      r => `l.Remove(${digit(r)});`,
      r => `l.RemoveAt(${r.below(4)});`,
      r => `l.RemoveAll(x => x % ${r.below(3) + 2} == 0);`,
      r => `l.AddRange(${ints(r)});`,
      r => `l.InsertRange(${r.below(3)}, l);`,
      () => 'l.Reverse();',
      () => 'l.Sort();',
      r => `l.RemoveRange(${r.below(3)}, ${r.below(3)});`,
    ],
    'string.Join(",", l) + ":" + l.Capacity + ":" + l.IndexOf(3)',
  )

const changedDictionary = (random: Random) =>
  script(
    random,
    `var d = new Dictionary<string, int>(${random.chance(0.4) ? 'StringComparer.OrdinalIgnoreCase' : ''});`,
    [
      r => `d[${word(r)}] = ${digit(r)};`,
      r => `d[${word(r)}] = ${digit(r)};`,
      r => `d.Add(${word(r)}, ${digit(r)});`,
      r => `d.Remove(${word(r)});`,
      r => `{ int v; d.TryGetValue(${word(r)}, out v); d[${word(r)}] = v + 1; }`,
    ],
    'string.Join(";", d) + d.Count',
  )

const changedSet = (random: Random) =>
  script(
    random,
    `var h = new HashSet<int> { ${list(random, digit)} };`,
    [
      r => `h.Add(${digit(r)});`,
      r => `h.Remove(${digit(r)});`,
      r => `h.UnionWith(${ints(r)});`,
      r => `h.ExceptWith(${ints(r)});`,
      r => `h.IntersectWith(${ints(r)});`,
      r => `h.SymmetricExceptWith(${ints(r)});`,
    ],
    'string.Join(",", h) + h.Overlaps(new[] { 1, 2 })',
  )

/** Equal keys show where an unstable sort puts them. */
const sorted = (random: Random) => {
  const length = random.below(60)
  const [a, b] = [random.below(50) + 1, random.below(9) + 1]
  return `@{ var l = Enumerable.Range(0, ${length}).Select(i => (i * ${a} % ${b}) * 1000 + i).ToList(); l.Sort((x, y) => (x / 1000).CompareTo(y / 1000)); return string.Join(",", l); }`
}
