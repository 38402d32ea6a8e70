/** Bytes of a message that have not been read yet; node:http's and undici's readables are such. */
export type ByteStream = AsyncIterable<Uint8Array>

/** A body over the cap that was set for reading it whole. */
export class BodyTooLarge extends Error {
  readonly limit: number

  constructor(limit: number) {
    super(`the body is larger than ${limit} bytes`)
    this.limit = limit
  }
}

/**
 * A message body: either still a stream that passes through untouched, or bytes that a policy asked to see or put there.
 * Nothing is buffered unless `buffer` is called.
 */
export class Body {
  #stream: ByteStream | null
  #bytes: Uint8Array | null
  #pending: Promise<Uint8Array> | null = null
  #consumed = false

  private constructor(stream: ByteStream | null, bytes: Uint8Array | null) {
    this.#stream = stream
    this.#bytes = bytes
  }

  static empty(): Body {
    return new Body(null, null)
  }

  static of(bytes: Uint8Array | string): Body {
    return new Body(null, typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes)
  }

  static streaming(stream: ByteStream): Body {
    return new Body(stream, null)
  }

  /** Whether As<T>() without preserveContent took it: a second read fails, and nothing of it is sent on, as in APIM. */
  get consumed(): boolean {
    return this.#consumed
  }

  /** Takes the bytes out: what is left is an empty body that was read. */
  consume(): Uint8Array {
    const bytes = this.#bytes ?? new Uint8Array(0)
    this.#bytes = new Uint8Array(0)
    this.#consumed = true
    return bytes
  }

  get isEmpty(): boolean {
    return this.#stream === null && (this.#bytes === null || this.#bytes.length === 0)
  }

  /** Whether the message came without a body at all: neither a stream nor bytes, not even none. */
  get isAbsent(): boolean {
    return this.#stream === null && this.#bytes === null
  }

  /** The bytes, when they are at hand; null for an empty body and for one that still streams. */
  get bytes(): Uint8Array | null {
    return this.#bytes
  }

  /** The unread stream; null once buffered. */
  get stream(): ByteStream | null {
    return this.#stream
  }

  /** Lets go of the stream for whoever sends it on. */
  takeStream(): ByteStream | null {
    const stream = this.#stream
    this.#stream = null
    return stream
  }

  /** Reads it whole, once; later calls give the same bytes. Rejects with BodyTooLarge past `limit` bytes. */
  buffer(limit: number): Uint8Array | Promise<Uint8Array> {
    if (this.#stream === null) return this.#bytes ?? new Uint8Array(0)
    this.#pending ??= this.#drain(this.#stream, limit)
    return this.#pending
  }

  async #drain(stream: ByteStream, limit: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of stream) {
      size += chunk.length
      if (size > limit) throw new BodyTooLarge(limit)
      chunks.push(chunk)
    }
    this.#bytes = chunks.length === 1 ? (chunks[0] ?? new Uint8Array(0)) : Buffer.concat(chunks, size)
    this.#stream = null
    return this.#bytes
  }
}
