import { spend } from '../../types/budget.ts'
import { lookupType } from '../../types/registry.ts'
import type { NamedType } from '../../types/type.ts'
import { netType } from '../../types/values.ts'
import { outOfRange, required } from '../collections/argument-errors.ts'
import { type Start, startOf } from './first-unit.ts'
import { type Field, Machine } from './machine.ts'
import { type Matcher, NetMatch, noMatch } from './match.ts'
import { Meter } from './meter.ts'
import type { Pattern } from './nodes.ts'
import { option } from './options.ts'
import { parsePattern } from './pattern-parser.ts'
import { compileProgram } from './program.ts'

/** What is made of a pattern and its options once. */
interface Compiled {
  readonly pattern: Pattern
  readonly start: Start
  machine: Machine | undefined
}

const mostCached = 512
/** By pattern, for each combination of options that came up. */
const cache = new Map<number, Map<string, Compiled>>()
let cached = 0

function compile(text: string, options: number): Compiled {
  const known = cache.get(options)?.get(text)
  if (known !== undefined) return known
  spend(text.length)
  const pattern = parsePattern(text, options)
  const made: Compiled = { pattern, start: startOf(pattern), machine: undefined }
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
    return this.match(input, at).success
  }

  /** `at` is where the search starts: 0, or the end when it goes right to left. */
  match(input: string | null, at?: number): NetMatch {
    const text = required(input, 'input')
    const origin = at ?? (this.rightToLeft ? text.length : 0)
    if (origin < 0 || origin > text.length) throw badStart()
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
    const compiled = this.#compiled
    compiled.machine ??= new Machine(compileProgram(compiled.pattern))
    const { machine } = compiled
    machine.enter(field, new Meter(this.timeout))
    try {
      const captures = this.rightToLeft ? searchLeft(machine, field, from) : searchRight(machine, field, from, compiled.start)
      return captures === undefined ? noMatch : new NetMatch(field.text, captures, this, field)
    } finally {
      machine.leave()
    }
  }
}

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
