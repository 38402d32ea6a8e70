/** What the differential driver runs: here, and through the C# compiler. */
export interface FuzzCase {
  readonly id: string
  readonly expression: string
}

/** Choices from a seed, the same on every run (mulberry32). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** 0 up to 1, without 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    const first = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    const second = (first + Math.imul(first ^ (first >>> 7), 61 | first)) ^ first
    return ((second ^ (second >>> 14)) >>> 0) / 4_294_967_296
  }

  /** 0 up to `count`, without it. */
  below(count: number): number {
    return Math.floor(this.next() * count)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(from: readonly T[]): T {
    const item = from[this.below(from.length)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }
}
