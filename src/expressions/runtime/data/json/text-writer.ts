import { spend } from '../../../types/budget.ts'
import type { Value } from '../../../types/values.ts'
import { newLine } from '../new-line.ts'
import { plainStyle, type WriteStyle } from './write-style.ts'

/** Newtonsoft's JsonTextWriter: pieces of JSON one by one, with two blanks a level when indented. */
export class TextWriter {
  readonly indented: boolean
  readonly #parts: string[] = []
  /** Of each open container: whether something was written into it. */
  readonly #filled: boolean[] = []
  readonly #style: WriteStyle
  #afterName = false

  constructor(indented: boolean, style: WriteStyle = plainStyle) {
    this.indented = indented
    this.#style = style
  }

  get text(): string {
    return this.#parts.join('')
  }

  /** Delimiter and indentation before a value, a name or a comment. */
  #begin(): void {
    if (this.#afterName) {
      this.#afterName = false
      return
    }
    const level = this.#filled.length
    if (level === 0) return
    if (this.#filled[level - 1] === true) this.#write(',')
    this.#filled[level - 1] = true
    if (this.indented) this.#write(newLine + '  '.repeat(level))
  }

  #write(text: string): void {
    spend(1 + (text.length >> 3))
    this.#parts.push(text)
  }

  open(bracket: string): void {
    this.#begin()
    this.#write(bracket)
    this.#filled.push(false)
  }

  close(bracket: string): void {
    const filled = this.#filled.pop()
    if (filled === true && this.indented) this.#write(newLine + '  '.repeat(this.#filled.length))
    this.#write(bracket)
  }

  name(name: string): void {
    this.#begin()
    this.#write(this.#style.quoted(name) + (this.indented ? ': ' : ':'))
    this.#afterName = true
  }

  /** A boxed primitive. */
  value(value: Value): void {
    this.raw(this.#style.literal(value) ?? 'null')
  }

  /** JSON text in a value's place. */
  raw(text: string): void {
    this.#begin()
    this.#write(text)
  }

  comment(text: string): void {
    const level = this.#filled.length
    if (this.indented && level > 0 && !this.#afterName) this.#write(newLine + '  '.repeat(level))
    this.#write(`/*${text}*/`)
  }
}
