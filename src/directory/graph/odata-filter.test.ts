import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../../test/fuzz/random.ts'
import { type Entity, parseFilter } from './odata-filter.ts'

/** A filter as a tree, and what it means by a second, plain reading of OData. */
type Tree =
  | { readonly kind: 'compare'; readonly name: string; readonly operator: string; readonly value: Value }
  | { readonly kind: 'in'; readonly name: string; readonly values: readonly Value[] }
  | { readonly kind: 'starts' | 'ends'; readonly name: string; readonly text: string }
  | { readonly kind: 'any' | 'all'; readonly text: string }
  | { readonly kind: 'not'; readonly inner: Tree }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Tree[] }

type Value = string | number | boolean | null

const entities: readonly Entity[] = [
  { name: 'Rita', mail: null, enabled: true, size: 3, tags: ['a', "it's"] },
  { name: "O'Paul", mail: 'paul@x', enabled: false, size: -1, tags: [] },
  { name: '', mail: 'RITA@X', enabled: true, size: 0, tags: ['b'] },
]
const names = ['name', 'mail', 'enabled', 'size']
const texts = ['Rita', 'rita', "O'Paul", '', "it's", 'a', 'paul@x', 'or', 'null', ')']

function randomValue(random: Random): Value {
  return random.pick<Value>([random.pick(texts), random.below(4) - 1, true, false, null])
}

function randomTree(random: Random, depth: number): Tree {
  const kind = random.below(depth > 4 ? 4 : 7)
  const name = random.pick(names)
  if (kind === 0)
    return { kind: 'compare', name, operator: random.pick(['eq', 'ne', 'gt', 'ge', 'lt', 'le']), value: randomValue(random) }
  if (kind === 1) return { kind: 'in', name, values: Array.from({ length: 1 + random.below(3) }, () => randomValue(random)) }
  if (kind === 2) return { kind: random.pick(['starts', 'ends']), name, text: random.pick(texts) }
  if (kind === 3) return { kind: random.pick(['any', 'all']), text: random.pick(texts) }
  if (kind === 4) return { kind: 'not', inner: randomTree(random, depth + 1) }
  return { kind: random.pick(['and', 'or']), parts: [randomTree(random, depth + 1), randomTree(random, depth + 1)] }
}

const quoted = (value: Value) => (typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value))

function write(tree: Tree, random: Random): string {
  const word = (text: string) => (random.chance(0.3) ? text.toUpperCase() : text)
  const gap = random.chance(0.2) ? '  ' : ' '
  switch (tree.kind) {
    case 'compare':
      return [tree.name, word(tree.operator), quoted(tree.value)].join(gap)
    case 'in':
      return `${tree.name} ${word('in')}${gap}(${tree.values.map(quoted).join(random.chance(0.5) ? ',' : ' , ')})`
    case 'starts':
    case 'ends':
      return `${word(`${tree.kind}with`)}(${tree.name},${gap}${quoted(tree.text)})`
    case 'any':
    case 'all':
      return `tags/${tree.kind}(t:t eq ${quoted(tree.text)})`
    case 'not':
      return `${word('not')} (${write(tree.inner, random)})`
    default:
      return tree.parts.map(part => `(${write(part, random)})`).join(` ${word(tree.kind)} `)
  }
}

function holds(tree: Tree, entity: Entity): boolean {
  const text = (name: string) => (typeof entity[name] === 'string' ? String(entity[name]).toLowerCase() : undefined)
  const tags = (entity.tags as string[]).map(tag => tag.toLowerCase()) // each of the entities above has them
  switch (tree.kind) {
    case 'compare':
      return compared(entity[tree.name], tree.operator, tree.value)
    case 'in':
      return tree.values.some(value => compared(entity[tree.name], 'eq', value))
    case 'starts':
      return text(tree.name)?.startsWith(tree.text.toLowerCase()) === true
    case 'ends':
      return text(tree.name)?.endsWith(tree.text.toLowerCase()) === true
    case 'any':
      return tags.includes(tree.text.toLowerCase())
    case 'all':
      return tags.every(tag => tag === tree.text.toLowerCase())
    case 'not':
      return !holds(tree.inner, entity)
    case 'and':
      return tree.parts.every(part => holds(part, entity))
    case 'or':
      return tree.parts.some(part => holds(part, entity))
  }
}

function compared(own: unknown, operator: string, value: Value): boolean {
  const fold = (one: unknown) => (typeof one === 'string' ? one.toLowerCase() : one)
  const [a, b] = [fold(own), fold(value)]
  if (operator === 'eq') return a === b
  if (operator === 'ne') return a !== b
  if (typeof a !== typeof b || a === null || b === null || a === undefined) return false
  if (typeof a === 'boolean') return a === b && operator.endsWith('e') // neither is above the other
  const order = a < (b as typeof a) ? 'l' : a > (b as typeof a) ? 'g' : 'e' // of one type, as was just looked at
  return order === 'e' ? operator === 'ge' || operator === 'le' : operator.startsWith(order)
}

test('generated filters find what a plain reading of them finds', () => {
  for (let seed = 1; seed <= 3000; seed++) {
    const random = new Random(seed)
    const tree = randomTree(random, 0)
    const text = write(tree, random)
    const parsed = parseFilter(text)
    if (parsed.kind === 'bad-filter') assert.fail(`seed ${seed}: ${text}: ${parsed.message}`)
    for (const entity of entities)
      assert.equal(parsed.test(entity), holds(tree, entity), `seed ${seed}: ${text} on ${entity.name}`)
  }
})

test('cut, doubled and scrambled filters are refused or read, never thrown at, and do not take long', () => {
  const pieces = [
    "'",
    "''",
    '(',
    ')',
    ',',
    ':',
    ' ',
    'and',
    'not',
    'in',
    '/any',
    'x',
    '-1',
    '$count',
    '\u0000',
    '🦊',
    'eq',
    '/',
    '.',
    '__proto__',
  ]
  const begun = performance.now()
  for (let seed = 1; seed <= 5000; seed++) {
    const random = new Random(seed)
    let text = write(randomTree(random, 0), random)
    for (let edits = 1 + random.below(4); edits > 0; edits--) {
      const at = random.below(text.length + 1)
      text = text.slice(0, at) + random.pick(pieces) + text.slice(at + random.below(4))
    }
    const parsed = parseFilter(text)
    if (parsed.kind === 'filter') for (const entity of entities) assert.equal(typeof parsed.test(entity), 'boolean', text)
  }
  for (const text of [
    '('.repeat(8000),
    `${'not '.repeat(2000)}a eq 1`,
    `'${"''".repeat(4000)}`,
    'a/'.repeat(4000),
    'a eq 1 or '.repeat(700),
  ])
    assert.equal(parseFilter(text).kind, 'bad-filter')
  assert.ok(performance.now() - begun < 5000)
})

test('names that every object has are no properties', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'name/length']) {
    const parsed = parseFilter(`${name} ne null`)
    assert.ok(parsed.kind === 'filter' && !parsed.test({ name: 'x' }), name)
  }
})
