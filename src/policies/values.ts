import { textOf } from '../expressions/types/boxing.ts'
import type { Value } from '../expressions/types/values.ts'
import type { CallContext } from './context/call-context.ts'
import type { ConditionPart } from './trace/tracer.ts'

/** A value of a policy: a literal's is the same for every call, an expression's is computed from the call. */
export type Evaluator<T> = ((ctx: CallContext) => T) & {
  /** Present (even when undefined) for what does not depend on the call. */
  readonly constant?: T
  /** A secret named value stands in it. */
  readonly isSecret?: true
  /** Present for a condition whose parts may be seen: gives the same, and tells them. For calls that are traced. */
  readonly watched?: (ctx: CallContext, tell: (parts: readonly ConditionPart[]) => void) => T
  /** An expression that touches a body. */
  readonly readsBody?: true
  /** Present for an expression: whether one of these variables is named in it. */
  readonly namesOneOf?: (variables: ReadonlySet<string>) => boolean
}

/** An evaluator that is known not to depend on the call. */
export type Constant<T> = ((ctx?: CallContext) => T) & { readonly constant: T }

export function constant<T>(value: T): Constant<T> {
  return Object.assign(() => value, { constant: value })
}

export function isConstant<T>(evaluator: Evaluator<T>): evaluator is Constant<T> {
  return Object.hasOwn(evaluator, 'constant')
}

/** Why a text or an expression's result is no value of the wanted kind; the message goes on from "X must be ". */
export class BadValue {
  readonly expected: string

  constructor(expected: string) {
    this.expected = expected
  }
}

export type ValueKind = 'string' | 'integer' | 'number' | 'boolean' | 'duration' | 'choice' | 'url' | 'any'

/** The kind of an attribute or of an element's text, and how it is read. */
export interface ValueSpec<T, L extends boolean = boolean> {
  readonly form: 'value'
  readonly kind: ValueKind
  /** For the documentation: `whole number from 100 to 599`. */
  readonly description: string
  /** Whether only literals are taken: "policy expressions aren't allowed". */
  readonly literal: L
  readonly required: boolean
  /** What an absent optional value is. */
  readonly fallback: T | undefined
  /** Whether blanks around an element's text belong to it. */
  readonly verbatim: boolean
  /** Whether elements may stand in the text: then all that stands there is taken as it was written; `whole`: with the element's own tags. */
  readonly markup: boolean | 'whole'
  readonly choices?: readonly string[]
  /** The code of a literal that does not fit, when it is not `policy.bad-value`. */
  readonly faultCode?: string
  /** Reads a literal. */
  read(text: string): T | BadValue
  /** Takes what an expression gave (types/values.ts: a boxed value). */
  take(value: Value): T | BadValue
}

const base = { form: 'value', literal: false, required: true, fallback: undefined, verbatim: false, markup: false } as const

function fromText<T>(kind: ValueKind, description: string, read: (text: string) => T | BadValue): ValueSpec<T, false> {
  return { ...base, kind, description, read, take: result => read(textOf(result)) }
}

function string(options: { verbatim?: boolean; nonEmpty?: boolean; markup?: boolean | 'whole' } = {}): ValueSpec<string, false> {
  const read = (text: string) => (options.nonEmpty === true && text.trim() === '' ? new BadValue('text that is not empty') : text)
  const { verbatim = false, markup = false } = options
  return { ...fromText('string', 'text', read), verbatim, markup }
}

