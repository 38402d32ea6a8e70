import type { ChainEnd } from './chain-end.ts'

/** Bytes that a batch has room for at first; it grows as it has to. */
const firstSize = 64 * 1024
/** A batch that grew past this gives its memory back. */
const keptSize = 1024 * 1024

/**
 * Lines that wait to be written, each chained to the one before as it comes. They lie in one piece of memory rather than as objects, which the garbage collector would carry
 * along for as long as they wait.
 */
export class LineBatch {
  readonly #chain: ChainEnd
  #bytes = Buffer.allocUnsafe(firstSize)
  #used = 0
  #count = 0
  /** Where the text of the line that was begun stands. */
  #textAt = 0

  constructor(chain: ChainEnd) {
    this.#chain = chain
  }

  get count(): number {
    return this.#count
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#used)
  }

  /** Where lines are made; it may be another after each `begin`. */
  get memory(): Buffer {
    return this.#bytes
  }

  add(text: string): void {
    const at = this.begin(text.length * 3) // UTF-8 of a UTF-16 unit
    this.end(at + this.#bytes.write(text, at))
  }

  /** Begins a line whose record's text takes at most so many bytes; returns where in the memory that goes. */
  begin(most: number): number {
    const { startLength, restLength } = this.#chain
    this.#reserve(startLength + most + restLength)
    this.#textAt = this.#used + startLength
    return this.#textAt
  }

  /** Ends the line whose record's text ends there. */
  end(textEnd: number): void {
    this.#used = this.#chain.link(this.#bytes, this.#textAt, textEnd)
    this.#count++
  }

  clear(): void {
    if (this.#bytes.length > keptSize) this.#bytes = Buffer.allocUnsafe(firstSize)
    this.#used = 0
    this.#count = 0
  }

  #reserve(more: number): void {
    const least = this.#used + more
    if (least <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(least, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.#used)
    this.#bytes = grown
  }
}
