import { spend } from '../../types/budget.ts'
import { lookupType } from '../../types/registry.ts'
import type { NamedType } from '../../types/type.ts'
import { netType } from '../../types/values.ts'
import { outOfRange, required } from '../collections/argument-errors.ts'
import { type Start, startOf } from './first-unit.ts'
import { type Captures, type Field, Machine } from './machine.ts'
import { type Matcher, NetMatch, noMatch } from './match.ts'
import { Meter, stepsPerMillisecond } from './meter.ts'
import { NativeRegex } from './native-regex.ts'
import type { Pattern } from './nodes.ts'
import { option } from './options.ts'
import { parsePattern } from './pattern-parser.ts'
import { compileProgram } from './program.ts'

/** What is made of a pattern and its options once. */
interface Compiled {
  readonly pattern: Pattern
  readonly start: Start
  machine: Machine | undefined
  /** Null until `searches` says that it is worth it; undefined: the machine is all there is. */
  native: NativeRegex | null | undefined
  searches: number
  /** What static methods run on. */
  shared: NetRegex | undefined
}

/** A pattern that is searched for this often is tried on JavaScript's engine. */
const frequent = 3

const mostCached = 512
/** By pattern, for each combination of options that came up. */
const cache = new Map<number, Map<string, Compiled>>()
let cached = 0

function compile(text: string, options: number): Compiled {
  const known = cache.get(options)?.get(text)
  if (known !== undefined) return known
  spend(text.length)
  const pattern = parsePattern(text, options)
  // JavaScript goes from left to right, which shows even where a pattern takes no text
  const native = (options & option.rightToLeft) === 0 ? null : undefined
  const made: Compiled = { pattern, start: startOf(pattern), machine: undefined, native, searches: 0, shared: undefined }
  if (text.length <= 10_000) remember(text, options, made)
  return made
}

function remember(text: string, options: number, made: Compiled): void {
  if (++cached > mostCached) {
    // rare: a host has few patterns, and one that makes them by the thousand gains nothing from a cache
    cache.clear()
    cached = 1
  }
  const patterns = cache.get(options) ?? new Map<string, Compiled>()
  cache.set(options, patterns)
  patterns.set(text, made)
}

/** A .NET regular expression. */
export class NetRegex implements Matcher {
  readonly pattern: string
  readonly options: number
  /** Milliseconds; undefined: none. */
  readonly timeout: number | undefined
  readonly rightToLeft: boolean
  readonly #compiled: Compiled

  constructor(pattern: string | null, options = 0, timeout?: number) {
    this.pattern = required(pattern, 'pattern')
    this.options = options
    this.timeout = timeout
    this.rightToLeft = (options & option.rightToLeft) !== 0
    this.#compiled = compile(this.pattern, options)
  }

  get [netType](): NamedType {
    return lookupType('System.Text.RegularExpressions.Regex')
  }

  netToString(): string {
    return this.pattern
  }

  get groups(): readonly number[] {
    return this.#compiled.pattern.groups
  }

  get names(): readonly string[] {
    return this.#compiled.pattern.names
  }

  slotOf(group: number | string): number {
    if (typeof group === 'string') return this.names.indexOf(group)
    return this.groups.indexOf(group)
  }

  isMatch(input: string | null, at?: number): boolean {
    const text = required(input, 'input')
    const origin = this.#originIn(text, at)
    const native = this.#native(text.length - origin)
    if (native === undefined) return this.#search({ text, begin: 0, end: text.length, origin }, origin).success
    try {
      return native.isMatch(text, origin)
    } catch (error) {
      this.#leaveNative(error)
      return this.isMatch(text, origin)
    }
  }

