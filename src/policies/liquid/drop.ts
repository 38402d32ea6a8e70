import { Drop } from 'liquidjs'

/** An object of a template: members by name, exactly or else without regard to case, each computed when it is asked for. */
class NamedDrop extends Drop {
  readonly #members: ReadonlyMap<string, () => unknown>
  readonly #text: (() => string) | undefined
  #folded: Map<string, () => unknown> | undefined;

  /** As .NET enumerates a dictionary: `{% for header in context.Request.Headers %}{{ header.Key }}`. */
  *[Symbol.iterator](): Iterator<{ readonly Key: string; readonly Value: unknown }> {
    for (const [Key, member] of this.#members) yield { Key, Value: member() }
  }

  constructor(members: ReadonlyMap<string, () => unknown>, text: (() => string) | undefined) {
    super()
    this.#members = members
    this.#text = text
  }

  override liquidMethodMissing(key: string | number): unknown {
    const name = String(key)
    return (this.#members.get(name) ?? this.#caseless(name))?.()
  }

  override valueOf(): unknown {
    return this.#text === undefined ? this : this.#text()
  }

  override toString(): string {
    return this.#text?.() ?? ''
  }

  #caseless(name: string): (() => unknown) | undefined {
    this.#folded ??= new Map([...this.#members].map(([one, member]) => [one.toLowerCase(), member]))
    return this.#folded.get(name.toLowerCase())
  }
}

export function drop(members: ReadonlyMap<string, () => unknown>, text?: () => string): object {
  return new NamedDrop(members, text)
}
