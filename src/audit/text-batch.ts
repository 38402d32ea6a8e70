/** Bytes that a batch has room for at first; it grows as it has to. */
const firstSize = 64 * 1024
const newline = 10

/** What texts of records are written into. */
export interface TextSink {
  /** Where they are written; it may be another after each `begin`. */
  readonly memory: Buffer
  /** Begins a text that takes at most so many bytes; returns where in the memory it goes. */
  begin(most: number): number
  /** Ends the text there. */
  end(at: number): void
}

/** Texts of records as one thread hands them to another: each on a line. */
export interface Texts {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly count: number
}

/** Texts of records that wait to be handed over. They lie in one piece of memory rather than as objects, which the garbage collector would carry along. */
export class TextBatch implements TextSink {
  #bytes = Buffer.allocUnsafeSlow(firstSize)
  #used = 0
  #count = 0

  get count(): number {
    return this.#count
  }

  get size(): number {
    return this.#used
  }

  get memory(): Buffer {
    return this.#bytes
  }

  add(text: string): void {
    const at = this.begin(text.length * 3) // UTF-8 of a UTF-16 unit
    this.end(at + this.#bytes.write(text, at))
  }

  begin(most: number): number {
    const least = this.#used + most + 1
    if (least > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(least, this.#bytes.length * 2))
      this.#bytes.copy(grown, 0, 0, this.#used)
      this.#bytes = grown
    }
    return this.#used
  }

  end(at: number): void {
    this.#bytes[at] = newline
    this.#used = at + 1
    this.#count++
  }

  /** What there is, for good: the memory goes with it. */
  take(): Texts {
    const taken = { bytes: new Uint8Array(this.#bytes.buffer, 0, this.#used), count: this.#count }
    this.#bytes = Buffer.allocUnsafeSlow(firstSize)
    this.#used = 0
    this.#count = 0
    return taken
  }
}
