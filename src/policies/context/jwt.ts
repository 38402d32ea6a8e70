/**
 * A JSON web token as policies and expressions see it (`Jwt` of the page "API Management policy expressions"): read, whether or
 * not anybody verified it.
 */
export class Jwt {
  readonly header: Readonly<Record<string, unknown>>
  /** Claims as parsed; the expression type gives them as a dictionary of name to texts. */
  readonly payload: Readonly<Record<string, unknown>>
  /** Each claim's values as texts: an array's elements, or the one value. */
  readonly claims: ReadonlyMap<string, readonly string[]>
  /** The compact token. Never logged. */
  readonly token: string

  constructor(header: Readonly<Record<string, unknown>>, payload: Readonly<Record<string, unknown>>, token: string) {
    this.header = header
    this.payload = payload
    this.token = token
    this.claims = new Map(Object.keys(payload).map(name => [name, claimValues(payload[name])]))
  }

  /** What stands in logs and texts in its place. */
  toString(): string {
    return 'Jwt'
  }
}

/** A claim's values as texts: an array's elements or the one value; what is no text as JSON writes it. */
export function claimValues(claim: unknown): readonly string[] {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  if (claim === undefined || claim === null) return []
  return Array.isArray(claim) ? claim.map(text) : [text(claim)]
}
