import { hash } from 'node:crypto'
import { beforeHash, chainStart, lineEnd, linePrev, lineStart } from './chain.ts'

const [zero, nine] = [0x30, 0x39]
/** Characters of a hash. */
const hashLength = chainStart.length
/** Where the hash of the line before stands in `linePrev`, and how long that is. */
const prevAt = linePrev('-').indexOf('-')
const prevLength = linePrev(chainStart).length
/** Where the number stands in `lineStart`, and bytes behind it. */
const numberAt = lineStart(0).indexOf('0')
const behindNumber = lineStart(0).length - numberAt - 1
const end = Uint8Array.from(Buffer.from(lineEnd, 'latin1'))

/**
 * Where a writer's chain ends, and so what stands around the next line's record. Both sides are kept as bytes: from one line to the next only a digit or two of the
 * number and a hash change.
 */
export class ChainEnd {
  #seq: number
  #prev: string
  /** `lineStart` of the next line. */
  #start: Buffer
  /** Of the next line, all between its record and its own hash. */
  readonly #middle: Buffer

  constructor(seq = 0, prev: string = chainStart) {
    this.#seq = seq
    this.#prev = prev
    this.#start = Buffer.from(lineStart(seq), 'latin1')
    this.#middle = Buffer.from(linePrev(prev) + beforeHash, 'latin1')
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
  get startLength(): number {
    return this.#start.length
  }

  /** Bytes of a line behind its record's text. */
  get restLength(): number {
    return this.#middle.length + hashLength + end.length
  }

  /** Puts the next line around the record's text that stands there, with room on both sides, and goes on by that line. Returns where it ends. */
  link(bytes: Buffer, textAt: number, textEnd: number): number {
    const lineAt = textAt - this.#start.length
    bytes.set(this.#start, lineAt)
    bytes.set(this.#middle, textEnd)
    const own = hash('sha256', bytes.subarray(lineAt, textEnd + prevLength), 'hex')
    const ownAt = textEnd + this.#middle.length
    bytes.write(own, ownAt, 'latin1')
    bytes.set(end, ownAt + hashLength)
    this.#middle.write(own, prevAt, 'latin1')
    this.#prev = own
    this.#seq++
    this.#count()
    return ownAt + hashLength + end.length
  }

  /** Moves the number in `#start` on by one. */
  #count(): void {
    let at = this.#start.length - behindNumber - 1
    while (this.#start[at] === nine) this.#start[at--] = zero
    if (at < numberAt) this.#start = Buffer.from(lineStart(this.#seq), 'latin1')
    else this.#start[at] = (this.#start[at] ?? zero) + 1
  }
}
