import { mayBeEmpty, unitsOf } from './native-source.ts'
import type { Loop, Node } from './nodes.ts'
import { noUnits, overlap, type Ranges, unite } from './unit-ranges.ts'

/**
 * How much a backtracking matcher may do at worst, proved from the pattern alone: JavaScript's cannot be stopped, so only patterns
 * with a proved bound run on it. The bound holds for every text; a pattern for which none is found has none here.
 *
 * The pattern is walked from its end. `Ahead` says of each place what the rest may begin with and what it costs. Where a choice (of
 * branches, or between another turn and going on) can be told by the next unit, all ways but one fail at once; where it cannot,
 * every way is paid for: a loop then pays for what follows once for each of its turns. Inside a loop of more than single units
 * such choices are refused: their ways multiply.
 */
export interface Cost {
  /** At most `times` · lengthᵈᵉᵍʳᵉᵉ steps. */
  readonly degree: number
  readonly times: number
}

export interface SearchCost {
  /** One search from some place to the end of the text, its length counted from there. */
  readonly search: Cost
  /** Whether a search that finds something looks no further than its end, but for a constant. */
  readonly local: boolean
  /** Whether a match can only be at the very beginning. */
  readonly anchored: boolean
}

/** What stands from a place of the pattern to its end. */
interface Ahead {
  /** What the first unit can be, of ways that take one. */
  readonly first: Ranges
  readonly mayBeEmpty: boolean
  /** Whether it cannot fail. */
  readonly sure: boolean
  /** The cost of finding that the next unit does not fit. */
  readonly entry: Cost
  /** The most that a failure costs. */
  readonly fail: Cost
  /** The most that it costs, failing or not. */
  readonly total: Cost
  /** The most that is looked at in vain, or beyond the end of the match, by way of a success. */
  readonly waste: Cost
}

const free: Cost = { degree: 0, times: 0 }
const one: Cost = { degree: 0, times: 1 }
const end: Ahead = { first: noUnits, mayBeEmpty: true, sure: true, entry: free, fail: free, total: free, waste: free }

/** Loops of fewer turns are taken as constants, and unrolled when they repeat more than a unit. */
const mostConstantTurns = 64
const mostUnrolled = 8
const mostVisits = 2_000
const mostTimes = 100_000

const sum = (...costs: readonly Cost[]): Cost =>
  costs.reduce((a, b) => ({ degree: Math.max(a.degree, b.degree), times: a.times + b.times }), free)
const most = (costs: readonly Cost[]): Cost =>
  costs.reduce((a, b) => ({ degree: Math.max(a.degree, b.degree), times: Math.max(a.times, b.times) }), free)
const perUnit = (cost: Cost): Cost => (cost.times === 0 ? free : { degree: cost.degree + 1, times: cost.times })
const times = (count: number, cost: Cost): Cost => ({ degree: cost.degree, times: cost.times * count })

/** The cost of searching for a pattern whose source nativeSource could write; undefined when no bound is found. */
export function searchCost(root: Node): SearchCost | undefined {
  const whole = new Analysis().ahead(root, end)
  if (whole === undefined) return undefined
  const anchored = startsAtBeginning(root)
  const search = anchored ? whole.total : sum(perUnit(sum(one, whole.fail)), whole.total)
  if (search.times > mostTimes) return undefined
  return { search, local: whole.fail.degree === 0 && whole.waste.degree === 0, anchored }
}

function startsAtBeginning(node: Node): boolean {
  switch (node.kind) {
    case 'anchor':
      return node.anchor === 'beginning'
    case 'sequence':
      return node.items[0] !== undefined && startsAtBeginning(node.items[0])
    case 'choice':
      return node.branches.every(startsAtBeginning)
    case 'capture':
      return startsAtBeginning(node.body)
    default:
      return false
  }
}

class Analysis {
  #visits = 0

