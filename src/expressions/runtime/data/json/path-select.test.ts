import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { standardSpace } from '../../../standard-space.ts'
import { startBudget } from '../../../types/budget.ts'
import { NetException } from '../../../types/exceptions.ts'
import { mutated, randomNumbers } from '../testing/mutated.ts'
import { selectToken, selectTokens } from './path-select.ts'
import { parseToken } from './token-builder.ts'

before(() => {
  standardSpace()
  startBudget(100_000_000)
})

const library = () =>
  parseToken(
    '{"shelf":[{"title":"A","price":5},{"title":"B","price":12,"loan":{"to":"x"}},{"title":"C","price":20}],"open":true}',
    'JToken',
  )

const paths = (path: string) => [...selectTokens(library(), path, false)()].map(token => token.path)

test('names, indexes, slices and unions select in document order', () => {
  assert.deepEqual(paths('shelf[1].title'), ['shelf[1].title'])
  assert.deepEqual(paths('$.shelf[-2:].price'), ['shelf[1].price', 'shelf[2].price'])
  assert.deepEqual(paths('shelf[0,2].title'), ['shelf[0].title', 'shelf[2].title'])
  assert.deepEqual(paths("['shelf'][*]['title','price']").length, 6)
})

test('a filter compares, joins and follows paths from the root', () => {
  assert.deepEqual(paths("shelf[?(@.price > 5 && @.title != 'C')]"), ['shelf[1]'])
  assert.deepEqual(paths('shelf[?(@.loan)].title'), ['shelf[1].title'])
  assert.deepEqual(paths('shelf[?(@.price > $.shelf[0].price)]'), ['shelf[1]', 'shelf[2]'])
})

test('`..` looks at every depth', () => {
  assert.deepEqual(paths('$..title'), ['shelf[0].title', 'shelf[1].title', 'shelf[2].title'])
  assert.deepEqual(paths('$..to'), ['shelf[1].loan.to'])
})

test('one token is asked for and several are found: an exception', () => {
  assert.throws(() => selectToken(library(), '$..title', false), { message: 'Path returned multiple tokens.' })
  assert.equal(selectToken(library(), 'nothing.here', false), null)
  assert.throws(() => selectToken(library(), 'shelf[9]', true), { message: 'Index 9 outside the bounds of JArray.' })
})

test('two thousand mutated paths select or are refused, nothing else', () => {
  const random = randomNumbers(11)
  const sources = [
    "$.shelf[?(@.price > 5 && @.title == 'B')].title",
    "$..['title','price'][0:2:1]",
    'shelf[*].loan.to',
    '$..[?(@.a =~ /x/i || @ < 3)]',
  ]
  for (let i = 0; i < 2000; i++) {
    const path = mutated(sources[i % sources.length] ?? '', "$@.[]()?*'\\,:-<>=!&|~/ 0a", random)
    try {
      assert.ok([...selectTokens(library(), path, i % 2 === 0)()].length >= 0)
    } catch (error) {
      assert.ok(error instanceof NetException, `${path}: ${String(error)}`)
    }
  }
})
