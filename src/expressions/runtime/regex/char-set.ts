import type { CharBits } from './char-bits.ts'
import { loweredUnits, lowerUnit } from './letter-case.ts'
import { complement, holdsUnit, orderRanges, type Ranges, unite, without } from './unit-ranges.ts'

interface Part {
  readonly bits: CharBits
  readonly negated: boolean
}

/** Every unit that has a lower case. */
let changing: Ranges | undefined

/** A character class: what `[…]`, `.`, `\w` and the like match. Built up by the parser, then frozen by first use. */
export class CharSet {
  readonly #ranges: [number, number][] = []
  readonly #parts: Part[] = []
  negated = false
  /** Whether input is lowered before it is looked up. */
  folding = false
  subtracted: CharSet | undefined
  #ascii: Uint8Array | undefined
  #members: Ranges | undefined

  addRange(first: number, last: number): this {
    this.#ranges.push([first, last])
    return this
  }

  addBits(bits: CharBits, negated = false): this {
    this.#parts.push({ bits, negated })
    return this
  }

  /** Ignoring case, a range also means the lower case of each of its members. */
  fold(): this {
    this.folding = true
    for (const [first, last] of [...this.#ranges]) this.#addLowered(first, last)
    return this
  }

  #addLowered(first: number, last: number): void {
    let start = -1
    let end = -1
    for (let unit = first; unit <= last; unit++) {
      const lower = lowerUnit(unit)
      if (lower === end + 1 && start >= 0) end = lower
      else {
        if (start >= 0) this.#ranges.push([start, end])
        start = lower
        end = lower
      }
    }
    if (start >= 0) this.#ranges.push([start, end])
  }

  has(unit: number): boolean {
    if (unit >= 128) return this.#test(unit)
    this.#ascii ??= this.#asciiTable()
    return this.#ascii[unit] === 1
  }

  #asciiTable(): Uint8Array {
    const table = new Uint8Array(128)
    for (let unit = 0; unit < 128; unit++) table[unit] = this.#test(unit) ? 1 : 0
    return table
  }

  #test(unit: number): boolean {
    return this.#contains(this.folding ? lowerUnit(unit) : unit)
  }

  #contains(unit: number): boolean {
    const inside = this.#ranges.some(([first, last]) => unit >= first && unit <= last) || this.#inParts(unit)
    if (inside === this.negated) return false
    return this.subtracted === undefined || !this.subtracted.#contains(unit)
  }

  #inParts(unit: number): boolean {
    return this.#parts.some(part => part.bits.has(unit) !== part.negated)
  }

  /** All members. */
  toRanges(): Ranges {
    this.#members ??= this.#membersAsRanges()
    return this.#members
  }

  #membersAsRanges(): Ranges {
    const inside = this.#rangesInside()
    if (!this.folding) return inside
    const caught: [number, number][] = []
    for (const [unit, lower] of loweredUnits()) if (holdsUnit(inside, lower)) caught.push([unit, unit])
    changing ??= orderRanges([...loweredUnits().keys()].map(unit => [unit, unit]))
    return unite(without(inside, changing), orderRanges(caught))
  }

  /** As `#contains` has it: case is not looked at. */
  #rangesInside(): Ranges {
    const parts = this.#parts.map(({ bits, negated }) => (negated ? complement(bits.toRanges()) : bits.toRanges()))
    const listed = orderRanges([...this.#ranges, ...parts.flat()])
    const inside = this.negated ? complement(listed) : listed
    return this.subtracted === undefined ? inside : without(inside, this.subtracted.#rangesInside())
  }
}