/** A token of RFC 9110 §5.6.2, as methods and header names are: no blanks, no separators, nothing that could end a line. */
function token(name: string): ValueSpec<string, false> {
  const read = (text: string) => (/^[\w!#$%&'*+.^`|~-]+$/.test(text.trim()) ? text.trim() : new BadValue(`a ${name}`))
  return { ...fromText('string', name, read), ...(name === 'header name' ? { faultCode: 'policy.header-name' } : {}) }
}

/** Text that stays on its line: what goes into a header must not be able to begin another one. */
function line(): ValueSpec<string, false> {
  return fromText('string', 'text without line ends', text =>
    /[\r\n\0]/.test(text) ? new BadValue('text without line ends') : text,
  )
}

interface Range {
  readonly min?: number
  readonly max?: number
}

function rangeText({ min, max }: Range): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`
  if (min !== undefined) return ` of at least ${min}`
  return max === undefined ? '' : ` of at most ${max}`
}

function numeric(kind: 'integer' | 'number', name: string, form: RegExp, range: Range): ValueSpec<number, false> {
  const description = `${name}${rangeText(range)}`
  return fromText(kind, description, text => {
    const trimmed = text.trim()
    const number = Number(trimmed)
    const fits = form.test(trimmed) && number >= (range.min ?? -Infinity) && number <= (range.max ?? Infinity)
    return fits ? number : new BadValue(`a ${description}`)
  })
}

const integer = (range: Range = {}) =>
  numeric('integer', 'whole number', /^[+-]?\d{1,10}$/, {
    min: range.min ?? -(2 ** 31),
    max: range.max ?? 2 ** 31 - 1,
  })

const number = (range: Range = {}) => numeric('number', 'number', /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i, range)

function boolean(): ValueSpec<boolean, false> {
  const read = (text: string) => {
    const lower = text.trim().toLowerCase()
    return lower === 'true' ? true : lower === 'false' ? false : new BadValue('true or false')
  }
  return fromText('boolean', 'true or false', read)
}

/** Milliseconds, read from the form that `unit` says: a number of seconds, or .NET's `[d.]hh:mm:ss[.fffffff]`. */
function duration(unit: 'seconds' | 'timespan', range: Range = {}): ValueSpec<number, false> {
  const name = unit === 'seconds' ? `number of seconds${rangeText(range)}` : 'time span such as 00:10:00'
  return fromText('duration', name, text => {
    const ms = unit === 'seconds' ? secondsOf(text.trim()) : timeSpanOf(text.trim())
    const fits = ms !== undefined && ms >= (range.min ?? 0) * 1000 && ms <= (range.max ?? Infinity) * 1000
    return fits ? ms : new BadValue(`a ${name}`)
  })
}

const secondsOf = (text: string) => (/^\d{1,10}(\.\d+)?$/.test(text) ? Number(text) * 1000 : undefined)

/** .NET's TimeSpan.Parse in the invariant culture, without signs: `d`, `[d.]hh:mm[:ss[.f]]`. */
function timeSpanOf(text: string): number | undefined {
  const match = /^(?:(\d{1,8})[.:])?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(\.\d{1,7})?)?$/.exec(text)
  if (match === null) return /^\d{1,8}$/.test(text) ? Number(text) * 86_400_000 : undefined
  const [days, hours, minutes, seconds] = [match[1], match[2], match[3], match[4]].map(part => Number(part ?? 0))
  if (hours! > 23 || minutes! > 59 || seconds! > 59) return undefined // map keeps the length: all four are there
  return (((days! * 24 + hours!) * 60 + minutes!) * 60 + seconds! + Number(match[5] ?? 0)) * 1000
}

/** One of a few words; compared without case when `anyCase`, and given as it is listed. */
function choice<const C extends string>(choices: readonly C[], options: { anyCase?: boolean } = {}): ValueSpec<C, false> {
  const fold = (text: string) => (options.anyCase === true ? text.toLowerCase() : text)
  const description = choices.map(one => `\`${one}\``).join(', ')
  const read = (text: string) =>
    choices.find(one => fold(one) === fold(text.trim())) ?? new BadValue(`one of ${choices.join(', ')}`)
  return { ...fromText('choice', description, read), choices }
}

function url(): ValueSpec<string, false> {
  const read = (text: string) =>
    /^https?:\/\//i.test(text.trim()) && URL.canParse(text.trim()) ? text.trim() : new BadValue('an absolute http(s) URL')
  return fromText('url', 'absolute http(s) URL', read)
}

/** Whatever an expression gives, as it is; a literal is a string. */
function any({ verbatim = false, markup = false } = {}): ValueSpec<Value, false> {
  return { ...base, kind: 'any', description: 'any value', verbatim, markup, read: text => text, take: result => result }
}

export const value = { string, token, line, integer, number, boolean, duration, choice, url, any }

/** The same value where policy expressions are not allowed: it arrives as a `Constant`. */
export function literal<T>(spec: ValueSpec<T>): ValueSpec<T, true> {
  return { ...spec, literal: true }
}