  /** What a node makes of what comes after it; undefined: no bound. */
  ahead(node: Node, next: Ahead): Ahead | undefined {
    if (++this.#visits > mostVisits) return undefined
    switch (node.kind) {
      case 'empty':
        return next
      case 'char':
      case 'set':
        return takingOne(unitsOf(node), next)
      case 'anchor':
        return checking(one, next)
      case 'look':
        return this.#look(node.body, next)
      case 'sequence':
        return this.#sequence(inMatchOrder(node), next)
      case 'choice':
        return oneOf(node.branches.map(branch => this.ahead(branch, next)))
      case 'capture':
        return this.ahead(node.body, next)
      case 'loop':
        return this.#loop(node, next)
      default:
        return undefined
    }
  }

  #sequence(items: readonly Node[], next: Ahead): Ahead | undefined {
    let after: Ahead | undefined = next
    for (const item of items.toReversed()) {
      if (after === undefined) return undefined
      after = this.ahead(item, after)
    }
    return after
  }

  #look(body: Node, next: Ahead): Ahead | undefined {
    const inner = this.ahead(body, end)
    return inner && checking(sum(one, inner.total), next)
  }

  #loop(loop: Loop, next: Ahead): Ahead | undefined {
    const { body, min, max } = loop
    if (body.kind === 'char' || body.kind === 'set') return runOf(unitsOf(body), min, max, next)
    if (max <= mostUnrolled) return this.#unrolled(loop, next)
    return this.#turns(loop, next)
  }

  #unrolled({ body, min, max }: Loop, next: Ahead): Ahead | undefined {
    let rest: Ahead | undefined = next
    for (let turn = max; turn > 0 && rest !== undefined; turn--) {
      const taken = this.ahead(body, rest)
      rest = turn > min ? oneOf([taken, next]) : taken
    }
    return rest
  }

  /** A loop of many turns: each of them, and where it ends, is told by the next unit; only when to stop may be in doubt. */
  #turns({ body, min, max }: Loop, next: Ahead): Ahead | undefined {
    const alone = this.ahead(body, end)
    const looks = this.#looksIn(body)
    if (alone === undefined || looks === undefined) return undefined
    if (firstIfPlain(body, unite(alone.first, next.first)) === undefined) return undefined
    const walk = perUnit(sum(times(2 * sizeOf(body), one), looks))
    const doubtful = min !== max && overlap(alone.first, next.first)
    const exits = doubtful ? perUnit(next.fail) : perUnit(next.entry)
    const canWait = doubtful || next.mayBeEmpty
    return {
      first: min > 0 ? alone.first : unite(alone.first, next.first),
      mayBeEmpty: min === 0 && next.mayBeEmpty,
      sure: min === 0 && next.sure,
      entry: sum(alone.entry, next.entry),
      fail: next.sure ? (min === 0 ? free : walk) : sum(walk, exits, next.fail),
      total: next.sure ? sum(walk, next.total) : sum(walk, exits, next.total),
      waste: sum(next.waste, canWait ? alone.fail : free, canWait && !next.sure ? sum(walk, exits, next.fail) : free),
    }
  }

  /** The cost of all looks that one turn of a loop may take. */
  #looksIn(node: Node): Cost | undefined {
    switch (node.kind) {
      case 'look':
        return this.ahead(node.body, end)?.total
      case 'capture':
      case 'loop':
        return this.#looksIn(node.body)
      case 'sequence':
        return this.#allLooks(node.items)
      case 'choice':
        return this.#allLooks(node.branches)
      default:
        return free
    }
  }

  #allLooks(nodes: readonly Node[]): Cost | undefined {
    let all = free
    for (const node of nodes) {
      const looks = this.#looksIn(node)
      if (looks === undefined) return undefined
      all = sum(all, looks)
    }
    return all
  }
}

const inMatchOrder = (node: Extract<Node, { kind: 'sequence' }>) => (node.rightToLeft ? node.items.toReversed() : node.items)

const takingOne = (first: Ranges, next: Ahead): Ahead => ({
  first,
  mayBeEmpty: false,
  sure: false,
  entry: one,
  fail: sum(one, next.fail),
  total: sum(one, next.total),
  waste: next.waste,
})

/** Something that takes no unit and may fail. */
const checking = (cost: Cost, next: Ahead): Ahead => ({
  ...next,
  sure: false,
  entry: sum(cost, next.entry),
  fail: sum(cost, next.fail),
  total: sum(cost, next.total),
  waste: cost.degree > 0 ? sum(cost, next.waste) : next.waste,
})

