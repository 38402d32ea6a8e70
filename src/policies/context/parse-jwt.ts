import { textOf as textOfValue } from '../../expressions/types/boxing.ts'
import { lookupType } from '../../expressions/types/registry.ts'
import { Boxed } from '../../expressions/types/values.ts'

/** A compact token taken apart, nothing verified: what `AsJwt` and the claims of a policy show. Times are seconds since 1970-01-01 UTC. */
export interface ParsedJwt {
  readonly algorithm: string | null
  readonly type: string | null
  readonly issuer: string | null
  readonly subject: string | null
  readonly id: string | null
  readonly audiences: readonly string[]
  readonly expires: number | null
  readonly issuedAt: number | null
  readonly notBefore: number | null
  /** Every claim as texts: an array's elements, or one. */
  readonly claims: ReadonlyMap<string, readonly string[]>
}

const maxLength = 65_536

/** RFC 7519 §7.2 as far as reading goes: undefined for what is no signed compact token of two JSON objects. */
export function parseJwt(token: string): ParsedJwt | undefined {
  const parts = token.split('.')
  if (token.length > maxLength || parts.length !== 3) return undefined
  const header = readObject(parts[0])
  const payload = readObject(parts[1])
  if (header === undefined || payload === undefined) return undefined
  const claims = new Map([...payload].map(([name, value]): [string, readonly string[]] => [name, textsOf(value)]))
  const times = [payload.get('exp'), payload.get('iat'), payload.get('nbf')].map(secondsOf)
  const [expires, issuedAt, notBefore] = times
  if (expires === undefined || issuedAt === undefined || notBefore === undefined) return undefined
  const first = (name: string) => claims.get(name)?.[0] ?? null
  return {
    algorithm: textOrNull(header.get('alg')),
    type: textOrNull(header.get('typ')),
    issuer: first('iss'),
    subject: first('sub'),
    id: first('jti'),
    audiences: claims.get('aud') ?? [],
    expires,
    issuedAt,
    notBefore,
    claims,
  }
}

/** A number as it was written: an id of 20 digits must not be rounded. */
class NumberText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** As .NET writes the number that JSON.NET reads: a whole one digit by digit, any other as a double. */
  get invariant(): string {
    if (/^-?\d+$/.test(this.text)) return this.text
    return textOfValue(new Boxed(lookupType('System.Double'), Number(this.text)))
  }
}

function readObject(part: string | undefined): Map<string, unknown> | undefined {
  if (part === undefined || !/^[A-Za-z0-9_-]+={0,2}$/.test(part)) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'), keepNumbers)
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof NumberText) return undefined
    return new Map(Object.entries(value))
  } catch {
    return undefined
  }
}

/** A reviver; the third argument is ECMAScript 2026's source text. */
function keepNumbers(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' && context?.source !== undefined ? new NumberText(context.source) : value
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(textOf) : [textOf(value)]
}

function textOf(value: unknown): string {
  if (value === null) return ''
  if (value instanceof NumberText) return value.invariant
  return typeof value === 'object' ? compactJson(value) : String(value)
}

/** JSON without blanks, its numbers as they were written. */
function compactJson(value: unknown): string {
  if (value instanceof NumberText) return value.text
  if (Array.isArray(value)) return `[${value.map(compactJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}:${compactJson(member)}`)
    .join(',')}}`
}

const textOrNull = (value: unknown) => (value === undefined || value === null ? null : textOf(value))

/** null when absent, undefined when it is no number. */
function secondsOf(value: unknown): number | null | undefined {
  if (value === undefined || value === null) return null
  const number = Number(textOf(value))
  return Number.isFinite(number) ? Math.round(number) : undefined
}
