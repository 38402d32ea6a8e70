interface Entry<V> {
  readonly value: V
  /** Milliseconds since 1970. */
  readonly until: number
}

/** A map whose entries end by themselves, and which forgets its oldest when it is full. */
export class ExpiringMap<V> {
  readonly #entries = new Map<string, Entry<V>>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  set(key: string, value: V, until: number): void {
    this.#entries.delete(key)
    const oldest = this.#entries.size >= this.#max ? this.#entries.keys().next() : undefined
    if (oldest?.done === false) this.#entries.delete(oldest.value)
    this.#entries.set(key, { value, until })
  }

  get(key: string, now: number): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (now < entry.until) return entry.value
    this.#entries.delete(key)
    return undefined
  }

  /** What is there, even past its time: to tell "expired" from "never was". */
  peek(key: string): Entry<V> | undefined {
    return this.#entries.get(key)
  }

  delete(key: string): boolean {
    return this.#entries.delete(key)
  }

  get size(): number {
    return this.#entries.size
  }

  *entries(): Iterable<[string, V]> {
    for (const [key, entry] of this.#entries) yield [key, entry.value]
  }
}
