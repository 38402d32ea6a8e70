import { spend } from '../../../types/budget.ts'
import { fail } from '../../../types/exceptions.ts'
import type { Value } from '../../../types/values.ts'
import { formatValue } from './format-value.ts'

/** A parsed composite format: literal text, or a hole with its argument's index, alignment (0: none) and format. */
export type CompositePart = string | { readonly index: number; readonly width: number; readonly format: string | null }

const parsed = new Map<string, readonly CompositePart[]>()
const maxParsed = 500

/**
 * `string.Format(provider, format, args)`, also what interpolated strings do. Throws FormatException for unbalanced braces and
 * for an index without an argument. Source: .NET reference, "Composite formatting".
 */
export function formatComposite(provider: Value, format: string, args: readonly Value[]): string {
  let text = ''
  for (const part of partsOf(format)) {
    if (typeof part === 'string') text += part
    else text += align(formatHole(part, provider, args), part.width)
  }
  spend(text.length >> 3)
  return text
}

function formatHole(part: Exclude<CompositePart, string>, provider: Value, args: readonly Value[]): string {
  if (part.index >= args.length) {
    return fail(
      'System.FormatException',
      'Index (zero based) must be greater than or equal to zero and less than the size of the argument list.',
    )
  }
  return formatValue(args[part.index], part.format, provider)
}

/** Pads to the width: right-aligned when positive, left-aligned when negative. */
export function align(text: string, width: number): string {
  if (width === 0) return text
  spend(Math.abs(width) >> 3)
  return width > 0 ? text.padStart(width) : text.padEnd(-width)
}

function partsOf(format: string): readonly CompositePart[] {
  const known = parsed.get(format)
  if (known !== undefined) return known
  const made = new CompositeParser(format).parse()
  if (parsed.size >= maxParsed) parsed.clear()
  parsed.set(format, made)
  return made
}

const highestNumber = 1_000_000

class CompositeParser {
  readonly #text: string
  readonly #parts: CompositePart[] = []
  #literal = ''
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  parse(): readonly CompositePart[] {
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at++] as string // the index is inside
      if (c === '{' && this.#text[this.#at] !== '{') this.#hole()
      else if (c === '}' && this.#text[this.#at] !== '}') this.#fault()
      else {
        if (c === '{' || c === '}') this.#at++
        this.#literal += c
      }
    }
    this.#flush()
    return this.#parts
  }

  #flush(): void {
    if (this.#literal !== '') this.#parts.push(this.#literal)
    this.#literal = ''
  }

  #fault(): never {
    return fail('System.FormatException', 'Input string was not in a correct format.')
  }

  /** hole := index [ `,` [ `-` ] width ] [ `:` format ] `}` */
  #hole(): void {
    const index = this.#number()
    this.#blanks()
    let width = 0
    if (this.#text[this.#at] === ',') {
      this.#at++
      this.#blanks()
      const left = this.#text[this.#at] === '-'
      if (left) this.#at++
      width = this.#number() * (left ? -1 : 1)
      this.#blanks()
    }
    const format = this.#text[this.#at] === ':' ? this.#format() : null
    if (this.#text[this.#at] !== '}') this.#fault()
    this.#at++
    this.#flush()
    this.#parts.push({ index, width: width === 0 ? 0 : width, format })
  }

  #blanks(): void {
    while (this.#text[this.#at] === ' ') this.#at++
  }

  #number(): number {
    const start = this.#at
    while (/[0-9]/.test(this.#text[this.#at] ?? '')) this.#at++
    const digits = this.#text.slice(start, this.#at)
    if (digits === '' || Number(digits) >= highestNumber) this.#fault()
    return Number(digits)
  }

  /** A format runs to the closing brace; doubled braces stand for one. */
  #format(): string {
    let format = ''
    for (this.#at++; ; this.#at++) {
      const c = this.#text[this.#at]
      if (c === undefined) this.#fault()
      const doubled = this.#text[this.#at + 1] === c
      if (c === '}' && !doubled) return format
      if (c === '{' && !doubled) this.#fault()
      if (c === '{' || c === '}') this.#at++
      format += c
    }
  }
}
