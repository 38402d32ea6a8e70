import { hash } from 'node:crypto'
import { chainStart, hashInput, linePrefix, lineSuffix } from './chain.ts'

/** Where a writer's chain ends: the number that its next line gets, and the hash of the one before. */
export interface ChainEnd {
  seq: number
  prev: string
}

/** Bytes that a batch has room for at first; it grows as it has to. */
const firstSize = 64 * 1024
/** A batch that grew past this gives its memory back. */
const keptSize = 1024 * 1024
const newline = 10

/** How every line with a number of so many digits begins, and where in it the number and the hashes stand. */
interface Beginning {
  readonly bytes: Buffer
  readonly digits: number
  readonly seqAt: number
  readonly prevAt: number
  readonly hashAt: number
  /** How much longer it is than what is hashed in its place. */
  readonly gap: number
}

function beginningFor(seq: number): Beginning {
  const [text, digits] = [linePrefix(seq, chainStart, chainStart), String(seq)]
  const prevAt = text.indexOf(chainStart)
  return {
    bytes: Buffer.from(text, 'latin1'),
    digits: digits.length,
    seqAt: text.indexOf(digits),
    prevAt,
    hashAt: text.indexOf(chainStart, prevAt + chainStart.length),
    gap: text.length - hashInput(seq, chainStart).length,
  }
}

/**
 * Lines that wait to be written, each chained to the one before as it comes. They lie in one piece of memory rather than as objects, which the garbage collector would carry
 * along for as long as they wait.
 */
export class LineBatch {
  readonly #chain: ChainEnd
  #bytes = Buffer.allocUnsafe(firstSize)
  #used = 0
  #count = 0
  #beginning = beginningFor(0)

  constructor(chain: ChainEnd) {
    this.#chain = chain
  }

  get count(): number {
    return this.#count
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#used)
  }

  add(text: string): void {
    const { seq, prev } = this.#chain
    const digits = String(seq)
    if (digits.length !== this.#beginning.digits) this.#beginning = beginningFor(seq)
    const { gap, bytes: beginning } = this.#beginning
    this.#reserve(beginning.length + text.length * 3 + lineSuffix.length) // UTF-8 of a UTF-16 unit
    // what is hashed stands before the text for a moment, in the room that the line's own beginning takes
    const start = this.#used + gap
    const end = this.#writeHashed(start, digits, prev, text)
    const own = hash('sha256', this.#bytes.subarray(start, end), 'hex')
    this.#writeBeginning(digits, prev, own)
    this.#used = end + this.#bytes.write(lineSuffix, end, 'latin1')
    this.#count++
    this.#chain.seq = seq + 1
    this.#chain.prev = own
  }

  /** `hashInput` and the text, piece by piece: joining them first takes longer than all the rest. */
  #writeHashed(start: number, digits: string, prev: string, text: string): number {
    const bytes = this.#bytes
    let at = start + bytes.write(digits, start, 'latin1')
    bytes[at++] = newline
    at += bytes.write(prev, at, 'latin1')
    bytes[at++] = newline
    return at + bytes.write(text, at)
  }

  #writeBeginning(digits: string, prev: string, own: string): void {
    const { bytes, seqAt, prevAt, hashAt } = this.#beginning
    this.#bytes.set(bytes, this.#used)
    this.#bytes.write(digits, this.#used + seqAt, 'latin1')
    this.#bytes.write(prev, this.#used + prevAt, 'latin1')
    this.#bytes.write(own, this.#used + hashAt, 'latin1')
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
