import { wordChars } from './char-classes.ts'
import { unitsLoweringTo } from './letter-case.ts'
import type { Anchor, Loop, Node } from './nodes.ts'
import { complement, orderRanges, overlap, type Ranges, unite, without } from './unit-ranges.ts'

/** A pattern as the source of a JavaScript RegExp without flags for case, lines, dots or Unicode: it says all in UTF-16 units. */
export interface NativeSource {
  /** Captures nothing. */
  readonly plain: string
  /** Captures; undefined when JavaScript would keep other captures than .NET. */
  readonly capturing: string | undefined
  /** The group number of each parenthesis of `capturing`, in order. */
  readonly groups: readonly number[]
}

/** Past this, V8 takes longer to compile a pattern than the machine takes to match. */
const longest = 60_000

/**
 * Writes a pattern for JavaScript. Undefined when it holds what JavaScript lacks (atomic groups, conditions, balancing), matches
 * right to left outside a lookbehind, refers back, or repeats what may be empty: there the two languages part.
 */
export function nativeSource(root: Node): NativeSource | undefined {
  if (!sharedMeaning(root, false)) return undefined
  const plain = new Writer(false).write(root)
  if (plain.length > longest) return undefined
  const writer = new Writer(true)
  const capturing = writer.write(root)
  const same = new Set(writer.groups).size === writer.groups.length && !capturesInLoop(root, false)
  return { plain, capturing: same ? capturing : undefined, groups: writer.groups }
}

function sharedMeaning(node: Node, behind: boolean): boolean {
  switch (node.kind) {
    case 'empty':
      return true
    case 'char':
    case 'set':
      return node.rightToLeft === behind
    case 'anchor':
      return node.anchor !== 'start'
    case 'sequence':
      return node.rightToLeft === behind && node.items.every(item => sharedMeaning(item, behind))
    case 'choice':
      return node.branches.every(branch => sharedMeaning(branch, behind))
    case 'loop':
      return !mayBeEmpty(node.body) && sharedMeaning(node.body, behind)
    case 'capture':
      return node.balance < 0 && sharedMeaning(node.body, behind)
    case 'look':
      return sharedMeaning(node.body, node.behind)
    default:
      return false
  }
}

/** Whether a node may match without taking a unit. */
export function mayBeEmpty(node: Node): boolean {
  switch (node.kind) {
    case 'char':
    case 'set':
      return false
    case 'sequence':
      return node.items.every(mayBeEmpty)
    case 'choice':
      return node.branches.some(mayBeEmpty)
    case 'loop':
      return node.min === 0 || mayBeEmpty(node.body)
    case 'capture':
    case 'atomic':
      return mayBeEmpty(node.body)
    default:
      return true
  }
}

/** .NET keeps the captures of every turn, JavaScript those of the last. */
function capturesInLoop(node: Node, inLoop: boolean): boolean {
  switch (node.kind) {
    case 'sequence':
      return node.items.some(item => capturesInLoop(item, inLoop))
    case 'choice':
      return node.branches.some(branch => capturesInLoop(branch, inLoop))
    case 'loop':
      return capturesInLoop(node.body, inLoop || node.max > 1)
    case 'capture':
      return inLoop || capturesInLoop(node.body, inLoop)
    case 'look':
      return capturesInLoop(node.body, inLoop)
    default:
      return false
  }
}

class Writer {
  readonly groups: number[] = []
  readonly #capturing: boolean
  #length = 0

  constructor(capturing: boolean) {
    this.#capturing = capturing
  }

