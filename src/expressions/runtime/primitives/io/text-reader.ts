import { spend } from '../../../types/budget.ts'
import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import { netType, type Raw } from '../../../types/values.ts'
import { badArgument, outOfRange, required } from '../errors/argument-errors.ts'

/** System.IO.StringReader. */
export class StringReader {
  readonly #text: string
  #at = 0
  #closed = false

  constructor(text: string) {
    this.#text = text
  }

  #open(): void {
    if (this.#closed) fail('System.ObjectDisposedException', 'Cannot read from a closed TextReader.')
  }

  /** The next unit, or -1 at the end. */
  peek(): number {
    this.#open()
    return this.#at < this.#text.length ? this.#text.charCodeAt(this.#at) : -1
  }

  read(): number {
    spend()
    const unit = this.peek()
    if (unit >= 0) this.#at++
    return unit
  }

  /** Up to the next CR, LF or CR LF, which is dropped; null at the end. */
  readLine(): string | null {
    this.#open()
    spend()
    if (this.#at >= this.#text.length) return null
    const end = /\r\n|\r|\n/g
    end.lastIndex = this.#at
    const found = end.exec(this.#text)
    const line = this.#text.slice(this.#at, found?.index ?? this.#text.length)
    this.#at = found === null ? this.#text.length : found.index + found[0].length
    spend(line.length >> 4)
    return line
  }

  readToEnd(): string {
    this.#open()
    const rest = this.#text.slice(this.#at)
    spend(rest.length >> 4)
    this.#at = this.#text.length
    return rest
  }

  readBlock(buffer: Raw[] | null, index: number, count: number): number {
    const target = required(buffer, 'buffer')
    if (index < 0 || count < 0) return outOfRange(index < 0 ? 'index' : 'count', 'Non-negative number required.')
    if (target.length - index < count) {
      return badArgument(
        'Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.',
      )
    }
    let read = 0
    for (; read < count && this.peek() >= 0; read++) target[index + read] = this.read()
    return read
  }

  dispose(): void {
    this.#closed = true
  }
}

const reader: DefinedType = defineType('class System.IO.TextReader : IDisposable', {
  'virtual int Peek()': (self: StringReader) => self.peek(),
  'virtual int Read()': (self: StringReader) => self.read(),
  'virtual int Read(char[] buffer, int index, int count)': (
    self: StringReader,
    buffer: Raw[] | null,
    index: number,
    count: number,
  ) => self.readBlock(buffer, index, count),
  'virtual int ReadBlock(char[] buffer, int index, int count)': (
    self: StringReader,
    buffer: Raw[] | null,
    index: number,
    count: number,
  ) => self.readBlock(buffer, index, count),
  'virtual string ReadLine()': (self: StringReader) => self.readLine(),
  'virtual string ReadToEnd()': (self: StringReader) => self.readToEnd(),
  'virtual void Close()': (self: StringReader) => self.dispose(),
  'void Dispose()': (self: StringReader) => self.dispose(),
})

const stringReader: DefinedType = defineType('class System.IO.StringReader : TextReader', {
  'new(string s)': (text: string | null) => new StringReader(required(text, 's')),
})

Object.defineProperty(StringReader.prototype, netType, { value: stringReader.of() })

export const readerTypes: readonly DefinedType[] = [reader, stringReader]
