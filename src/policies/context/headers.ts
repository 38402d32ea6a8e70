/**
 * Header fields in the order they came, looked up by name in any case. A field sent several times keeps each value
 * (RFC 9110 §5.3); `get` joins them with a comma, as APIM's GetValueOrDefault does.
 */
export class Headers {
  /** Name, value, name, value …, names as they were written. */
  #raw: string[]

  /** Takes the list over: the caller lets go of it. node:http's `rawHeaders` has this form. */
  constructor(raw: string[] = []) {
    this.#raw = raw
  }

  has(name: string): boolean {
    return this.#find(name, 0) >= 0
  }

  /** All values of the field joined with `,`; null when it was not sent. */
  get(name: string): string | null {
    const first = this.#find(name, 0)
    if (first < 0) return null
    const second = this.#find(name, first + 2)
    return second < 0 ? this.#at(first + 1) : this.getAll(name).join(',')
  }

  getAll(name: string): string[] {
    const values: string[] = []
    for (let i = this.#find(name, 0); i >= 0; i = this.#find(name, i + 2)) values.push(this.#at(i + 1))
    return values
  }

  /** Replaces every value of the field; it stays where the first one stood. */
  set(name: string, ...values: readonly string[]): void {
    const first = this.#find(name, 0)
    if (first < 0) {
      this.append(name, ...values)
      return
    }
    const before = this.#raw.slice(0, first)
    const after = new Headers(this.#raw.slice(first))
    after.delete(name)
    this.#raw = [...before, ...values.flatMap(value => [name, value]), ...after.#raw]
  }

  append(name: string, ...values: readonly string[]): void {
    for (const value of values) this.#raw.push(name, value)
  }

  delete(name: string): void {
    if (!this.has(name)) return
    const lower = name.toLowerCase()
    this.#raw = this.#raw.filter((_, i) => this.#at(i - (i % 2)).toLowerCase() !== lower)
  }

  /** Field names in the order they first came, each once, spelled as first sent. */
  names(): string[] {
    const seen = new Map<string, string>()
    for (let i = 0; i < this.#raw.length; i += 2) {
      const name = this.#at(i)
      const lower = name.toLowerCase()
      if (!seen.has(lower)) seen.set(lower, name)
    }
    return [...seen.values()]
  }

  /** The flat list itself, to be read only: what node:http and undici take as they are. */
  get raw(): readonly string[] {
    return this.#raw
  }

  clone(): Headers {
    return new Headers([...this.#raw])
  }

  #at(index: number): string {
    return this.#raw[index] ?? ''
  }

  #find(name: string, from: number): number {
    const raw = this.#raw
    let lower: string | undefined
    for (let i = from; i < raw.length; i += 2) {
      const candidate = this.#at(i)
      if (candidate.length !== name.length) continue
      if (candidate === name) return i
      lower ??= name.toLowerCase()
      if (candidate.toLowerCase() === lower) return i
    }
    return -1
  }
}
