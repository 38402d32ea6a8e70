import { spend } from '../../../types/budget.ts'
import { defineType } from '../../../types/define-type.ts'
import { netType } from '../../../types/values.ts'
import { outOfRange, required } from '../errors/argument-errors.ts'

const big = 2147483647
const seedConstant = 161803398

/**
 * System.Random: Knuth's subtractive generator with .NET's own constants, so that a seed gives the numbers it gives there.
 * Source: Numerical Recipes in C, ran3, which the .NET reference names.
 */
export class NetRandom {
  readonly #state = new Int32Array(56)
  #next = 0
  #nextBack = 21

  constructor(seed: number) {
    const start = seed === -2147483648 ? big : Math.abs(seed)
    let last = seedConstant - start
    this.#state[55] = last
    let following = 1
    for (let i = 1; i < 55; i++) {
      const at = (21 * i) % 55
      this.#state[at] = following
      following = (last - following) | 0
      if (following < 0) following += big
      last = this.#at(at)
    }
    for (let round = 1; round < 5; round++) {
      for (let i = 1; i < 56; i++) {
        const value = (this.#at(i) - this.#at(1 + ((i + 30) % 55))) | 0
        this.#state[i] = value < 0 ? value + big : value
      }
    }
  }

  #at(index: number): number {
    return this.#state[index] ?? 0
  }

  /** 0 to int.MaxValue - 1. */
  sample(): number {
    this.#next = this.#next === 55 ? 1 : this.#next + 1
    this.#nextBack = this.#nextBack === 55 ? 1 : this.#nextBack + 1
    let value = (this.#at(this.#next) - this.#at(this.#nextBack)) | 0
    if (value === big) value--
    if (value < 0) value += big
    this.#state[this.#next] = value
    return value
  }

  double(): number {
    return this.sample() * (1 / big)
  }

  /** For ranges wider than an int: a second sample gives the sign. */
  #largeDouble(): number {
    const size = this.sample()
    const value = this.sample() % 2 === 0 ? -size : size
    return (value + (big - 1)) / (2 * big - 1)
  }

  between(low: number, high: number): number {
    if (low > high) return outOfRange('minValue', "'minValue' cannot be greater than maxValue.")
    const range = high - low
    return Math.trunc((range <= big ? this.double() : this.#largeDouble()) * range) + low
  }
}

export const randomType = defineType('class System.Random', {
  'new()': () => new NetRandom(Math.trunc(Math.random() * big)),
  'new(int Seed)': (seed: number) => new NetRandom(seed),
  'int Next()': (self: NetRandom) => self.sample(),
  'int Next(int maxValue)': (self: NetRandom, high: number) =>
    high < 0 ? outOfRange('maxValue', "'maxValue' must be greater than zero.") : Math.trunc(self.double() * high),
  'int Next(int minValue, int maxValue)': (self: NetRandom, low: number, high: number) => self.between(low, high),
  'double NextDouble()': (self: NetRandom) => self.double(),
  'void NextBytes(byte[] buffer)': (self: NetRandom, buffer: Uint8Array | null) => {
    const bytes = required(buffer, 'buffer')
    spend(bytes.length)
    for (let i = 0; i < bytes.length; i++) bytes[i] = self.sample() % 256
  },
})

Object.defineProperty(NetRandom.prototype, netType, { value: randomType.of() })