  write(node: Node): string {
    if (this.#length > longest) return '' // it is not used then
    switch (node.kind) {
      case 'char':
      case 'set':
        return this.#counted(classOf(unitsOf(node)))
      case 'anchor':
        return anchors[node.anchor]()
      case 'sequence':
        return node.items.map((item, i) => this.#item(item, node.items[i - 1], node.items[i + 1])).join('')
      case 'choice':
        return node.branches.map(branch => this.write(branch)).join('|')
      case 'loop':
        return this.#loop(node)
      case 'capture':
        if (!this.#capturing) return `(?:${this.write(node.body)})`
        this.groups.push(node.group)
        return `(${this.write(node.body)})`
      case 'look':
        return `(?${node.behind ? '<' : ''}${node.negative ? '!' : '='}${this.write(node.body)})`
      default:
        return ''
    }
  }

  #item(item: Node, before: Node | undefined, after: Node | undefined): string {
    if (item.kind === 'choice') return `(?:${this.write(item)})`
    if (item.kind === 'anchor' && item.anchor === 'boundary') return boundary(before, after)
    return this.write(item)
  }

  #counted(text: string): string {
    this.#length += text.length
    return text
  }

  #loop({ body, min, max, lazy }: Loop): string {
    const repeated = body.kind === 'char' || body.kind === 'set' ? this.write(body) : `(?:${this.write(body)})`
    const end = max === Number.POSITIVE_INFINITY ? '' : max
    return `${repeated}{${min},${end}}${lazy ? '?' : ''}`
  }
}

/** The units that a single item matches. */
export function unitsOf(node: Extract<Node, { kind: 'char' | 'set' }>): Ranges {
  if (node.kind === 'set') return node.set.toRanges()
  if (!node.ignoreCase) return [[node.unit, node.unit]]
  return orderRanges(unitsLoweringTo(node.unit).map(unit => [unit, unit]))
}

const escaped = (unit: number) => `\\u${unit.toString(16).padStart(4, '0')}`

function classOf(ranges: Ranges): string {
  const [only] = ranges
  if (only !== undefined && ranges.length === 1 && only[0] === only[1]) return escaped(only[0])
  const others = complement(ranges)
  return others.length < ranges.length ? `[^${listed(others)}]` : `[${listed(ranges)}]`
}

const listed = (ranges: Ranges) =>
  ranges.map(([first, last]) => (first === last ? escaped(first) : `${escaped(first)}-${escaped(last)}`)).join('')

/** What `\b` takes for a part of a word: char-classes.ts. */
let words: { readonly units: Ranges; readonly written: string } | undefined
function wordUnits() {
  if (words !== undefined) return words
  const units = unite(wordChars().toRanges(), [[0x200c, 0x200d]])
  words = { units, written: classOf(units) }
  return words
}

/** `\b`: beside what is surely part of a word, or surely not, the other side alone decides. */
function boundary(before: Node | undefined, after: Node | undefined): string {
  const { units, written } = wordUnits()
  const left = before && isWithin(edgeUnits(before, -1), units)
  if (left !== undefined) return left ? `(?!${written})` : `(?=${written})`
  const right = after && isWithin(edgeUnits(after, 0), units)
  if (right !== undefined) return right ? `(?<!${written})` : `(?<=${written})`
  return edge(written)
}

/** Whether all or none of some units are within others; undefined: some are. */
function isWithin(units: Ranges | undefined, others: Ranges): boolean | undefined {
  if (units === undefined) return undefined
  return without(units, others).length === 0 ? true : overlap(units, others) ? undefined : false
}

/** All that the first (0) or last (-1) unit of what an item matches can be; undefined: unknown, or it may match nothing. */
function edgeUnits(node: Node, which: 0 | -1): Ranges | undefined {
  switch (node.kind) {
    case 'char':
    case 'set':
      return unitsOf(node)
    case 'capture':
      return edgeUnits(node.body, which)
    case 'loop':
      return node.min > 0 ? edgeUnits(node.body, which) : undefined
    case 'sequence': {
      const item = node.items.at(which)
      return item && edgeUnits(item, which)
    }
    default:
      return undefined
  }
}

const ecmaWordUnits = () => '[\\u0030-\\u0039\\u0041-\\u005a\\u005f\\u0061-\\u007a\\u0130]'

const edge = (word: string) => `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`
const noEdge = (word: string) => `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`

const anchors: Readonly<Record<Anchor, () => string>> = {
  beginning: () => '^',
  'line-start': () => '(?<![^\\n])',
  'line-end': () => '(?![^\\n])',
  end: () => '$',
  'end-or-newline': () => '(?=\\n?$)',
  start: () => '',
  boundary: () => edge(wordUnits().written),
  'not-boundary': () => noEdge(wordUnits().written),
  'ecma-boundary': () => edge(ecmaWordUnits()),
  'not-ecma-boundary': () => noEdge(ecmaWordUnits()),
}
