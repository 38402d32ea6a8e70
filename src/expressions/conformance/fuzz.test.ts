import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createCompiler } from '../expressions.ts'
import { BudgetExceeded } from '../types/budget.ts'
import { NetException } from '../types/exceptions.ts'

/**
 * Random and mutated expressions: the compiler answers with diagnostics, a compiled one with a value, a .NET exception or an
 * exhausted budget; nothing else ever comes out. `FUZZ_SECONDS=600` runs longer, `FUZZ_SEED` elsewhere.
 */
const seconds = Number(process.env.FUZZ_SECONDS ?? '2')
const seed = Number(process.env.FUZZ_SEED ?? '1')

interface Case {
  readonly expression: string
}

const cases = JSON.parse(readFileSync(new URL('language.cases.json', import.meta.url), 'utf8')) as readonly Case[]
const seeds = cases.map(each => each.expression)
const compiler = createCompiler({ types: [], globals: {}, steps: 20_000 })

/** Marsaglia's xorshift: the same run for the same seed. */
function randomFrom(start: number): (below: number) => number {
  let state = start | 1
  return below => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const pieces = /"(?:[^"\\]|\\.)*"|\w+|\s+|[^\s\w]/g
const vocabulary = [
  ...new Set(seeds.flatMap(each => each.match(pieces) ?? [])),
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'this',
    'eval',
    'arguments',
    'globalThis',
    'process',
    'require',
    'await',
    'yield',
    '$"{',
    '@"',
    '/*',
    '//',
    '\\u0041',
    "'",
    '"',
    '?.',
    '=>',
    '<',
    '>',
    '>>=',
    '99999999999999999999',
    '1e999',
    '\u0000',
    '\ud800',
  ],
]

function mutate(source: string, random: (below: number) => number): string {
  const tokens = source.match(pieces) ?? []
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = 2 + random(Math.max(1, tokens.length - 2))
    const word = vocabulary[random(vocabulary.length)] ?? ''
    switch (random(6)) {
      case 0:
        tokens.splice(at, 1)
        break
      case 1:
        tokens.splice(at, 0, word)
        break
      case 2:
        tokens[at] = word
        break
      case 3:
        tokens.splice(at, 0, ...tokens.slice(at, at + 1 + random(8)))
        break
      case 4:
        tokens.splice(at, 0, ...(seeds[random(seeds.length)]?.match(pieces) ?? []).slice(2, -1))
        break
      default: {
        const other = random(Math.max(1, tokens.length))
        const kept = tokens[at]
        tokens[at] = tokens[other] ?? ''
        tokens[other] = kept ?? ''
      }
    }
  }
  return tokens.join('')
}

function noise(random: (below: number) => number): string {
  const words = Array.from({ length: 1 + random(40) }, () => vocabulary[random(vocabulary.length)] ?? '')
  return random(2) === 0 ? `@(${words.join(' ')})` : `@{${words.join('')}}`
}

/** What is wrong about how the expression went; undefined when nothing is. */
function complaint(source: string): string | undefined {
  try {
    const result = compiler.compile(source)
    if (!result.ok) return result.diagnostics.length > 0 ? undefined : 'refused without a diagnostic'
    const value = result.compiled.evaluate({})
    return value === undefined ? 'gave undefined' : undefined
  } catch (error) {
    if (error instanceof NetException || error instanceof BudgetExceeded) return undefined
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}

test(`random and mutated expressions end in a diagnostic, a value or a .NET exception (${seconds} s from seed ${seed})`, t => {
  const random = randomFrom(seed)
  const end = performance.now() + seconds * 1000
  let count = 0
  for (; performance.now() < end; count++) {
    const source = random(8) === 0 ? noise(random) : mutate(seeds[random(seeds.length)] ?? '@(1)', random)
    const start = performance.now()
    assert.equal(complaint(source), undefined, `#${count}: ${source}`)
    assert.ok(performance.now() - start < 5000, `#${count} took too long: ${source}`)
  }
  t.diagnostic(`${count} expressions`)
})

test('hostile nesting ends in a diagnostic', () => {
  const deep = [
    `@(${'('.repeat(5000)}1${')'.repeat(5000)})`,
    `@(${'-'.repeat(5000)}1)`,
    `@(${'!'.repeat(100_000)}true)`,
    `@(${'1+'.repeat(50_000)}1)`,
    `@(${'a?'.repeat(3000)}1)`,
    `@(x${'.y'.repeat(50_000)})`,
    `@{${'{'.repeat(10_000)}`,
    `@{${'if(true)'.repeat(5000)}return 1;}`,
    `@(${'new[]{'.repeat(5000)})`,
    `@(${'$"{'.repeat(3000)})`,
    `@(${'x=>'.repeat(5000)}1)`,
    `@(${'List<'.repeat(5000)}int)`,
    `@(${'(int)'.repeat(5000)}1)`,
    `@("${'a'.repeat(300_000)}")`,
  ]
  for (const source of deep) {
    const start = process.threadCpuUsage() // not by the clock: a busy machine is not the compiler's fault
    const result = compiler.compile(source)
    const { user, system } = process.threadCpuUsage(start)
    assert.equal(result.ok, false, source.slice(0, 40))
    assert.ok(user + system < 2_000_000, `${source.slice(0, 40)} took ${(user + system) / 1000} ms`)
  }
})

test('an endless loop, endless recursion and an enormous allocation end within a bounded time', () => {
  const sources = [
    '@{ while (true) { } }',
    '@{ for (;;) { } }',
    '@{ again: goto again; }',
    '@{ int F(int n) => F(n + 1); return F(0); }',
    '@{ int F(int n) => n < 2 ? n : F(n - 1) + F(n - 2); return F(60); }',
    '@{ Func<int, int> f = null; f = n => f(n + 1); return f(0); }',
    '@(new int[1000000000].Length)',
    '@{ var s = "x"; while (true) { s += s; } }',
    '@{ var l = new List<int>(); while (true) { l.Add(1); } }',
    '@(Enumerable.Range(0, 2000000000).Sum(x => (long)x))',
    '@{ try { while (true) { } } catch { return 1; } finally { while (true) { } } }',
    '@{ int F(int x) { try { return F(x + 1); } finally { F(x); } } return F(0); }',
    '@{ int F(int x) { try { return F(x + 1); } catch { return F(x); } finally { F(x); } } return F(0); }',
    '@{ int F() { try { return F(); } catch (Exception) when (F() > 0) { return 1; } finally { F(); } } return F(); }',
    '@{ Action a = () => {}; for (int i = 0; i < 40; i++) a += a; a(); return 1; }',
    '@{ IEnumerable<int> Gen() { while (true) yield return 1; } return Gen().Count(); }',
  ]
  for (const source of sources) {
    const result = compiler.compile(source)
    assert.ok(result.ok, source)
    const start = performance.now()
    assert.throws(
      () => result.compiled.evaluate({}),
      (error: unknown) => error instanceof BudgetExceeded,
      source,
    )
    assert.ok(performance.now() - start < 1000, `${source} took ${performance.now() - start} ms`)
  }
})
