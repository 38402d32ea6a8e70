import { hash } from 'node:crypto'
import { type ChainEnd, hashInput, linePrefix, lineSuffix } from './chain.ts'

/** Bytes that a batch has room for at first; it grows as it has to. */
const firstSize = 64 * 1024
/** A batch that grew past this is not kept for the next records. */
const keptSize = 1024 * 1024

/**
 * Texts of records that wait to be written. They lie in one piece of memory rather than as objects, which the garbage collector would carry along for as long as they
 * wait: with a record for every call that costs more than writing them does.
 */
export class LineBatch {
  #texts = Buffer.allocUnsafe(firstSize)
  #used = 0
  /** Where each text ends. */
  readonly #ends: number[] = []

  get count(): number {
    return this.#ends.length
  }

  add(text: string): void {
    const most = this.#used + text.length * 3 // UTF-8 of a UTF-16 unit
    if (most > this.#texts.length) this.#grow(most)
    this.#used += this.#texts.write(text, this.#used)
    this.#ends.push(this.#used)
  }

  /** The lines that follow in a chain, and where it then ends. As often as it is asked: what could not be written is chained again. */
  chained({ seq, prev }: ChainEnd): { readonly bytes: Buffer; readonly end: ChainEnd } {
    const bytes = Buffer.allocUnsafe(this.#used + this.#ends.length * linePrefix(Number.MAX_SAFE_INTEGER, prev, prev).length)
    let [at, from] = [0, 0]
    for (const to of this.#ends) {
      // what is hashed stands before the text for a moment, in the room that the line's own beginning takes
      const before = hashInput(seq, prev)
      const text = at + linePrefix(seq, prev, prev).length
      const start = text - before.length
      bytes.write(before, start, 'latin1')
      this.#texts.copy(bytes, text, from, to)
      const end = text + (to - from)
      const own = hash('sha256', bytes.subarray(start, end), 'hex')
      bytes.write(linePrefix(seq, prev, own), at, 'latin1')
      at = end + bytes.write(lineSuffix, end, 'latin1')
      from = to
      prev = own
      seq++
    }
    return { bytes: bytes.subarray(0, at), end: { seq, prev } }
  }

  clear(): void {
    if (this.#texts.length > keptSize) this.#texts = Buffer.allocUnsafe(firstSize)
    this.#used = 0
    this.#ends.length = 0
  }

  #grow(least: number): void {
    const grown = Buffer.allocUnsafe(Math.max(least, this.#texts.length * 2))
    this.#texts.copy(grown, 0, 0, this.#used)
    this.#texts = grown
  }
}
