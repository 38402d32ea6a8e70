import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { startBudget } from '../../../types/budget.ts'
import { NetException } from '../../../types/exceptions.ts'
import { compareInvariant, toUpperInvariant } from './compare-strings.ts'
import { formatComposite } from './composite-format.ts'
import { splitByChars, splitByTexts } from './string-edit.ts'
import { indexOfText, lastIndexOfText } from './string-search.ts'

before(() => startBudget(1_000_000))

test('word order puts marks before digits before letters, lower case first, and hyphens last of all', () => {
  const sorted = ['b', 'A', 'a', 'B', '_', '1', 'co-op', 'coop'].sort(compareInvariant)
  assert.deepEqual(sorted, ['_', '1', 'a', 'A', 'b', 'B', 'coop', 'co-op'])
  assert.equal(compareInvariant('A', 'a', true), 0)
})

test('the order of marks is the same beside letters of any alphabet, and theirs come before other marks', () => {
  const order = [' ', '\t', '!', '"', '#', '@', '[', '_', '~', '+', '<', '\u00a7', '0', 'a']
  for (const beside of ['', 'x', 'é', 'ж'])
    for (const [i, mark] of order.entries())
      for (const later of order.slice(i + 1))
        assert.deepEqual(
          [compareInvariant(mark + beside, later + beside), compareInvariant(later + beside, mark + beside)],
          [-1, 1],
          JSON.stringify([mark, later, beside]),
        )
})

test('upper case keeps the length of the text', () => {
  assert.equal(toUpperInvariant('straße'), 'STRAßE')
})

test('a composite format aligns, formats and unescapes braces', () => {
  assert.equal(formatComposite(null, '{0,5}|{0,-5}|{{{1:X}}}', ['ab', 255]), '   ab|ab   |{X}')
  assert.throws(
    () => formatComposite(null, '{1}', ['x']),
    (error: unknown) => error instanceof NetException && error.fullName === 'System.FormatException',
  )
})

test('the last part of a limited split keeps the rest', () => {
  assert.deepEqual(splitByChars(',,a,,b,', [44], 2, 1), ['a', 'b,'])
  assert.deepEqual(splitByTexts('a--b-c', ['--', '-'], 10, 0), ['a', 'b', 'c'])
})

test('searching for nothing finds it at the start, or before the end', () => {
  assert.equal(indexOfText('abc', '', 0, 3, 0), 0)
  assert.equal(lastIndexOfText('abc', '', 2, 3, 0), 2)
})
