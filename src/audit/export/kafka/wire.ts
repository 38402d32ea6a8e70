/** An answer that does not have the form of its kind: whoever is there speaks another protocol, or another version. */
export class UnreadableAnswer extends Error {
  readonly code = 'kafka.unreadable'
}

/** Kafka's primitive types, written ("Kafka protocol guide", "Protocol Primitive Types"). */
export class WireWriter {
  readonly #parts: Buffer[] = []
  #length = 0

  raw(bytes: Buffer): this {
    this.#parts.push(bytes)
    this.#length += bytes.length
    return this
  }

  int8(value: number): this {
    return this.#fixed(1, bytes => bytes.writeInt8(value))
  }

  int16(value: number): this {
    return this.#fixed(2, bytes => bytes.writeInt16BE(value))
  }

  int32(value: number): this {
    return this.#fixed(4, bytes => bytes.writeInt32BE(value))
  }

  uint32(value: number): this {
    return this.#fixed(4, bytes => bytes.writeUInt32BE(value))
  }

  int64(value: bigint): this {
    return this.#fixed(8, bytes => bytes.writeBigInt64BE(value))
  }

  /** NULLABLE_STRING; STRING when it is not null. */
  string(text: string | null): this {
    if (text === null) return this.int16(-1)
    const bytes = Buffer.from(text, 'utf8')
    return this.int16(bytes.length).raw(bytes)
  }

  bytes(bytes: Buffer): this {
    return this.int32(bytes.length).raw(bytes)
  }

  /** VARINT: zigzag, then seven bits a byte. */
  varint(value: number): this {
    const bytes: number[] = []
    let rest = ((value << 1) ^ (value >> 31)) >>> 0
    for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
    return this.raw(Buffer.from([...bytes, rest]))
  }

  /** Bytes as they stand in a record, after their length. */
  varbytes(bytes: Buffer): this {
    return this.varint(bytes.length).raw(bytes)
  }

  end(): Buffer {
    return Buffer.concat(this.#parts, this.#length)
  }

  #fixed(size: number, write: (bytes: Buffer) => void): this {
    const bytes = Buffer.allocUnsafe(size)
    write(bytes)
    return this.raw(bytes)
  }
}

/** Kafka's primitive types, read. Whatever does not fit into the bytes is an UnreadableAnswer: they come from outside. */
export class WireReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  boolean(): boolean {
    return this.#take(1).readInt8() !== 0
  }

  int16(): number {
    return this.#take(2).readInt16BE()
  }

  int32(): number {
    return this.#take(4).readInt32BE()
  }

  int64(): bigint {
    return this.#take(8).readBigInt64BE()
  }

  nullableString(): string | null {
    const length = this.int16()
    return length < 0 ? null : this.#take(length).toString('utf8')
  }

  string(): string {
    return this.nullableString() ?? ''
  }

  bytes(): Buffer {
    const length = this.int32()
    return length < 0 ? Buffer.alloc(0) : this.#take(length)
  }

  array<T>(read: (from: this) => T): T[] {
    const count = this.int32()
    // each item takes a byte at least: a count beyond what is there is no reason to reserve memory for it
    if (count > this.#bytes.length - this.#at) throw new UnreadableAnswer('an answer of the broker cannot be read')
    return Array.from({ length: Math.max(0, count) }, () => read(this))
  }

  #take(size: number): Buffer {
    const end = this.#at + size
    if (end > this.#bytes.length) throw new UnreadableAnswer('an answer of the broker cannot be read')
    const bytes = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return bytes
  }
}
