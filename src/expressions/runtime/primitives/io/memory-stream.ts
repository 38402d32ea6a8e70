import { spend } from '../../../types/budget.ts'
import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import { netType } from '../../../types/values.ts'
import { badArgument, outOfRange, required } from '../errors/argument-errors.ts'

/** System.IO.MemoryStream. A stream over given bytes cannot grow. */
export class MemoryStream {
  #bytes: Uint8Array
  #length: number
  readonly #grows: boolean
  readonly #writable: boolean
  #position = 0
  #closed = false

  constructor(bytes?: Uint8Array, writable = true) {
    this.#bytes = bytes ?? new Uint8Array(0)
    this.#length = this.#bytes.length
    this.#grows = bytes === undefined
    this.#writable = writable
  }

  #open(): void {
    if (this.#closed) fail('System.ObjectDisposedException', 'Cannot access a closed Stream.')
  }

  get isOpen(): boolean {
    return !this.#closed
  }

  get writable(): boolean {
    return !this.#closed && this.#writable
  }

  get length(): number {
    this.#open()
    return this.#length
  }

  get position(): number {
    this.#open()
    return this.#position
  }

  set position(value: number) {
    this.#open()
    if (value < 0) outOfRange('value', 'Non-negative number required.')
    this.#position = value
  }

  read(buffer: Uint8Array, offset: number, count: number): number {
    this.#open()
    const read = Math.max(0, Math.min(count, this.#length - this.#position))
    buffer.set(this.#bytes.subarray(this.#position, this.#position + read), offset)
    this.#position += read
    spend(1 + (read >> 4))
    return read
  }

  write(bytes: Uint8Array): void {
    this.#open()
    if (!this.#writable) fail('System.NotSupportedException', 'Stream does not support writing.')
    const end = this.#position + bytes.length
    if (end > this.#length) this.setLength(end)
    this.#bytes.set(bytes, this.#position)
    this.#position = end
    spend(1 + (bytes.length >> 4))
  }

  setLength(length: number): void {
    this.#open()
    if (length > this.#bytes.length) {
      if (!this.#grows) fail('System.NotSupportedException', 'Memory stream is not expandable.')
      spend(length >> 4)
      const grown = new Uint8Array(Math.max(length, this.#bytes.length * 2, 256))
      grown.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = grown
    }
    if (length > this.#length) this.#bytes.fill(0, this.#length, length)
    this.#length = length
    this.#position = Math.min(this.#position, length)
  }

  seek(offset: number, origin: number): number {
    this.#open()
    const start = origin === 0 ? 0 : origin === 1 ? this.#position : this.#length
    if (start + offset < 0)
      fail('System.IO.IOException', 'An attempt was made to move the position before the beginning of the stream.')
    this.#position = start + offset
    return this.#position
  }

  toArray(): Uint8Array {
    spend(this.#length >> 4)
    return this.#bytes.slice(0, this.#length)
  }

  /** What lies between the position and the end; moves there. */
  takeRest(): Uint8Array {
    this.#open()
    const rest = this.#bytes.slice(Math.min(this.#position, this.#length), this.#length)
    this.#position = this.#length
    return rest
  }

  dispose(): void {
    this.#closed = true
  }
}

const badBounds =
  'Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.'

function part(buffer: Uint8Array | null, offset: number, count: number): Uint8Array {
  const bytes = required(buffer, 'buffer')
  if (offset < 0 || count < 0) return outOfRange(offset < 0 ? 'offset' : 'count', 'Non-negative number required.')
  return bytes.length - offset < count ? badArgument(badBounds) : bytes.subarray(offset, offset + count)
}

const seekOrigin = defineType('enum System.IO.SeekOrigin', {
  'const SeekOrigin Begin': { constant: 0 },
  'const SeekOrigin Current': { constant: 1 },
  'const SeekOrigin End': { constant: 2 },
})

const stream: DefinedType = defineType('class System.IO.Stream : IDisposable', {
  'virtual bool CanRead { get; }': (self: MemoryStream) => self.isOpen,
  'virtual bool CanSeek { get; }': (self: MemoryStream) => self.isOpen,
  'virtual bool CanWrite { get; }': (self: MemoryStream) => self.writable,
  'virtual long Length { get; }': (self: MemoryStream) => BigInt(self.length),
  'virtual long Position { get; set; }': {
    get: (self: MemoryStream) => BigInt(self.position),
    set: (self: MemoryStream, value: bigint) => {
      self.position = Number(value)
    },
  },
  'virtual int Read(byte[] buffer, int offset, int count)': (
    self: MemoryStream,
    buffer: Uint8Array | null,
    offset: number,
    count: number,
  ) => self.read(part(buffer, offset, count), 0, count),
  'virtual int ReadByte()': (self: MemoryStream) => {
    const one = new Uint8Array(1)
    return self.read(one, 0, 1) === 0 ? -1 : one[0]
  },
  'virtual void Write(byte[] buffer, int offset, int count)': (
    self: MemoryStream,
    buffer: Uint8Array | null,
    offset: number,
    count: number,
  ) => self.write(part(buffer, offset, count).slice()),
  'virtual void WriteByte(byte value)': (self: MemoryStream, value: number) => self.write(Uint8Array.of(value)),
  'virtual long Seek(long offset, System.IO.SeekOrigin origin)': (self: MemoryStream, offset: bigint, origin: number) =>
    BigInt(self.seek(Number(offset), origin)),
  'virtual void SetLength(long value)': (self: MemoryStream, value: bigint) => self.setLength(Number(value)),
  'virtual void Flush()': () => undefined,
  'virtual void Close()': (self: MemoryStream) => self.dispose(),
  'void Dispose()': (self: MemoryStream) => self.dispose(),
  'void CopyTo(System.IO.Stream destination)': (self: MemoryStream, target: MemoryStream | null) =>
    required(target, 'destination').write(self.takeRest()),
})

const memoryStream: DefinedType = defineType('class System.IO.MemoryStream : Stream', {
  'new()': () => new MemoryStream(),
  'new(int capacity)': () => new MemoryStream(),
  'new(byte[] buffer)': (buffer: Uint8Array | null) => new MemoryStream(required(buffer, 'buffer')),
  'new(byte[] buffer, bool writable)': (buffer: Uint8Array | null, writable: boolean) =>
    new MemoryStream(required(buffer, 'buffer'), writable),
  'new(byte[] buffer, int index, int count)': (buffer: Uint8Array | null, index: number, count: number) =>
    new MemoryStream(part(buffer, index, count)),
  'virtual byte[] ToArray()': (self: MemoryStream) => self.toArray(),
  'virtual byte[] GetBuffer()': (self: MemoryStream) => self.toArray(),
  'virtual void WriteTo(System.IO.Stream stream)': (self: MemoryStream, target: MemoryStream | null) =>
    required(target, 'stream').write(self.toArray()),
})

Object.defineProperty(MemoryStream.prototype, netType, { value: memoryStream.of() })

export const streamTypes: readonly DefinedType[] = [seekOrigin, stream, memoryStream]