/** Branches that are tried in turn, each with all that follows. */
function oneOf(branches: readonly (Ahead | undefined)[]): Ahead | undefined {
  const known = branches.filter(branch => branch !== undefined)
  if (known.length < branches.length) return undefined
  const apart = areApart(known.map(branch => branch.first))
  const all = (part: (branch: Ahead) => Cost): Cost => {
    const costs = known.map(part)
    return apart ? sum(most(costs), ...known.map(branch => branch.entry)) : sum(...costs)
  }
  const sure = known.some(branch => branch.sure)
  const empty = known.some(branch => branch.mayBeEmpty)
  const waste = most(known.map(branch => branch.waste))
  return {
    first: known.map(branch => branch.first).reduce(unite, noUnits),
    mayBeEmpty: empty,
    sure,
    entry: sum(...known.map(branch => branch.entry)),
    fail: sure ? free : all(branch => branch.fail),
    total: all(branch => branch.total),
    waste: apart && !empty ? waste : sum(waste, ...known.map(branch => branch.fail)),
  }
}

function areApart(sets: readonly Ranges[]): boolean {
  let seen = noUnits
  for (const set of sets) {
    if (overlap(seen, set)) return false
    seen = unite(seen, set)
  }
  return true
}

/** A loop over single units. */
function runOf(units: Ranges, min: number, max: number, next: Ahead): Ahead {
  const constant = max <= mostConstantTurns
  const walk: Cost = constant ? times(max, one) : perUnit(one)
  const eachTurn = (cost: Cost) => (min === max ? free : constant ? times(max - min, cost) : perUnit(cost))
  const doubtful = min !== max && overlap(units, next.first)
  const exits = doubtful ? eachTurn(next.fail) : eachTurn(next.entry)
  const canWait = min !== max && !next.sure && (doubtful || next.mayBeEmpty)
  return {
    first: min > 0 ? units : unite(units, next.first),
    mayBeEmpty: min === 0 && next.mayBeEmpty,
    sure: min === 0 && next.sure,
    entry: min > 0 ? one : sum(one, next.entry),
    fail: next.sure
      ? constant || min <= mostConstantTurns
        ? times(Math.min(min, max), one)
        : walk
      : sum(walk, exits, next.fail),
    total: next.sure ? sum(walk, next.total) : sum(walk, exits, next.total),
    waste: canWait ? sum(walk, exits, next.waste, next.fail) : next.waste,
  }
}

/**
 * What a node with `follow` after it may begin with, if every choice in it is told by the next unit; undefined if one is not.
 */
function firstIfPlain(node: Node, follow: Ranges): Ranges | undefined {
  switch (node.kind) {
    case 'char':
    case 'set':
      return unitsOf(node)
    case 'capture':
      return firstIfPlain(node.body, follow)
    case 'sequence':
      return inMatchOrder(node).reduceRight<Ranges | undefined>((after, item) => after && firstIfPlain(item, after), follow)
    case 'choice': {
      const firsts = node.branches.map(branch => firstIfPlain(branch, follow))
      const known = firsts.filter(first => first !== undefined)
      return known.length === firsts.length && areApart(known) ? known.reduce(unite, noUnits) : undefined
    }
    case 'loop':
      return firstOfLoop(node, follow)
    default:
      return follow // takes no unit
  }
}

function firstOfLoop({ body, min, max }: Loop, follow: Ranges): Ranges | undefined {
  const own = firstIfPlain(body, noUnits)
  if (own === undefined || mayBeEmpty(body)) return undefined
  if (min !== max && overlap(own, follow)) return undefined
  const first = firstIfPlain(body, max > 1 ? unite(own, follow) : follow)
  return first && min === 0 ? unite(first, follow) : first
}

function sizeOf(node: Node): number {
  switch (node.kind) {
    case 'sequence':
      return node.items.reduce((size, item) => size + sizeOf(item), 1)
    case 'choice':
      return node.branches.reduce((size, branch) => size + sizeOf(branch), 1)
    case 'loop':
    case 'capture':
      return 1 + sizeOf(node.body)
    default:
      return 1
  }
}
