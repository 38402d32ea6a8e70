import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBudget } from '../../types/budget.ts'
import { Machine } from './machine.ts'
import { Meter } from './meter.ts'
import { searchCost } from './native-cost.ts'
import { NativeRegex } from './native-regex.ts'
import { option } from './options.ts'
import { parsePattern } from './pattern-parser.ts'
import { compileProgram } from './program.ts'

/** Choices from a seed (xorshift), so that a failure can be had again. */
function choices(seed: number) {
  let state = seed
  const below = (count: number) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % count
  }
  return { below, pick: <T>(from: readonly T[]): T => from[below(from.length)] as T } // below the length
}
type Choices = ReturnType<typeof choices>

const atoms = String.raw`a b c A 1 . \w \d \s [ab] [^a] [a-c-[b]] \W - \. \p{Lu} é [^\W\d] \u0130 [K-k] \S ſ`.split(' ')
const edges = String.raw`^ $ \b \b \B \A \z \Z`.split(' ')
const quantifiers = ['*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,2}?', '{2,}', '{1,9}']
const opens = ['(', '(', '(?:', '(?<n>', '(?<m>', '(?=', '(?!', '(?<=', '(?<!', '(?i:', '(?m-s:']

function pattern(from: Choices, depth: number): string {
  const branch = () => Array.from({ length: 1 + from.below(3) }, () => piece(from, depth)).join('')
  return from.below(4) === 0 ? `${branch()}|${branch()}` : branch()
}

function piece(from: Choices, depth: number): string {
  if (from.below(8) === 0) return from.pick(edges)
  const body = depth > 0 && from.below(2) === 0 ? `${from.pick(opens)}${pattern(from, depth - 1)})` : from.pick(atoms)
  return from.below(5) < 2 ? body + from.pick(quantifiers) : body
}

const letters = [...'aabbcAB1 -._é\n\nK\u212aſİ\u{1f600}\u200d\u00a0٣']
const textOf = (from: Choices) => Array.from({ length: from.below(16) }, () => from.pick(letters)).join('')
const optionSets = [
  0,
  0,
  option.ignoreCase,
  option.multiline,
  option.singleline,
  option.ignoreCase | option.multiline,
  option.ecmaScript,
]

/** Every match of a text, with its captures, by one engine: from the end of the last, one unit further after an empty one. */
function allMatches(text: string, find: (from: number) => readonly (readonly number[])[] | undefined): string[] {
  const found: string[] = []
  for (let from = 0; from <= text.length; ) {
    const captures = find(from)
    if (captures === undefined) break
    found.push(captures.map(list => list.join('-')).join(' '))
    const [start = 0, end = 0] = captures[0] ?? []
    from = end > start ? end : end + 1
  }
  return found
}

test('JavaScript and the machine find the same matches and captures', () => {
  const from = choices(Number(process.env.FUZZ_SEED ?? 20_251_125))
  const end = performance.now() + Number(process.env.FUZZ_SECONDS ?? 1) * 1000
  let compared = 0
  for (let i = 0; i < 500 || performance.now() < end; i++) {
    const source = pattern(from, 2)
    const options = from.pick(optionSets)
    let parsed: ReturnType<typeof parsePattern>
    try {
      parsed = parsePattern(source, options)
    } catch {
      continue // not a pattern of .NET's
    }
    const native = NativeRegex.of(parsed)
    if (native === undefined) continue
    const machine = new Machine(compileProgram(parsed))
    for (let turn = 0; turn < 3; turn++) {
      const text = textOf(from)
      if (!native.admits(text.length, Number.POSITIVE_INFINITY)) continue
      startBudget(Number.POSITIVE_INFINITY)
      const byMachine = (at: number) => {
        machine.enter({ text, begin: 0, end: text.length, origin: at }, new Meter(undefined))
        for (let place = at; place <= text.length; place++) {
          const captures = machine.matchAt(place)
          if (captures !== undefined) return captures
        }
        return undefined
      }
      const byNative = (at: number) => {
        const place = native.find(text, at)
        assert.equal(native.isMatch(text, at), place !== undefined)
        const captures = place && (native.captures(text, place[0]) ?? byMachine(at))
        if (captures !== undefined) assert.deepEqual(captures[0], place)
        // the machine keeps each capture, JavaScript what is the last outside loops: the same wherever `captures` answers
        return captures
      }
      compared++
      assert.deepEqual(
        allMatches(text, byNative),
        allMatches(text, byMachine),
        `${source} (${options}) in ${JSON.stringify(text)}`,
      )
    }
  }
  assert.ok(compared > 500, `${compared} compared`)
})

test('Patterns that take exponential time have no bound', () => {
  const hostile = String.raw`(a+)+$ (a*)*b (a|a)*$ (a|aa)+$ (.*a){12}$ ^(([a-z])+.)+[A-Z]([a-z])+$ (?:a+b?)*$ (\w+\s?)*$ (x+x+)+y
    ([a-zA-Z0-9]+)*@ ^(\d+|[a-z0-9]+)*$ (?:.|a)*b ((ab)*)*c (?:a?b?)*c ^(?:(?:a|ab)(?:bc|c)?)*$ ^((a{1,9}){1,9}){1,9}$ (?:(?=a+)a|ab)*c`
  for (const source of hostile.split(/\s+/)) {
    const native = NativeRegex.of(parsePattern(source, 0))
    assert.equal(native?.admits(30, Number.POSITIVE_INFINITY) ?? false, false, source)
  }
})

