interface Parameter {
  /** As it stands in the URL, percent-encoded, with its `=value`. */
  readonly raw: string
  readonly name: string
  readonly value: string
}

/** The parameters of a URL's query in their order. What nobody changes keeps the very spelling it was sent in. */
export class QueryString {
  #parameters: Parameter[]
  readonly #fold: (name: string) => string

  private constructor(parameters: Parameter[], names: 'caseless' | 'exact') {
    this.#parameters = parameters
    this.#fold = names === 'exact' ? name => name : name => name.toLowerCase()
  }

  /** Takes a query with or without its `?`. Names are compared without case, as API Management does, unless told otherwise. */
  static parse(query: string, names: 'caseless' | 'exact' = 'caseless'): QueryString {
    const text = query.startsWith('?') ? query.slice(1) : query
    const parts = text.split('&').filter(part => part !== '')
    return new QueryString(parts.map(parameterOf), names)
  }

  has(name: string): boolean {
    return this.#parameters.some(parameter => this.#isNamed(parameter, name))
  }

  getAll(name: string): string[] {
    return this.#parameters.filter(parameter => this.#isNamed(parameter, name)).map(parameter => parameter.value)
  }

  /** Names in the order they first came, each once. */
  names(): string[] {
    const seen = new Map<string, string>()
    for (const { name } of this.#parameters) if (!seen.has(this.#fold(name))) seen.set(this.#fold(name), name)
    return [...seen.values()]
  }

  append(name: string, ...values: readonly string[]): void {
    for (const value of values) this.#parameters.push(made(name, value))
  }

  /** Replaces every value of the parameter; it stays where the first one stood. */
  set(name: string, ...values: readonly string[]): void {
    const first = this.#parameters.findIndex(parameter => this.#isNamed(parameter, name))
    const at = first < 0 ? this.#parameters.length : first
    this.delete(name)
    this.#parameters.splice(at, 0, ...values.map(value => made(name, value)))
  }

  delete(name: string): void {
    this.#parameters = this.#parameters.filter(parameter => !this.#isNamed(parameter, name))
  }

  #isNamed(parameter: Parameter, name: string): boolean {
    return this.#fold(parameter.name) === this.#fold(name)
  }

  /** With its `?`, or empty. */
  toString(): string {
    return this.#parameters.length === 0 ? '' : `?${this.#parameters.map(parameter => parameter.raw).join('&')}`
  }
}

function made(name: string, value: string): Parameter {
  return { raw: `${encodeQueryPart(name)}=${encodeQueryPart(value)}`, name, value }
}

function parameterOf(raw: string): Parameter {
  const equals = raw.indexOf('=')
  const name = decodeQueryPart(equals < 0 ? raw : raw.slice(0, equals))
  return { raw, name, value: equals < 0 ? '' : decodeQueryPart(raw.slice(equals + 1)) }
}

/** Percent-encodes all but RFC 3986's unreserved characters (§2.3), and lone surrogates as U+FFFD. */
export function encodeQueryPart(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** `+` is a blank; what is no valid percent-encoding stays as it is. */
export function decodeQueryPart(text: string): string {
  if (!/[%+]/.test(text)) return text
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced.replace(/(?:%[0-9a-fA-F]{2})+/g, run => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))
  }
}
