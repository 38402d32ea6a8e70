import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { standardSpace } from '../../../standard-space.ts'
import { startBudget } from '../../../types/budget.ts'
import { NetException } from '../../../types/exceptions.ts'
import { mutated, randomNumbers } from '../testing/mutated.ts'
import { parseDocument } from '../xml/xml-parser.ts'
import { evaluateXPath, selectNodes, stringOf } from './xpath.ts'

before(() => {
  standardSpace()
  startBudget(1_000_000_000)
})

const shelf = () =>
  parseDocument('<s xmlns:p="u"><b n="1"><t>A</t></b><b n="2"><t>B</t><p:x>q</p:x></b><!--c--><b n="3"/></s>', false)

const prefixes = (prefix: string) => (prefix === 'u' ? 'u' : undefined)
const texts = (xpath: string) => selectNodes(xpath, shelf(), prefixes).map(stringOf)
const value = (xpath: string) => evaluateXPath(xpath, shelf(), prefixes)

test('paths select by name, attribute, position and depth, in document order', () => {
  assert.deepEqual(texts('/s/b/t'), ['A', 'B'])
  assert.deepEqual(texts('//b[2]/t | //b[1]/t'), ['A', 'B'])
  assert.deepEqual(texts('//b[@n>1]/@n'), ['2', '3'])
  assert.deepEqual(texts('//t[. = "B"]/../@n'), ['2'])
  assert.deepEqual(texts('//b[last()]/preceding-sibling::b[1]/@n'), ['2'])
  assert.deepEqual(texts('//u:x'), ['q'])
  assert.deepEqual(texts("//*[local-name()='x']"), ['q'])
})

test('functions and operators follow XPath 1.0', () => {
  assert.equal(value('count(//b)'), 3)
  assert.equal(value("concat(name(/*), '-', string(//t))"), 's-A')
  assert.equal(value('sum(//@n) * 2 + 1 mod 2'), 13)
  assert.equal(value("contains('abc', 'b') and not(starts-with('abc', 'b'))"), true)
  assert.equal(value("substring('12345', 2, 3)"), '234')
  assert.equal(value("translate('bar', 'abc', 'AB')"), 'BAr')
  assert.equal(value("normalize-space('  a   b ')"), 'a b')
})

test('a prefix that nobody declared is refused', () => {
  assert.throws(() => texts('//zz:x'), { message: "Namespace prefix 'zz' is not defined." })
})

test('fifteen hundred mutated expressions evaluate or are refused, nothing else', () => {
  const random = randomNumbers(13)
  const sources = [
    '//b[@n > 1 and position() = last()]/t',
    "count(/s/*[local-name()='x' or t]) + 1",
    'ancestor-or-self::node()/@*|//text()',
  ]
  for (let i = 0; i < 1500; i++) {
    const xpath = mutated(sources[i % sources.length] ?? '', '/[]()@.*|\'"=<>-+:,tn1 ', random)
    try {
      evaluateXPath(xpath, shelf(), prefixes)
    } catch (error) {
      assert.ok(error instanceof NetException, `${xpath}: ${String((error as Error).stack)}`)
    }
  }
})
