import { hash } from 'node:crypto'
import { chainStart, hashInput, linePrefix } from './chain.ts'

const [zero, nine] = [0x30, 0x39]

/**
 * Where a writer's chain ends, and so how its next line begins. Both the beginning and what is hashed before the record's text are kept as bytes: from one line to the
 * next only the hashes and a digit or two of the number change.
 */
export class ChainEnd {
  #seq: number
  #prev: string
  /** `linePrefix` of the next line, but for its own hash. */
  #prefix = Buffer.alloc(0)
  /** `hashInput` of the next line: its number, the hash of the last, each on a line. */
  #input = Buffer.alloc(0)
  /** Where in the prefix the number and the hashes stand. */
  #seqAt = 0
  #prevAt = 0
  #hashAt = 0
  /** The room for its own hash in the prefix. */
  #own: Uint8Array = Buffer.alloc(0)
  #digits = 0

  constructor(seq = 0, prev: string = chainStart) {
    this.#seq = seq
    this.#prev = prev
    this.#lay()
  }

  /** The number that the next line gets. */
  get seq(): number {
    return this.#seq
  }

  /** The hash of the last line. */
  get prev(): string {
    return this.#prev
  }

  /** Bytes of the next line before its record's text. */
  get prefixLength(): number {
    return this.#prefix.length
  }

  /** Puts the next line around the record's text that stands there, and goes on by that line. Before the text there must be room for the line's beginning. */
  link(bytes: Buffer, textAt: number, textEnd: number): void {
    // what is hashed stands before the text for a moment, in the room that the line's beginning takes
    const inputAt = textAt - this.#input.length
    bytes.set(this.#input, inputAt)
    const own = hash('sha256', bytes.subarray(inputAt, textEnd), 'hex')
    this.#prefix.write(own, this.#hashAt, 'latin1')
    bytes.set(this.#prefix, textAt - this.#prefix.length)
    this.#prev = own
    this.#seq++
    this.#advance()
  }

  #advance(): void {
    let at = this.#digits - 1
    while (at >= 0 && this.#input[at] === nine) this.#setDigit(at--, zero)
    if (at < 0) this.#lay()
    else {
      this.#setDigit(at, (this.#input[at] ?? 0) + 1)
      this.#input.set(this.#own, this.#digits + 1)
      this.#prefix.set(this.#own, this.#prevAt)
    }
  }

  #setDigit(at: number, digit: number): void {
    this.#input[at] = digit
    this.#prefix[this.#seqAt + at] = digit
  }

  /** Anew, for a number with so many digits. */
  #lay(): void {
    const digits = String(this.#seq)
    const prefix = linePrefix(this.#seq, this.#prev, chainStart)
    this.#digits = digits.length
    this.#prefix = Buffer.from(prefix, 'latin1')
    this.#input = Buffer.from(hashInput(this.#seq, this.#prev), 'latin1')
    this.#seqAt = prefix.indexOf(digits)
    this.#prevAt = prefix.indexOf(this.#prev)
    this.#hashAt = prefix.lastIndexOf(chainStart)
    this.#own = this.#prefix.subarray(this.#hashAt, this.#hashAt + chainStart.length)
  }
}
