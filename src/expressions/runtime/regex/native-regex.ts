import { spend } from '../../types/budget.ts'
import type { Captures } from './machine.ts'
import { type SearchCost, searchCost } from './native-cost.ts'
import { type NativeSource, nativeSource } from './native-source.ts'
import type { Pattern } from './nodes.ts'

/**
 * Searches that may take more steps than this stay on the machine, which counts its steps and stops. A step is about a nanosecond, and
 * the bound of a search that goes over its text more than once is some ten times what the worst text takes.
 */
const mostSteps = 2 ** 27
const mostRepeatedSteps = 2 ** 25
/** So many of the bound's steps are taken for one of the budget. */
const stepsPerUnit = 64

/**
 * A pattern on JavaScript's own engine: some twenty times as fast as the machine, which it must agree with. Only patterns that mean
 * the same there and whose cost is bounded become one; `native-regex.test.ts` holds the two against each other.
 */
export class NativeRegex {
  readonly #source: NativeSource
  readonly #cost: SearchCost
  readonly #slots: readonly number[]
  readonly #slotCount: number
  /** Searches on from `lastIndex`; an anchored one looks there only. */
  readonly #finder: RegExp
  #captor: RegExp | undefined

  private constructor(pattern: Pattern, source: NativeSource, cost: SearchCost) {
    this.#source = source
    this.#cost = cost
    this.#slots = source.groups.map(group => pattern.groups.indexOf(group))
    this.#slotCount = pattern.groups.length
    this.#finder = new RegExp(source.plain, cost.anchored ? 'y' : 'g')
  }

  /** Undefined for a pattern that stays on the machine. */
  static of(pattern: Pattern): NativeRegex | undefined {
    const source = nativeSource(pattern.root)
    const cost = source && searchCost(pattern.root)
    return cost && source && new NativeRegex(pattern, source, cost)
  }

  /** Whether a search through so many units is bounded well enough. `timeout`: how many steps its author allows. */
  admits(units: number, timeout: number): boolean {
    const { degree } = this.#cost.search
    const bound = this.#bound(units + 1)
    return bound <= timeout && bound <= (degree <= 1 ? mostSteps : mostRepeatedSteps)
  }

  /** Throws RangeError when the text is too long for JavaScript's stack. */
  isMatch(text: string, from: number): boolean {
    const finder = this.#finder
    finder.lastIndex = from
    const found = finder.test(text)
    this.#pay(text, from, found ? finder.lastIndex : text.length)
    return found
  }

  /** Start and end of the next match, or undefined. Throws RangeError as above. */
  find(text: string, from: number): readonly [number, number] | undefined {
    const finder = this.#finder
    finder.lastIndex = from
    const found = finder.exec(text)
    this.#pay(text, from, found === null ? text.length : finder.lastIndex)
    return found === null ? undefined : [found.index, finder.lastIndex]
  }

  #pay(text: string, from: number, until: number): void {
    const seen = this.#cost.local ? until - from : text.length - from
    spend(1 + this.#bound(seen) / stepsPerUnit)
  }

  #bound(units: number): number {
    const { degree, times } = this.#cost.search
    if (degree === 1) return times * units
    return degree === 0 ? times : times * units ** degree
  }

  /** The captures of the match that starts at `index`; undefined: ask the machine. */
  captures(text: string, index: number): Captures | undefined {
    const { capturing } = this.#source
    if (capturing === undefined) return undefined
    this.#captor ??= new RegExp(capturing, 'dy')
    this.#captor.lastIndex = index
    const places = this.#captor.exec(text)?.indices
    if (places === undefined) return undefined
    const lists: (readonly number[])[] = new Array(this.#slotCount).fill([])
    lists[0] = [...(places[0] ?? [])]
    for (let i = 0; i < this.#slots.length; i++) {
      const place = places[i + 1]
      if (place !== undefined) lists[this.#slots[i] ?? 0] = [...place]
    }
    return lists
  }
}