test('The degree of what is admitted is what its worst text takes', () => {
  const degreeOf = (source: string) => searchCost(parsePattern(source, 0).root)?.search.degree
  const known: readonly (readonly [string, number])[] = [
    ['^/colors(/[a-z]+)?$', 1],
    ['^[^@]+@[a-z]+$', 1],
    ['^(?:/[a-z]+)+$', 1],
    [String.raw`\s+`, 1],
    [String.raw`^\d{3}-\d{4}$`, 0],
    ['a+b', 2],
    [String.raw`\s+$`, 2],
    ['^.*,.*$', 2],
    ['^.*,.*,.*$', 3],
    ['.*,.*,.*x', 4],
    ['(?=.*a)b', 2],
    ['^(?:a(?=.*b))*$', 2],
  ]
  for (const [source, degree] of known) assert.equal(degreeOf(source), degree, source)
})

/** Fails past a number of the machine's steps. */
class Limit extends Meter {
  readonly #most: number
  readonly #what: string
  #steps = 0

  constructor(most: number, what: string) {
    super(undefined)
    this.#most = most
    this.#what = what
  }

  override take(steps: number): void {
    this.#steps += steps
    assert.ok(this.#steps <= this.#most, `${this.#what} takes more than ${this.#most} steps`)
  }
}

test('The machine takes no more steps on any text than the bound says', () => {
  const from = choices(Number(process.env.FUZZ_SEED ?? 11))
  const end = performance.now() + Number(process.env.FUZZ_SECONDS ?? 1) * 1000
  const letters = ['a', 'b', 'c', 'ab', 'aa', '-']
  let judged = 0
  for (let i = 0; i < 300 || performance.now() < end; i++) {
    const source = `${from.pick(['', '', '^'])}${narrow(from, 2)}${from.pick(['', 'c', '$', '-'])}`
    const parsed = parsePattern(source, 0)
    const cost = NativeRegex.of(parsed) === undefined ? undefined : searchCost(parsed.root)
    if (cost === undefined) continue
    const machine = new Machine(compileProgram(parsed))
    for (let turn = 0; turn < 4; turn++) {
      const unit = Array.from({ length: 1 + from.below(3) }, () => from.pick(letters)).join('')
      const text = unit.repeat(40).slice(0, 8 + from.below(80)) + from.pick(['', 'c', '-', 'ab'])
      const bound = cost.search.times * (text.length + 1) ** cost.search.degree
      if (bound > 1_000_000) continue
      // the machine counts some of a step's parts as steps
      machine.enter({ text, begin: 0, end: text.length, origin: 0 }, new Limit(4 * bound + 64, `${source} on ${text}`))
      for (let at = 0; at <= (cost.anchored ? 0 : text.length) && machine.matchAt(at) === undefined; at++);
      judged++
    }
  }
  assert.ok(judged > 300, `${judged} judged`)
})

const simple = [
  'a',
  'b',
  '.',
  '[ab]',
  'aa',
  'a+',
  'b*',
  'a?',
  '.*',
  '.+',
  'a{1,9}',
  '[^b]+',
  '[^-]*',
  '(?=.*b)',
  '(?<!a+)',
  '\\b',
  'a*?',
  '(?!a*c)',
]

/** Over few letters, so that texts go far into it. */
function narrow(from: Choices, depth: number): string {
  const part = () =>
    depth > 0 && from.below(3) === 0
      ? `(?:${narrow(from, depth - 1)})${from.pick(['*', '+', '?', '{2,4}', '{3}', '{2,}', '*?', '{1,20}', ''])}`
      : from.pick(simple)
  const branch = Array.from({ length: 1 + from.below(4) }, part).join('')
  return from.below(4) === 0 ? `${branch}|${part()}` : branch
}

test('No text of the worst kind holds an admitted pattern for long', () => {
  const from = choices(7)
  let admitted = 0
  for (let i = 0; i < 1_500; i++) {
    const source = `${from.pick(['', '^'])}${narrow(from, 2)}${from.pick(['c', '$', ''])}`
    const native = NativeRegex.of(parsePattern(source, 0))
    for (const length of [40, 400, 4_000]) {
      if (native?.admits(length, Number.POSITIVE_INFINITY) !== true) continue
      admitted++
      for (const unit of ['a', 'ab', 'b', 'aab']) {
        startBudget(20_000_000)
        const start = performance.now()
        native.isMatch(unit.repeat(length).slice(0, length), 0)
        const spent = performance.now() - start
        assert.ok(spent < 500, `${source} took ${spent} ms for ${length} of ${unit}`)
      }
    }
  }
  assert.ok(admitted > 700, `${admitted} admitted`)
})
