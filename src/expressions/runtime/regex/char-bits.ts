import type { Ranges } from './unit-ranges.ts'

/** A set of UTF-16 units as 65,536 bits. */
export class CharBits {
  readonly #bits = new Uint32Array(2048)
  #ranges: Ranges | undefined

  add(unit: number): void {
    this.#bits[unit >>> 5] = (this.#bits[unit >>> 5] ?? 0) | (1 << (unit & 31))
  }

  addRange(first: number, last: number): void {
    for (let unit = first; unit <= last; unit++) this.add(unit)
  }

  addAll(other: CharBits): void {
    for (let i = 0; i < 2048; i++) this.#bits[i] = (this.#bits[i] ?? 0) | (other.#bits[i] ?? 0)
  }

  has(unit: number): boolean {
    return (((this.#bits[unit >>> 5] ?? 0) >>> (unit & 31)) & 1) === 1
  }

  /** All members. Made once: the set must be complete by then. */
  toRanges(): Ranges {
    this.#ranges ??= this.#scan()
    return this.#ranges
  }

  #scan(): Ranges {
    const found: [number, number][] = []
    let first = -1
    for (let unit = 0; unit <= 0x10000; unit++) {
      const inside = unit < 0x10000 && this.has(unit)
      if (inside && first < 0) first = unit
      else if (!inside && first >= 0) {
        found.push([first, unit - 1])
        first = -1
      }
    }
    return found
  }
}
