import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCompiler } from '../../expressions.ts'
import { BudgetExceeded, startBudget } from '../../types/budget.ts'
import { NetException } from '../../types/exceptions.ts'
import { option } from './options.ts'
import { NetRegex } from './regex.ts'

const budget = 2_000_000

function search(pattern: string, input: string, options = 0, timeout?: number) {
  startBudget(budget)
  return new NetRegex(pattern, options, timeout).match(input)
}

const hostile: readonly (readonly [pattern: string, input: string])[] = [
  ['^(a+)+$', `${'a'.repeat(40)}!`],
  ['^(a|aa)+$', `${'a'.repeat(60)}!`],
  ['a*a*a*a*b', 'a'.repeat(3000)],
  ['(?:a?b?){40}a{40}b', 'a'.repeat(40)],
  ['(.*)\\1x', 'a'.repeat(20_000)],
  ['(?:){2147483647}', 'a'],
]

for (const [pattern, input] of hostile) {
  test(`${pattern} on hostile input ends with the budget`, () => {
    assert.throws(() => search(pattern, input), BudgetExceeded)
  })
}

test('a match timeout ends a catastrophic pattern with an exception that a policy can catch', () => {
  assert.throws(
    () => search('^(a+)+$', `${'a'.repeat(40)}!`, 0, 10),
    (error: unknown) =>
      error instanceof NetException && error.fullName === 'System.Text.RegularExpressions.RegexMatchTimeoutException',
  )
})

test('a search that failed half way leaves nothing behind for the next one', () => {
  const regex = new NetRegex('^(a+)+$')
  startBudget(1000)
  assert.throws(() => regex.match(`${'a'.repeat(40)}!`), BudgetExceeded)
  startBudget(budget)
  assert.deepEqual(
    regex
      .match('aaa')
      .group(1)
      .captures.map(capture => capture.value),
    ['aaa'],
  )
})

test('patterns nested beyond reason are refused, not followed', () => {
  for (const pattern of [
    '('.repeat(100_000),
    `${'('.repeat(5000)}${')'.repeat(5000)}`,
    '[a-'.repeat(50_000),
    '(?=['.repeat(9000),
  ]) {
    startBudget(budget)
    assert.throws(() => new NetRegex(pattern), NetException)
  }
})

/** Patterns that mean the same in JavaScript, on texts that both read alike. */
const shared = [
  'a',
  '[ab]+c?',
  '(a|b)*c',
  '^\\w+\\s',
  '(\\d+)-(\\d+)',
  '(?<x>a)b|c',
  'a{2,3}?',
  '(?=b).',
  '(?<!a)b',
  '(a)(b)?',
  '\\bfoo\\b',
  '[^a-c]+',
]
const texts = ['', 'a', 'abcab', 'aab bb-12-7', 'foo food 12-34', 'bbbaaac', 'xyz', '12-', 'a b c']

test('matches agree with those of JavaScript where the two languages mean the same', () => {
  for (const pattern of shared) {
    for (const text of texts) {
      const theirs = [...text.matchAll(new RegExp(pattern, 'g'))].map(match => [match.index, ...match].map(part => part ?? ''))
      startBudget(budget)
      const ours = [...new NetRegex(pattern).all(text)].map(match => [match.index, ...match.groups.map(group => group.value)])
      assert.deepEqual(ours, theirs, `${pattern} on ${JSON.stringify(text)}`)
    }
  }
})

test('balancing groups count nesting', () => {
  const balanced = '^(?:[^()]|(?<open>\\()|(?<-open>\\)))*(?(open)(?!))$'
  assert.equal(search(balanced, 'f(a(b)c)').success, true)
  assert.equal(search(balanced, 'f(a(b)c').success, false)
  assert.equal(search(balanced, 'f)(').success, false)
})

test('right to left, the last match comes first', () => {
  assert.equal(search('\\d+', '12 345', option.rightToLeft).value, '345')
})

test('a policy sees the groups of a match by name', () => {
  const compiler = createCompiler({ types: [], globals: {} })
  const result = compiler.compile('@(Regex.Match("public, max-age=600", @"max-age=(?<age>\\d+)").Groups["age"]?.Value)')
  assert.ok(result.ok)
  assert.equal(result.compiled.evaluate({}), '600')
})
