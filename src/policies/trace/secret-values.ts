import type { NamedValue } from '../../catalog/catalog.ts'

/** Shorter ones stand in any text by chance. */
const shortest = 3

type Writings = readonly (readonly [writing: string, name: string])[]

/** Secret named values, to be hidden in texts in whatever way they are written there. */
export class SecretValues {
  /** Of two, one of which begins the other, the longer comes first. */
  readonly #writings: Writings

  constructor(namedValues: readonly NamedValue[], others: Writings = []) {
    const named = namedValues.flatMap(({ secret, value = '', displayName }) =>
      secret && value.length >= shortest ? [...writingsOf(value)].map(writing => [writing, `{{${displayName}}}`] as const) : [],
    )
    this.#writings = [...named, ...others].sort(([a], [b]) => b.length - a.length)
  }

  /** With texts that have no name. */
  and(texts: readonly string[]): SecretValues {
    if (texts.length === 0) return this
    const unnamed = texts.flatMap(text => [...writingsOf(text)].map(writing => [writing, '***'] as const))
    return new SecretValues([], [...this.#writings, ...unnamed])
  }

  /** Characters of the longest way to write one. */
  get longest(): number {
    return this.#writings[0]?.[0].length ?? 0
  }

  /** The text with their names in their place. */
  hide(text: string): string {
    return this.#writings.reduce((shown, [writing, name]) => shown.replaceAll(writing, () => name), text)
  }
}

/** As it is, in JSON, and in addresses and forms, where not all encode the same characters. */
function writingsOf(value: string): ReadonlySet<string> {
  const plain = [value, JSON.stringify(value).slice(1, -1)]
  if (!value.isWellFormed()) return new Set(plain) // nothing encodes it
  const component = encodeURIComponent(value)
  const strict = component.replace(/[!'()*]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  const encoded = [component, strict, component.replaceAll('%20', '+'), strict.replaceAll('%20', '+'), encodeURI(value)]
  return new Set([...plain, ...encoded, ...encoded.map(text => text.replace(/%../g, code => code.toLowerCase()))])
}
