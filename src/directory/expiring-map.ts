interface Entry<V> {
  readonly value: V
  /** Milliseconds since 1970. */
  readonly until: number
}

/** Where the entries of a map outlive the process. */
export interface Keeping {
  load(now: number): readonly { readonly key: string; readonly value: unknown; readonly until: number }[]
  put(entry: { readonly key: string; readonly value: unknown; readonly until: number }): void
  remove(key: string): void
}

export interface ExpiringMapOptions {
  /** What a key is known by: a digest, so that whoever reads the kept entries holds no token. Default: the key itself. */
  readonly digest?: (key: string) => string
  readonly keeping?: Keeping
  /** Milliseconds since 1970, when kept entries are read. */
  readonly now?: number
}

/** A map whose entries end by themselves, and which forgets its oldest when it is full. Kept entries are as this map wrote them. */
export class ExpiringMap<V> {
  readonly #entries = new Map<string, Entry<V>>()
  readonly #max: number
  readonly #digest: (key: string) => string
  readonly #keeping: Keeping | undefined

  constructor(max: number, { digest = key => key, keeping, now = 0 }: ExpiringMapOptions = {}) {
    this.#max = max
    this.#digest = digest
    this.#keeping = keeping
    // what is kept was written by a map of the same kind
    for (const { key, value, until } of keeping?.load(now) ?? []) this.#entries.set(key, { value: value as V, until })
  }

  set(key: string, value: V, until: number): void {
    const name = this.#digest(key)
    this.#entries.delete(name)
    const oldest = this.#entries.size >= this.#max ? this.#entries.keys().next() : undefined
    if (oldest?.done === false) this.#drop(oldest.value)
    this.#entries.set(name, { value, until })
    this.#keeping?.put({ key: name, value, until })
  }

  get(key: string, now: number): V | undefined {
    const name = this.#digest(key)
    const entry = this.#entries.get(name)
    if (entry === undefined) return undefined
    if (now < entry.until) return entry.value
    this.#drop(name)
    return undefined
  }

  /** What is there, even past its time: to tell "expired" from "never was". */
  peek(key: string): Entry<V> | undefined {
    return this.#entries.get(this.#digest(key))
  }

  delete(key: string): boolean {
    return this.#drop(this.#digest(key))
  }

  deleteWhere(isGone: (value: V) => boolean): void {
    for (const [name, { value }] of [...this.#entries]) if (isGone(value)) this.#drop(name)
  }

  #drop(name: string): boolean {
    const was = this.#entries.delete(name)
    if (was) this.#keeping?.remove(name)
    return was
  }

  get size(): number {
    return this.#entries.size
  }

  /** Keys as they are known: digested ones where the map digests. */
  *entries(): Iterable<[string, V]> {
    for (const [key, entry] of this.#entries) yield [key, entry.value]
  }
}
