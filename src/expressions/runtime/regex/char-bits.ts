/** A set of UTF-16 units as 65,536 bits. */
export class CharBits {
  readonly #bits = new Uint32Array(2048)

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
}