  #originIn(text: string, at: number | undefined): number {
    const origin = at ?? (this.rightToLeft ? text.length : 0)
    if (origin < 0 || origin > text.length) throw badStart()
    return origin
  }

  /** `at` is where the search starts: 0, or the end when it goes right to left. */
  match(input: string | null, at?: number): NetMatch {
    const text = required(input, 'input')
    const origin = this.#originIn(text, at)
    return this.#search({ text, begin: 0, end: text.length, origin }, origin)
  }

  /** Within a stretch of the input, whose ends count as those of the text. */
  matchWithin(input: string | null, begin: number, length: number): NetMatch {
    const text = required(input, 'input')
    if (begin < 0 || begin > text.length)
      throw outOfRange('beginning', 'Start index cannot be less than 0 or greater than input length.')
    if (length < 0 || begin + length > text.length)
      throw outOfRange('length', 'Length cannot be less than 0 or exceed input length.')
    const end = begin + length
    const origin = this.rightToLeft ? end : begin
    return this.#search({ text, begin, end, origin }, origin)
  }

  /** The match after another: from its end, one unit further when it was empty. */
  next(after: NetMatch): NetMatch {
    const origin = this.rightToLeft ? after.index : after.index + after.length
    const field: Field = { text: after.text, begin: after.begin, end: after.end, origin }
    if (after.length > 0) return this.#search(field, origin)
    const last = this.rightToLeft ? after.begin : after.end
    return origin === last ? noMatch : this.#search(field, origin + (this.rightToLeft ? -1 : 1))
  }

  *all(input: string | null, at?: number): Generator<NetMatch> {
    for (let match = this.match(input, at); match.success; match = this.next(match)) {
      spend()
      yield match
    }
  }

  #search(field: Field, from: number): NetMatch {
    const { text, begin, end } = field
    const native = begin === 0 && end === text.length ? this.#native(text.length - from) : undefined
    if (native === undefined) return this.#searchByMachine(field, from)
    try {
      const place = native.find(text, from)
      return place === undefined ? noMatch : new NetMatch(text, place, undefined, this, field)
    } catch (error) {
      this.#leaveNative(error)
      return this.#searchByMachine(field, from)
    }
  }

  /** JavaScript's engine for the pattern, where it may search so many units. */
  #native(units: number): NativeRegex | undefined {
    const compiled = this.#compiled
    if (compiled.native === null && ++compiled.searches >= frequent) compiled.native = NativeRegex.of(compiled.pattern)
    const steps = this.timeout === undefined ? Number.POSITIVE_INFINITY : this.timeout * stepsPerMillisecond
    return compiled.native?.admits(units, steps) === true ? compiled.native : undefined
  }

  /** What V8 cannot compile or hold on its stack is a RangeError or SyntaxError: the machine can. Anything else is thrown on. */
  #leaveNative(error: unknown): void {
    if (!(error instanceof RangeError) && !(error instanceof SyntaxError)) throw error
    this.#compiled.native = undefined
  }

  capturesOf(match: NetMatch): Captures {
    const { text, index } = match
    return (
      this.#nativeCaptures(text, index) ??
      this.#byMachine({ text, begin: 0, end: text.length, origin: index }, machine => machine.matchAt(index)) ??
      []
    )
  }

  #nativeCaptures(text: string, index: number): Captures | undefined {
    try {
      return this.#compiled.native?.captures(text, index)
    } catch (error) {
      this.#leaveNative(error)
      return undefined
    }
  }

  #searchByMachine(field: Field, from: number): NetMatch {
    const { start } = this.#compiled
    const captures = this.#byMachine(field, machine =>
      this.rightToLeft ? searchLeft(machine, field, from) : searchRight(machine, field, from, start),
    )
    return captures === undefined ? noMatch : new NetMatch(field.text, captures[0] ?? [], captures, this, field)
  }

  #byMachine(field: Field, run: (machine: Machine) => Captures | undefined): Captures | undefined {
    const compiled = this.#compiled
    compiled.machine ??= new Machine(compileProgram(compiled.pattern))
    const { machine } = compiled
    machine.enter(field, new Meter(this.timeout))
    try {
      return run(machine)
    } finally {
      machine.leave()
    }
  }
}

/** A regular expression without a timeout that is made once for its pattern, as long as the cache holds it. */
export function sharedRegex(pattern: string | null, options: number): NetRegex {
  if (pattern === last?.pattern && options === last.options) return last
  const compiled = compile(required(pattern, 'pattern'), options)
  compiled.shared ??= new NetRegex(pattern, options)
  last = compiled.shared
  return last
}

/** Most expressions that use a pattern use it again and again. */
let last: NetRegex | undefined

const badStart = () => outOfRange('startat', 'Start index cannot be less than 0 or greater than input length.')

function searchRight(machine: Machine, { text, begin, end, origin }: Field, from: number, start: Start) {
  if (start.where !== 'anywhere') {
    const only = start.where === 'beginning' ? begin : origin
    return from <= only ? machine.matchAt(only) : undefined
  }
  for (let at = from; at <= end; at++) {
    if (start.prefix !== '') {
      const found = text.indexOf(start.prefix, at)
      spend(1 + ((found < 0 ? end : found) - at) / 64)
      if (found < 0) return undefined
      at = found
    } else if (start.first !== undefined) {
      const skipped = at
      while (at < end && !start.first(text.charCodeAt(at))) at++
      spend(1 + (at - skipped) / 16)
      if (at >= end) return undefined
    }
    const captures = machine.matchAt(at)
    if (captures !== undefined) return captures
  }
  return undefined
}

function searchLeft(machine: Machine, { begin }: Field, from: number) {
  for (let at = from; at >= begin; at--) {
    const captures = machine.matchAt(at)
    if (captures !== undefined) return captures
  }
  return undefined
}
